package dev.parley.persistence.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.SnapshotProtocol;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A copy is the journal of one moment, whatever is written meanwhile. */
class JournalCopyTest {
    private static final String ROOM = "room|alpha";
    private static final String OTHER = "room|beta";

    @TempDir
    Path folder;

    private JournalSettings source() {
        return JournalSettings.embedded(folder.resolve("data"));
    }

    private JournalSettings target() {
        return JournalSettings.embedded(folder.resolve("copy"));
    }

    private JournalCopy.Copied copy(JournalCopy.Progress progress) throws Exception {
        return JournalCopy.to(target().path(), source(), 0, progress);
    }

    @Test
    void whatIsWrittenWhileItIsCopiedIsNotInIt() throws Exception {
        try (PluginProbe journal = new PluginProbe(source())) {
            for (int seq = 1; seq <= 450; seq++) {
                journal.write(ROOM, "w", seq, "event " + seq);
            }
            journal.write(OTHER, "w", 1, "1");
            List<Long> heard = new ArrayList<>();

            JournalCopy.Copied copied = copy((events, of) -> {
                journal.write(OTHER, "w", 2 + heard.size(), "meanwhile");
                heard.add(events);
            });

            assertThat(heard).containsExactly(200L, 400L, 451L);
            assertThat(copied.rooms()).isEqualTo(2);
            assertThat(copied.events()).isEqualTo(451);
            assertThat(copied.damagedEvents()).isZero();
        }
        try (PluginProbe restored = new PluginProbe(target())) {
            assertThat(restored.replay(ROOM).seqs()).hasSize(450);
            assertThat(restored.replay(OTHER).payloads()).containsExactly("1");
            assertThat(restored.write(OTHER, "next", 2, "on it goes").isStored())
                    .isTrue();
            assertThat(restored.write("room|new", "next", 1, "1").isStored()).isTrue();
        }
        try (var files = Files.list(folder.resolve("copy"))) {
            assertThat(files).as("no draft is left").containsExactly(target().path());
        }
    }

    @Test
    void snapshotsComeAlong() throws Exception {
        try (PluginProbe journal = new PluginProbe(source())) {
            journal.write(ROOM, "w", 1, "1");
            journal.askSnapshots(new SnapshotProtocol.SaveSnapshot(new SnapshotMetadata(ROOM, 1, 1), "state"));
        }

        copy((events, of) -> {});

        try (PluginProbe restored = new PluginProbe(target())) {
            assertThat(restored.load(ROOM, SnapshotSelectionCriteria.latest())).isPresent();
        }
    }

    @Test
    void nothingIsReplaced() throws Exception {
        try (PluginProbe journal = new PluginProbe(source())) {
            journal.write(ROOM, "w", 1, "1");
        }
        Files.createDirectories(target().directory());
        Files.writeString(target().path(), "mine");

        assertThatThrownBy(() -> copy((events, of) -> {})).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(target().path()).hasContent("mine");
    }

    @Test
    void aDamagedEventIsCopiedAndCounted() throws Exception {
        try (PluginProbe journal = new PluginProbe(source())) {
            journal.write(ROOM, "w", 1, "1");
        }
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + source().path());
                Statement damage = other.createStatement()) {
            damage.executeUpdate("UPDATE parley_event SET checksum = checksum + 1");
        }

        assertThat(copy((events, of) -> {}).damagedEvents()).isEqualTo(1);
    }

    @Test
    void aMissingJournalIsSaid() {
        assertThat(Settings.refusal(() -> {
                            try {
                                copy((events, of) -> {});
                            } catch (Exception e) {
                                throw e instanceof RuntimeException said ? said : new IllegalStateException(e);
                            }
                        })
                        .reason())
                .isEqualTo(JournalUnusable.Reason.NO_SUCH_FILE);
    }
}
