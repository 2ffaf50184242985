package dev.parley.edge.peer;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.Optional;

/**
 * Carries out one order a line: typed at a terminal, or read from a pipe or a file.
 *
 * <p>At a terminal a mistake is a sentence and the next prompt. Elsewhere it names its line and ends the run, or, if
 * asked to keep going, is counted.
 */
final class Shell {
    private static final long NOTHING_BEFORE = -1L; // The greatest lamport: no change is at or above it.

    private final PeerRun run;
    private final Voice voice;
    private final BufferedReader lines;
    private final boolean terminal;
    private final boolean keepsGoing;
    private int number;
    private int mistakes;
    private boolean leaving;

    Shell(PeerRun run, Voice voice, BufferedReader lines, boolean terminal, boolean keepsGoing) {
        this.run = run;
        this.voice = voice;
        this.lines = lines;
        this.terminal = terminal;
        this.keepsGoing = keepsGoing;
    }

    /** True if somebody sits at standard input. */
    static boolean atTerminal() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            // From Java 22 on there is a console without a terminal too, and this method that tells.
            return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true;
        } catch (IllegalAccessException | InvocationTargetException e) {
            return false;
        }
    }

    /** Reads until the end or {@code quit}, then waits for the acknowledgements; returns how many lines were wrong. */
    int run() throws PeerRun.Failed {
        if (terminal) {
            voice.say("help lists the commands.");
        }
        while (!leaving) {
            if (terminal) {
                voice.prompt(run.first().ask(Replica::room) + "> ");
            }
            Optional<String> line = next();
            if (line.isEmpty()) {
                break;
            }
            number++;
            try {
                carryOut(OrderReader.line(line.get()));
            } catch (IllegalArgumentException e) {
                mistake(e.getMessage());
            } catch (PeerRun.Failed e) {
                run.failIfGone();
                mistake(e.getMessage());
            }
            run.keepNowAndThen();
        }
        run.finish();
        return mistakes;
    }

    private Optional<String> next() throws PeerRun.Failed {
        try {
            return Optional.ofNullable(lines.readLine());
        } catch (IOException e) {
            throw new PeerRun.Failed("Standard input cannot be read: " + e.getMessage() + ".");
        }
    }

    private void mistake(String sentence) {
        if (terminal) {
            voice.say(sentence);
            return;
        }
        mistakes++;
        leaving = !keepsGoing;
        voice.say("Line " + number + ": " + sentence + (leaving ? " What follows is not carried out." : ""));
    }

    private void carryOut(Order order) throws PeerRun.Failed {
        RunningPeer peer = run.first();
        run.failIfGone();
        switch (order) {
            case Order.Edit edit -> {
                peer.edit(edit);
                if (terminal) {
                    run.keep(); // People type slowly, and count on what they typed.
                }
            }
            case Order.Show show -> run.show(show);
            case Order.Control control -> run.control(control);
            case Order.Presence(var data) ->
                peer.ask(replica -> {
                    replica.presence(data);
                    return replica;
                });
            case Order.Subscribe(var patterns) -> peer.subscribe(patterns);
            case Order.Tail(var on) -> {
                if (on) {
                    peer.tail(Optional.of(NOTHING_BEFORE));
                } else {
                    peer.tailOff();
                }
            }
            case Order.Sync sync -> {
                run.finish();
                int nodes = peer.view().count();
                voice.say(
                        run.offline()
                                ? Canonical.counted(nodes, "node") + " kept; offline."
                                : "Everything is acknowledged: " + Canonical.counted(nodes, "node") + ".");
            }
            case Order.Help help -> voice.print(Verb.help());
            case Order.Quit quit -> leaving = true;
            case Order.Nothing nothing -> {}
        }
    }
}
