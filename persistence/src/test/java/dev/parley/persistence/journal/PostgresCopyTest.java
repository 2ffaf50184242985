package dev.parley.persistence.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal in PostgreSQL becomes an embedded one, as it was at one moment. */
class PostgresCopyTest {
    @TempDir
    Path folder;

    @Test
    void theCopyHasWhatWasThereWhenItBegan() throws Exception {
        Assumptions.assumeTrue(
                PostgresServer.started().url().isPresent(),
                PostgresServer.started().what());
        JournalSettings source = PostgresServer.freshSchema();
        JournalSettings target = JournalSettings.embedded(folder);
        try (PluginProbe journal = new PluginProbe(source)) {
            for (int seq = 1; seq <= 250; seq++) {
                journal.write("room|alpha", "w", seq, "event " + seq);
            }

            JournalCopy.Copied copied = JournalCopy.to(
                    target.path(), source, 0, (events, of) -> journal.write("room|new" + events, "w", 1, "meanwhile"));

            assertThat(copied).isEqualTo(new JournalCopy.Copied(1, 250, copied.bytes(), 0));
        }
        try (PluginProbe restored = new PluginProbe(target)) {
            assertThat(restored.replay("room|alpha").seqs()).hasSize(250);
            assertThat(restored.write("room|alpha", "next", 251, "on it goes").isStored())
                    .isTrue();
        }
    }
}
