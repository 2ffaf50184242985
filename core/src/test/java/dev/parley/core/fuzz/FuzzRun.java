package dev.parley.core.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * Fuzzes with the guidance of coverage, each fuzz test in a JVM of its own: the fuzzer keeps one state a process.
 *
 * <p>System properties:
 *
 * <pre>
 * parley.fuzz.seconds   so long for each fuzz test, going on from what the last long run found; 0, the default: the
 *                       short run of every build, of mixtures, bounded by executions and always from the same seeds
 * parley.fuzz.target    in the long run, only fuzz tests whose class or method contains this
 * parley.fuzz.jvms      how many run at once, 2
 * </pre>
 *
 * <p>A finding fails the test and is kept under {@code target/fuzz/}, which the message names. As one more line of the
 * fuzz test's {@link Corpus} it becomes a regression test.
 */
public final class FuzzRun {
    private static final long SECONDS = Long.getLong("parley.fuzz.seconds", 0);
    private static final String ONLY = System.getProperty("parley.fuzz.target", "");
    private static final int JVMS = Integer.getInteger("parley.fuzz.jvms", 2);

    /** The short run is bounded by executions; this only ends one that hangs, or a machine that stands still. */
    private static final long SHORT_SECONDS_MAX = 120;

    private static final long START_SECONDS_MAX = 300;
    private static final int INPUT_BYTES_MAX = 16 << 10;
    private static final Pattern EXECUTED = Pattern.compile("stat::number_of_executed_units: (\\d+)");

    /** Its sanitizers look for injections into SQL, LDAP, shells and the like, which nothing here has. */
    private static final String SANITIZERS = "com.code_intelligence.jazzer.sanitizers.";

    private static final List<String> UNUSED_SANITIZERS = List.of(
            "BigDecimal",
            "ClojureLangHooks",
            "Deserialization",
            "ExpressionLanguageInjection",
            "FilePathTraversal",
            "LdapInjection",
            "NamingContextLookup",
            "OsCommandInjection",
            "ReflectiveCall",
            "RegexInjection",
            "RegexRoadblocks",
            "ScriptEngineInjection",
            "ServerSideRequestForgery",
            "SqlInjection",
            "TemplateInjection",
            "UnsafeSanitizer",
            "XPathInjection",
            "XmlParserSsrfGuidance");

    private final String testClass;
    private final String method;
    private final long runs;
    private final Path folder;

    private FuzzRun(String target, long runs) {
        int hash = target.indexOf('#');
        this.testClass = target.substring(0, hash);
        this.method = target.substring(hash + 1);
        this.runs = runs;
        String simple = testClass.substring(testClass.lastIndexOf('.') + 1);
        this.folder = Path.of("target", "fuzz", SECONDS > 0 ? "long" : "short", simple + "." + method)
                .toAbsolutePath();
    }

    /** The short run: each {@code class#method} with so many executions. Nothing when a long run is asked for. */
    public static Stream<DynamicTest> inEveryBuild(Map<String, Long> executions) {
        return tests(
                SECONDS > 0
                        ? List.of()
                        : executions.entrySet().stream()
                                .map(each -> new FuzzRun(each.getKey(), each.getValue()))
                                .toList());
    }

    /** The long run of each {@code class#method}; nothing when none is asked for. */
    public static Stream<DynamicTest> whenAsked(String... targets) {
        return tests(
                SECONDS == 0
                        ? List.of()
                        : Arrays.stream(targets)
                                .filter(target -> target.contains(ONLY))
                                .map(target -> new FuzzRun(target, 1))
                                .toList());
    }

    /** They all run, some at once, before the first test tells how its own ended. */
    private static Stream<DynamicTest> tests(List<FuzzRun> runs) {
        try (ExecutorService workers = Executors.newFixedThreadPool(JVMS)) {
            List<DynamicTest> tests = new ArrayList<>();
            for (FuzzRun run : runs) {
                CompletableFuture<Void> ended = CompletableFuture.runAsync(run::fuzz, workers);
                tests.add(DynamicTest.dynamicTest(run.method, ended::join));
            }
            return tests.stream();
        }
    }

    private void fuzz() {
        try {
            if (SECONDS == 0) {
                deleteFolder();
            }
            Files.createDirectories(folder.resolve("corpus"));
            Path log = folder.resolve("log.txt");
            Process process = new ProcessBuilder(command())
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            process.getOutputStream().close();
            long limitSeconds = START_SECONDS_MAX + (SECONDS > 0 ? SECONDS : SHORT_SECONDS_MAX);
            if (!process.waitFor(limitSeconds, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("still fuzzing after " + limitSeconds + " s: " + log);
            }
            judge(process.exitValue(), log);
        } catch (IOException broken) {
            throw new AssertionError("the fuzzer did not run", broken);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", stopped);
        }
    }

    private void judge(int exitCode, Path log) throws IOException {
        List<String> lines = Files.readAllLines(log);
        if (exitCode != 0) {
            throw new AssertionError("the fuzzer ended with " + exitCode + "; what failed is kept in " + folder
                    + "; the end of log.txt:\n"
                    + String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size())));
        }
        long executed = lines.stream()
                .map(EXECUTED::matcher)
                .filter(Matcher::find)
                .mapToLong(found -> Long.parseLong(found.group(1)))
                .findFirst()
                .orElse(0);
        assertThat(executed).as("executions, see %s", log).isGreaterThanOrEqualTo(runs);
    }

    private List<String> command() {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx768m",
                "-XX:+EnableDynamicAgentLoading",
                "--enable-native-access=ALL-UNNAMED"));
        if (Runtime.version().feature() >= 23) {
            line.add("--sun-misc-unsafe-memory-access=allow");
        }
        if (SECONDS == 0) {
            line.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")); // It ends before more would pay.
        }
        line.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + testClass,
                "--target_method=" + method,
                "--hooks=true",
                "--instrumentation_includes=dev.parley.**",
                "--custom_hook_includes=dev.parley.**",
                "--disabled_hooks="
                        + String.join(
                                ":",
                                UNUSED_SANITIZERS.stream()
                                        .map(SANITIZERS::concat)
                                        .toList()),
                "--reproducer_path=" + folder,
                "-artifact_prefix=" + folder + "/",
                "-max_len=" + INPUT_BYTES_MAX,
                "-timeout=20",
                "-print_final_stats=1"));
        line.addAll(
                SECONDS > 0
                        ? List.of("-max_total_time=" + SECONDS)
                        : List.of("-runs=" + runs, "-seed=1", "-max_total_time=" + SHORT_SECONDS_MAX));
        line.add(folder.resolve("corpus").toString());
        return line;
    }

    private void deleteFolder() throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
