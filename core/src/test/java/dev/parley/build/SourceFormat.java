package dev.parley.build;

import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.FormatterException;
import com.palantir.javaformat.java.JavaFormatterOptions;
import com.palantir.javaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/**
 * The format of every source file of the project: palantir-java-format, imports without unused ones.
 *
 * <p>It runs on the JDK that compiles the project, because the formatter parses with that JDK's compiler and Maven's own
 * JVM may be too old for the language level.
 */
public final class SourceFormat {
    private static final Formatter FORMATTER = Formatter.createFormatter(JavaFormatterOptions.builder()
            .style(JavaFormatterOptions.Style.PALANTIR)
            .build());

    private SourceFormat() {}

    /** Rewrites what is not formatted below the given root. */
    public static void main(String[] args) throws Exception {
        for (Path file : unformatted(Path.of(args[0]))) {
            Files.writeString(file, formatted(Files.readString(file)));
            System.out.println("formatted " + file);
        }
    }

    static List<Path> unformatted(Path root) throws IOException, FormatterException {
        List<Path> found = new ArrayList<>();
        for (Path file : sources(root)) {
            String text = Files.readString(file);
            try {
                if (!formatted(text).equals(text)) {
                    found.add(file);
                }
            } catch (FormatterException e) {
                throw new IllegalStateException("cannot be formatted: " + file, e);
            }
        }
        return found;
    }

    private static String formatted(String text) throws FormatterException {
        return FORMATTER.formatSource(RemoveUnusedImports.removeUnusedImports(text));
    }

    private static List<Path> sources(Path root) throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                String name = folder.getFileName().toString();
                boolean skipped = name.equals("target") || name.equals("data") || name.startsWith(".git");
                return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.toString().endsWith(".java")) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        files.sort(null);
        return files;
    }
}
