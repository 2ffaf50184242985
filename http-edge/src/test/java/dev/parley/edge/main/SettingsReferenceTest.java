package dev.parley.edge.main;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The reference is made from the code, so a setting can be neither forgotten nor left unexplained. */
class SettingsReferenceTest {
    private static final List<SettingsReference.Entry> ALL = SettingsReference.all();

    @Test
    void everySettingIsCheckedWhenItIsRead() {
        assertThat(ALL)
                .filteredOn(entry -> entry.unit().isEmpty())
                .as("read by no check in Settings")
                .isEmpty();
    }

    @Test
    void everySettingIsExplained() {
        assertThat(ALL)
                .filteredOn(entry -> entry.meaning().isBlank())
                .as("without a comment in reference.conf")
                .isEmpty();
    }

    @Test
    void everySettingHasAnEnvironmentNameOfItsOwn() {
        assertThat(ALL).extracting(SettingsReference.Entry::environment).doesNotHaveDuplicates();
        assertThat(ALL)
                .filteredOn(entry -> entry.key().equals("parley.edge.relay-buffer-bytes"))
                .containsExactly(new SettingsReference.Entry(
                        "parley.edge.relay-buffer-bytes",
                        "16MiB",
                        "bytes",
                        "1KiB",
                        "4GiB",
                        "PARLEY_EDGE_RELAY_BUFFER_BYTES",
                        ALL.stream()
                                .filter(entry -> entry.key().equals("parley.edge.relay-buffer"))
                                .findFirst()
                                .orElseThrow()
                                .meaning()));
    }

    @Test
    void theDefaultsAreAllowed() {
        assertThat(new SettingsSources(Map.of()).read()).isNotNull();
    }

    @Test
    void theDocumentIsWhatTheCommandPrints() throws IOException {
        String document = Files.readString(Path.of(System.getProperty("parley.root", ".."), "docs", "SETTINGS.md"));

        assertThat(document)
                .as("update it with: ./parley settings --out docs/SETTINGS.md")
                .isEqualTo(SettingsCommand.asMarkdown(ALL));
    }

    @Test
    void theCommandPrintsJsonToo() {
        StringWriter printed = new StringWriter();
        int code = new CommandLine(new SettingsCommand())
                .setOut(new PrintWriter(printed))
                .execute("--json");

        assertThat(code).isZero();
        assertThat(printed.toString())
                .startsWith("{\"settings\":[{\"key\":\"parley.edge.host\",\"default\":\"127.0.0.1\",\"unit\":\"text\"");
    }
}
