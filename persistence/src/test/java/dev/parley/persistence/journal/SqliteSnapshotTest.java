package dev.parley.persistence.journal;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The snapshot contract on the embedded journal. */
class SqliteSnapshotTest extends SnapshotContract {
    @TempDir
    Path directory;

    @Override
    JournalSettings fresh() {
        return JournalSettings.embedded(directory);
    }
}
