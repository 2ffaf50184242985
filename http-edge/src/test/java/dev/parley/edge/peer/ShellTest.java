package dev.parley.edge.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.history.Ed25519;
import dev.parley.core.id.RoomId;
import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ShellTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void linesAreCarriedOutOneAfterTheOther() throws Exception {
        int mistakes = run(
                false,
                false,
                "set a=1",
                "",
                "# a comment",
                "push l=x",
                "show list l",
                "get a",
                "sync",
                "tail on",
                "tail off");

        assertThat(mistakes).isZero();
        assertThat(out).hasToString("0  x\n1\n");
        assertThat(err.toString()).contains("2 nodes kept; offline.");
    }

    @Test
    void awayFromATerminalAMistakeNamesItsLineAndEndsTheRun() throws Exception {
        int mistakes = run(false, false, "set a=1", "sett b=2", "set a=3", "get a");

        assertThat(mistakes).isEqualTo(1);
        assertThat(out.toString()).isEmpty();
        assertThat(err)
                .hasToString(
                        "Line 2: There is no command 'sett'; did you mean set? What follows is not carried out.\n");
    }

    @Test
    void askedToKeepGoingItCountsTheMistakes() throws Exception {
        int mistakes = run(false, true, "get nothing", "remove l@0", "lock " + "ab".repeat(32), "set a=3", "get a");

        assertThat(mistakes).isEqualTo(3);
        assertThat(out).hasToString("3\n");
        assertThat(err.toString().lines().map(line -> line.substring(0, 7)).toList())
                .containsExactly("Line 1:", "Line 2:", "Line 3:");
    }

    @Test
    void atATerminalAMistakeIsASentenceAndTheNextPrompt() throws Exception {
        int mistakes = run(true, false, "sett", "set a=1", "get a", "quit", "get a");

        assertThat(mistakes).isZero();
        assertThat(out).hasToString("r> r> r> 1\nr> ");
        assertThat(err.toString()).contains("help lists the commands.").doesNotContain("Line");
    }

    @Test
    void helpListsTheCommandsAndWhoListsThePeople() throws Exception {
        run(false, false, "help", "presence {\"c\":1}", "who");

        assertThat(out.toString()).contains("set KEY=VALUE").contains("(you) shows {\"c\":1}");
    }

    private int run(boolean terminal, boolean keepsGoing, String... lines) throws PeerRun.Failed {
        Voice voice = new Voice(new PrintWriter(out), new PrintWriter(err));
        Replica replica =
                new Replica(new RoomId("r"), Ed25519.signer(new byte[32]), Ed25519.best(), ReplicaSettings.DEFAULT);
        try (PeerRun run = new PeerRun(voice, Optional.of(Duration.ofSeconds(1)), false, Optional.empty())) {
            run.add(new RunningPeer(voice, replica, new TailPrinter(false)));
            BufferedReader typed = new BufferedReader(new StringReader(String.join("\n", lines)));
            return new Shell(run, voice, typed, terminal, keepsGoing).run();
        }
    }
}
