package dev.parley.edge.peer;

import dev.parley.core.id.NodeId;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** One run of the peer command: its connections, and the wait until they have done their work. */
final class PeerRun implements AutoCloseable {
    private static final long LOOK_MS = 20;
    private static final long REPORT_MS = 2_000;

    private final PrintWriter out;
    private final PrintWriter err;
    private final Optional<Duration> patience;
    private final List<Connected> peers = new ArrayList<>();
    private volatile long lastMoveMs = nowMs();

    /** The command cannot go on; the message is one sentence for the user. */
    static final class Failed extends Exception {
        private static final long serialVersionUID = 1L;

        Failed(String sentence) {
            super(sentence);
        }
    }

    PeerRun(PrintWriter out, PrintWriter err, Optional<Duration> patience) {
        this.out = out;
        this.err = err;
        this.patience = patience;
    }

    /** One connection and what was heard on it. */
    private final class Connected implements PeerConnection.Listener {
        private final Optional<TracePush.AgentFeed> feed;
        private final Optional<TailPrinter> tailing;
        private final PeerConnection connection;
        private volatile String trouble = "";
        private volatile Optional<String> end = Optional.empty();
        private volatile long acknowledged;
        private volatile long rejected;

        private Connected(URI address, Replica replica, Optional<TracePush.AgentFeed> feed, boolean tails) {
            this.feed = feed;
            this.tailing = tails ? Optional.of(new TailPrinter(out)) : Optional.empty();
            PeerConnection.Feed edits = owned -> feed.isPresent() && feed.get().fill(owned);
            this.connection = new PeerConnection(address, replica, edits, this);
        }

        @Override
        public void noticed(Notice notice) {
            lastMoveMs = nowMs();
            switch (notice) {
                case Notice.Acknowledged(var nodes) -> acknowledged += nodes;
                case Notice.Rejected(var nodes) -> rejected += nodes;
                case Notice.Complaint(var text) -> {
                    trouble = text;
                    say("The server says: " + text);
                }
                case Notice.Ignored(var why) -> say("Ignored: " + why);
                case Notice.Joined joined -> {}
                case Notice.CaughtUp caughtUp -> {}
                case Notice.Stored stored -> {}
                case Notice.PeerJoined joined -> {}
                case Notice.PeerLeft left -> {}
                case Notice.Presence presence -> {}
            }
            tailing.ifPresent(printer -> printer.print(notice));
        }

        @Override
        public void disconnected(String why, long retryMs) {
            trouble = why;
            say(sentence(why) + " Trying again in " + retryMs + " ms.");
        }

        @Override
        public void gaveUp(String why) {
            end = Optional.of(trouble.isEmpty() || why.contains(trouble) ? why : why + " (" + trouble + ")");
        }

        private <T> T ask(Function<Replica, T> question) throws Failed {
            try {
                return connection.ask(question).get();
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Failed("Interrupted.");
            }
        }
    }

    private interface Check {
        boolean done() throws Failed;
    }

    void add(URI address, Replica replica, Optional<TracePush.AgentFeed> feed, boolean tails) {
        Connected peer = new Connected(address, replica, feed, tails);
        peers.add(peer);
        peer.connection.start();
    }

    /** Waits until every connection is in the room and has what the room had. */
    void join() throws Failed {
        until("The room has not let us in", () -> {
            for (Connected peer : peers) {
                if (!peer.ask(Replica::caughtUp)) {
                    return false;
                }
            }
            return true;
        });
        Connected first = peers.getFirst();
        int nodes = first.ask(replica -> replica.view().count());
        say("Joined room " + first.ask(Replica::room) + " as " + first.ask(Replica::peer) + ": " + nodes + " nodes.");
    }

    void write(Map<String, String> sets, List<String> deletes) throws Failed {
        long wallMs = System.currentTimeMillis();
        peers.getFirst().ask(replica -> {
            sets.forEach((key, value) -> replica.set(key, value.getBytes(StandardCharsets.UTF_8), wallMs));
            deletes.forEach(key -> replica.delete(key, wallMs));
            return replica;
        });
    }

    /** Waits until everything is written and acknowledged, and the first peer has what the others wrote. */
    void finish() throws Failed {
        boolean pushes = peers.getFirst().feed.isPresent();
        long startedMs = nowMs();
        until("The server has not acknowledged everything", () -> {
            for (Connected peer : peers) {
                if (peer.feed.isPresent() && !peer.feed.get().finished() || !peer.ask(Replica::settled)) {
                    return false;
                }
            }
            return true;
        });
        long rejected = peers.stream().mapToLong(peer -> peer.rejected).sum();
        int refused = 0;
        for (Connected peer : peers) {
            refused += peer.ask(Replica::refused);
        }
        if (rejected > 0 || refused > 0) {
            throw new Failed("The server refused " + Math.max(rejected, refused) + " nodes: "
                    + peers.stream()
                            .map(peer -> peer.trouble)
                            .filter(text -> !text.isEmpty())
                            .findFirst()
                            .orElse("no reason given")
                    + ".");
        }
        until("Not all that was pushed came back", () -> {
            for (Connected peer : peers) {
                Optional<NodeId> last = peer.feed.flatMap(TracePush.AgentFeed::last);
                if (last.isPresent()
                        && !peers.getFirst().ask(replica -> replica.view().contains(last.get()))) {
                    return false;
                }
            }
            return true;
        });
        if (pushes) {
            long nodes =
                    peers.stream().mapToLong(peer -> peer.feed.get().offered()).sum();
            say("Pushed " + nodes + " nodes in " + (nowMs() - startedMs) / 1_000 + " s; all are acknowledged.");
        }
    }

    void printState() throws Failed {
        out.println(peers.getFirst().ask(StateReport::of));
        out.flush();
    }

    /** Stays until interrupted, or until nothing has moved for as long as was asked for. */
    void tail() throws Failed {
        lastMoveMs = nowMs();
        while (true) {
            failIfEnded();
            if (patience.isPresent() && nowMs() - lastMoveMs > patience.get().toMillis()) {
                return;
            }
            pause();
        }
    }

    private void until(String otherwise, Check check) throws Failed {
        lastMoveMs = nowMs();
        long reportedMs = nowMs();
        while (!check.done()) {
            failIfEnded();
            if (patience.isPresent() && nowMs() - lastMoveMs > patience.get().toMillis()) {
                String trouble = peers.stream()
                        .map(peer -> peer.trouble)
                        .filter(text -> !text.isEmpty())
                        .findFirst()
                        .orElse("");
                throw new Failed(otherwise + ", and nothing has moved for "
                        + patience.get().toSeconds() + " s" + (trouble.isEmpty() ? "" : "; last: " + trouble) + ".");
            }
            if (nowMs() - reportedMs > REPORT_MS) {
                reportedMs = nowMs();
                report();
            }
            pause();
        }
    }

    private void report() throws Failed {
        long acknowledged = peers.stream().mapToLong(peer -> peer.acknowledged).sum();
        long open = 0;
        int here = 0;
        for (Connected peer : peers) {
            open += peer.ask(Replica::unacknowledged);
            here = Math.max(here, peer.ask(replica -> replica.view().count()));
        }
        say(here + " nodes here, " + acknowledged + " of ours acknowledged, " + open + " not yet.");
    }

    private void failIfEnded() throws Failed {
        for (Connected peer : peers) {
            if (peer.end.isPresent()) {
                throw new Failed(sentence(peer.end.get()));
            }
        }
    }

    private void say(String line) {
        synchronized (err) {
            err.println(line);
            err.flush();
        }
    }

    private static String sentence(String why) {
        String capital = why.substring(0, 1).toUpperCase(Locale.ROOT) + why.substring(1);
        return capital.endsWith(".") ? capital : capital + ".";
    }

    private static void pause() throws Failed {
        try {
            Thread.sleep(LOOK_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failed("Interrupted.");
        }
    }

    private static long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    @Override
    public void close() {
        peers.forEach(peer -> peer.connection.close());
    }
}
