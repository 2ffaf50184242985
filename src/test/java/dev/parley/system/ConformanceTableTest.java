package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tables of documents name tests that exist: a renamed test takes its row along. */
class ConformanceTableTest {
    private static final Path ROOT = Path.of(System.getProperty("parley.root"));
    private static final Pattern NAMED = Pattern.compile("`(\\w+Test|\\w+Contract)#(\\w+)`");
    private static final Pattern ROW = Pattern.compile("^\\| (?!Section|---|:?-)(.*)\\|\\s*$", Pattern.MULTILINE);

    @Test
    void everyTestThatATableNamesExists() throws IOException {
        Map<String, String> sources = testSources();

        List<String> gone = new ArrayList<>();
        for (String document : List.of("docs/CONFORMANCE.md", "docs/OPERATIONS.md")) {
            Matcher named = NAMED.matcher(Files.readString(ROOT.resolve(document)));
            while (named.find()) {
                Pattern method = Pattern.compile("\\b" + named.group(2) + "\\s*\\(");
                if (!method.matcher(sources.getOrDefault(named.group(1), "")).find()) {
                    gone.add(document + ": " + named.group());
                }
            }
        }

        assertThat(gone).isEmpty();
    }

    @Test
    void everyRowOfTheProtocolNamesATest() throws IOException {
        List<String> bare = new ArrayList<>();
        Matcher row = ROW.matcher(Files.readString(ROOT.resolve("docs/CONFORMANCE.md")));
        while (row.find()) {
            if (!NAMED.matcher(row.group()).find()) {
                bare.add(row.group());
            }
        }

        assertThat(bare).isEmpty();
    }

    private static Map<String, String> testSources() throws IOException {
        Map<String, String> sources = new HashMap<>();
        for (String module : List.of("core", "persistence", "http-edge", "simulation", ".")) {
            try (Stream<Path> files =
                    Files.walk(ROOT.resolve(module).resolve("src/test/java").normalize())) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    sources.merge(
                            file.getFileName().toString().replace(".java", ""), Files.readString(file), String::concat);
                }
            }
        }
        return sources;
    }
}
