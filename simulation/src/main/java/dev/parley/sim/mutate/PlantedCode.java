package dev.parley.sim.mutate;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Compiles a changed source in memory, against the classes that this program runs on; nothing is written to disk. */
public final class PlantedCode {
    private static final String RELEASE = "21";

    private final Checkout checkout;
    private final JavaCompiler compiler;
    private final DiagnosticCollector<JavaFileObject> elsewhere = new DiagnosticCollector<>();
    /** Kept from one bug to the next: it knows by then what is in which jar. */
    private final StandardJavaFileManager files;

    /** Errors: {@link NoCheckout} when this Java has no compiler. */
    public PlantedCode(Checkout checkout) throws NoCheckout {
        this.checkout = checkout;
        this.compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new NoCheckout(
                    "planting bugs needs a JDK: the Java at " + System.getProperty("java.home") + " has no compiler");
        }
        this.files = compiler.getStandardFileManager(elsewhere, Locale.ROOT, StandardCharsets.UTF_8);
    }

    /** The classes of the changed source, by name. Errors: {@link UnfitMutant}. One at a time. */
    public Map<String, byte[]> classes(Mutant mutant) {
        return classes(List.of(mutant));
    }

    /**
     * The same of several bugs at once, each in a file of its own. Cost: half a second for the first call, and after it
     * a tenth for each file.
     */
    public synchronized Map<String, byte[]> classes(List<Mutant> mutants) {
        List<Source> sources = new ArrayList<>();
        for (Mutant mutant : mutants) {
            sources.add(new Source(mutant.file(), checkout.planted(mutant)));
        }
        DiagnosticCollector<JavaFileObject> said = new DiagnosticCollector<>();
        InMemory memory = new InMemory(files);
        List<String> options = List.of(
                "--release",
                RELEASE,
                "-proc:none",
                "-nowarn",
                "-parameters",
                "-implicit:none",
                "-classpath",
                System.getProperty("java.class.path"));
        if (!compiler.getTask(null, memory, said, options, null, sources).call()) {
            throw unfit(mutants, said);
        }
        return memory.classes();
    }

    /** The first error, with the bug of the file where it is. */
    private static UnfitMutant unfit(List<Mutant> mutants, DiagnosticCollector<JavaFileObject> said) {
        for (Diagnostic<? extends JavaFileObject> one : said.getDiagnostics()) {
            if (one.getKind() == Diagnostic.Kind.ERROR) {
                String file = one.getSource() == null ? "" : one.getSource().getName();
                String id = mutants.stream()
                        .filter(mutant -> !file.isEmpty() && mutant.file().endsWith(file))
                        .map(Mutant::id)
                        .findFirst()
                        .orElse("of some");
                return new UnfitMutant(
                        id, "does not compile: line " + one.getLineNumber() + ": " + one.getMessage(Locale.ROOT));
            }
        }
        return new UnfitMutant(mutants.get(0).id(), "does not compile, and no reason was given");
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String file, String text) {
            super(URI.create("memory:///" + Path.of(file).getFileName()), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    private static final class Compiled extends SimpleJavaFileObject {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Compiled(String className) {
            super(URI.create("memory:///" + className.replace('.', '/') + Kind.CLASS.extension), Kind.CLASS);
        }

        @Override
        public OutputStream openOutputStream() {
            return bytes;
        }
    }

    private static final class InMemory extends ForwardingJavaFileManager<StandardJavaFileManager> {
        private final Map<String, Compiled> made = new HashMap<>();

        InMemory(StandardJavaFileManager files) {
            super(files);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                JavaFileManager.Location location, String className, JavaFileObject.Kind kind, FileObject sibling)
                throws IOException {
            return made.computeIfAbsent(className, Compiled::new);
        }

        Map<String, byte[]> classes() {
            Map<String, byte[]> classes = new HashMap<>();
            made.forEach((name, compiled) -> classes.put(name, compiled.bytes.toByteArray()));
            return classes;
        }
    }
}
