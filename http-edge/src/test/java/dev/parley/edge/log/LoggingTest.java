package dev.parley.edge.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoggingTest {
    @TempDir
    Path folder;

    private final LoggerContext logs = new LoggerContext();

    LoggingTest() {
        logs.setMDCAdapter(new LogbackMDCAdapter());
    }

    private LogSettings to(Path file, LogSettings.Format format, LogSettings.Level level, long bytesMax) {
        return new LogSettings(format, level, Optional.of(file), bytesMax, 2);
    }

    @Test
    void theFileHasWhatIsImportantEnough() throws IOException {
        Path file = folder.resolve("deep/parley.log");
        Logging.apply(logs, to(file, LogSettings.Format.JSON, LogSettings.Level.INFO, 1 << 20), List.of());

        logs.getLogger("dev.parley.x").debug("not this");
        logs.getLogger("dev.parley.x")
                .atInfo()
                .setMessage("this")
                .addKeyValue("room", "r")
                .log();
        logs.getLogger("org.other").info("nor this");
        logs.getLogger("org.other").warn("but this");
        logs.stop();

        List<String> messages = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            messages.add(FlatJson.read(line).get("message").toString());
        }
        assertThat(messages).containsExactly("this", "but this");
    }

    @Test
    void aFileThatHasGrownRollsAndOldOnesGo() throws IOException {
        Path file = folder.resolve("parley.log");
        Logging.apply(logs, to(file, LogSettings.Format.TEXT, LogSettings.Level.INFO, 1 << 10), List.of());
        var log = logs.getLogger("dev.parley.x");

        long limit = System.nanoTime() + 10_000_000_000L;
        while (!Files.exists(folder.resolve("parley.log.2")) && System.nanoTime() < limit) {
            log.atInfo().setMessage("a line").addKeyValue("x", "y".repeat(200)).log();
        }
        logs.stop();

        assertThat(folder.resolve("parley.log")).exists();
        assertThat(folder.resolve("parley.log.1")).exists();
        assertThat(folder.resolve("parley.log.2")).exists();
        assertThat(folder.resolve("parley.log.3")).doesNotExist();
    }

    @Test
    void aFileThatCannotBeWrittenIsRefusedAndTheLogGoesOn() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");

        assertThatThrownBy(() -> Logging.apply(
                        logs,
                        to(file.resolve("x.log"), LogSettings.Format.TEXT, LogSettings.Level.INFO, 1 << 10),
                        List.of()))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Logging.apply(
                        logs, to(folder, LogSettings.Format.TEXT, LogSettings.Level.INFO, 1 << 10), List.of()))
                .hasMessage("it cannot be written");
    }
}
