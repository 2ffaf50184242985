package dev.parley.edge.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** House style §6: a log's text is constant and what varies is a field, so that one search finds every occurrence. */
class ConstantMessagesTest {
    private static final Pattern SHORT_FORM = Pattern.compile("\\b(LOG|log|LOGGER)\\.(trace|debug|info|warn|error)\\(");
    private static final Pattern MESSAGE =
            Pattern.compile("\\.setMessage\\(((?:\"(?:[^\"\\\\]|\\\\.)*\"|[^\"()])*)[()]");
    private static final Pattern CONSTANT = Pattern.compile("\"[^\"{}]*\"(\\s*\\+\\s*\"[^\"{}]*\")*");
    private static final Pattern FIELD = Pattern.compile("\\.addKeyValue\\(\\s*\"([^\"]*)\"");
    private static final Pattern FIELD_NAME = Pattern.compile("[a-z][a-z_]*");

    @Test
    void everyMessageIsConstantAndItsFieldsHaveNames() throws IOException {
        List<String> wrong = new ArrayList<>();
        Path root = Path.of(System.getProperty("parley.root", ".."));
        for (String module : List.of("core", "persistence", "http-edge", "simulation")) {
            try (Stream<Path> files = Files.walk(root.resolve(module).resolve("src/main/java"))) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    check(root.relativize(file).toString(), Files.readString(file), wrong);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static void check(String file, String source, List<String> wrong) {
        if (SHORT_FORM.matcher(source).find()) {
            wrong.add(file + ": use atWarn().setMessage(…).addKeyValue(…).log() and its kin");
        }
        Matcher message = MESSAGE.matcher(source);
        while (message.find()) {
            if (!CONSTANT.matcher(message.group(1).strip()).matches()) {
                wrong.add(file + ": not constant: " + message.group(1));
            }
        }
        Matcher field = FIELD.matcher(source);
        while (field.find()) {
            if (!FIELD_NAME.matcher(field.group(1)).matches()) {
                wrong.add(file + ": not a field's name: " + field.group(1));
            }
        }
    }
}
