package dev.parley.persistence.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    private static final Instant NOON = Instant.parse("2031-05-06T12:00:00Z");

    @TempDir
    Path parent;

    @Test
    void oneServerHoldsADirectoryAndTheOtherIsToldWho() throws IOException {
        Path data = parent.resolve("deep/data");
        try (DataDirectory held = DataDirectory.claim(data, NOON)) {
            assertThat(held.path()).isEqualTo(data);

            JournalUnusable refusal = Settings.refusal(() -> DataDirectory.claim(data, NOON));

            assertThat(refusal.reason()).isEqualTo(JournalUnusable.Reason.IN_USE);
            assertThat(refusal)
                    .hasMessageContaining("in use by another server (process "
                            + ProcessHandle.current().pid() + ", since 2031-05-06T12:00:00Z)");
        }
    }

    @Test
    void aDirectoryThatWasLetGoCanBeClaimedAgain() throws IOException {
        DataDirectory.claim(parent, NOON).close();

        try (DataDirectory again = DataDirectory.claim(parent, NOON)) {
            assertThat(again.path()).isEqualTo(parent);
        }
    }

    @Test
    void aPlaceThatCannotBeWrittenIsSaid() throws IOException {
        Path file = Files.writeString(parent.resolve("file"), "");

        JournalUnusable refusal = Settings.refusal(() -> DataDirectory.claim(file, NOON));

        assertThat(refusal.reason()).isEqualTo(JournalUnusable.Reason.UNWRITABLE);
        assertThat(refusal).hasMessage("the data directory " + file + " cannot be written: a file is in its place");
    }
}
