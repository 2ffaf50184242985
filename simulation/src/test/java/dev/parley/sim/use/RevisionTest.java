package dev.parley.sim.use;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commit beside a build is read from git's own files, however git keeps it. */
class RevisionTest {
    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    @TempDir
    private Path checkout;

    @Test
    void aBranchIsReadFromItsRef() throws Exception {
        write(".git/HEAD", "ref: refs/heads/main\n");
        write(".git/refs/heads/main", COMMIT + "\n");

        assertThat(Revision.above(Files.createDirectories(checkout.resolve("module/target"))))
                .contains("0123456789ab");
    }

    @Test
    void aPackedRefIsFound() throws Exception {
        write(".git/HEAD", "ref: refs/heads/main\n");
        write(".git/packed-refs", "# pack-refs with: peeled\nffff refs/heads/other\n" + COMMIT + " refs/heads/main\n");

        assertThat(Revision.above(checkout)).contains("0123456789ab");
    }

    @Test
    void aCommitWithoutABranchIsTaken() throws Exception {
        write(".git/HEAD", COMMIT + "\n");

        assertThat(Revision.above(checkout)).contains("0123456789ab");
    }

    @Test
    void aSecondWorkTreeIsFollowedToItsRepository() throws Exception {
        write("main/.git/refs/heads/side", COMMIT);
        write("main/.git/worktrees/side/HEAD", "ref: refs/heads/side");
        write("main/.git/worktrees/side/commondir", "../..");
        write("side/.git", "gitdir: " + checkout.resolve("main/.git/worktrees/side"));

        assertThat(Revision.above(checkout.resolve("side"))).contains("0123456789ab");
    }

    @Test
    void withoutAnythingReadableThereIsNone() throws Exception {
        write(".git/HEAD", "ref: refs/heads/main\n");

        assertThat(Revision.above(checkout)).isEmpty();
    }

    private void write(String path, String text) throws Exception {
        Path file = checkout.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
