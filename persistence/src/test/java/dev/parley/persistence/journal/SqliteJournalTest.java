package dev.parley.persistence.journal;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The contract on the embedded journal. */
class SqliteJournalTest extends JournalContract {
    @TempDir
    Path directory;

    @Override
    JournalSettings fresh() {
        return JournalSettings.embedded(directory);
    }
}
