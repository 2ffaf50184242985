package dev.parley.edge.peer;

import dev.parley.core.id.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One run of the peer command: its peers, its store, and the wait until they have done their work. */
final class PeerRun implements AutoCloseable {
    private static final long LOOK_MS = 20;
    private static final long REPORT_MS = 2_000;
    private static final long QUIET_MS = 10_000;
    private static final long SAVE_MS = 2_000;

    private final Voice voice;
    private final Optional<Duration> patience;
    private final boolean json;
    private final Optional<ReplicaStore> store;
    private final List<RunningPeer> peers = new ArrayList<>();
    private long lastMoveMs = RunningPeer.nowMs();
    private long savedMs = RunningPeer.nowMs();
    private String reported = "";
    private long quietTold;
    private boolean closed;

    /** The command cannot go on; the message is for the user. {@code refused} when the peer is not let in as it is. */
    static final class Failed extends Exception {
        private static final long serialVersionUID = 1L;

        private final boolean refused;

        Failed(String sentence) {
            this(sentence, false);
        }

        Failed(String sentence, boolean refused) {
            super(sentence);
            this.refused = refused;
        }

        boolean refused() {
            return refused;
        }
    }

    private interface Check {
        boolean done() throws Failed;
    }

    PeerRun(Voice voice, Optional<Duration> patience, boolean json, Optional<ReplicaStore> store) {
        this.voice = voice;
        this.patience = patience;
        this.json = json;
        this.store = store;
    }

    /** Adds a peer and starts it; the first one is the one that writes, shows and tails. */
    void add(RunningPeer peer) {
        peers.add(peer);
        peer.start();
    }

    RunningPeer first() {
        return peers.getFirst();
    }

    boolean offline() {
        return first().offline();
    }

    /** Waits until every connection is in the room and has what the room had. */
    void join() throws Failed {
        if (offline()) {
            voice.say("Offline in room " + first().ask(Replica::room) + " as " + first().ask(Replica::peer) + ": "
                    + Canonical.counted(first().view().count(), "node") + ".");
            return;
        }
        until("The room has not let us in", () -> peers.stream().allMatch(peer -> peer.ask(Replica::caughtUp)));
        int nodes = first().view().count();
        int others = first().ask(replica -> replica.others(RunningPeer.nowMs()).size());
        voice.say("Joined room " + first().ask(Replica::room) + " as " + first().ask(Replica::peer) + ": "
                + Canonical.counted(nodes, "node") + ", "
                + (others == 0 ? "nobody else here" : Canonical.counted(others, "other") + " here") + ".");
    }

    /** Waits until everything is written and acknowledged, and the first peer has what the others wrote. */
    void finish() throws Failed {
        if (offline()) {
            keep();
            return;
        }
        boolean pushes = first().feed().isPresent();
        long startedMs = RunningPeer.nowMs();
        until(
                "The server has not acknowledged everything",
                () -> peers.stream()
                        .allMatch(peer ->
                                peer.feed().map(TracePush.AgentFeed::finished).orElse(true)
                                        && peer.ask(replica -> replica.settled() && replica.requestsOpen() == 0)));
        long refused = peers.stream()
                .mapToLong(peer -> Math.max(peer.rejected(), peer.ask(Replica::refused)))
                .sum();
        if (refused > 0) {
            throw new Failed("The server refused " + Canonical.counted((int) refused, "node") + ": "
                    + trouble().orElse("no reason given")
                    + ". What follows a refused node is refused with it; a new --key starts afresh.");
        }
        until(
                "Not all that was pushed came back",
                () -> peers.stream().allMatch(peer -> {
                    Optional<NodeId> last = peer.feed().flatMap(TracePush.AgentFeed::last);
                    return last.isEmpty()
                            || first().ask(replica -> replica.view().contains(last.get()));
                }));
        if (pushes) {
            long nodes = peers.stream()
                    .mapToLong(peer -> peer.feed().orElseThrow().offered())
                    .sum();
            long seconds = (RunningPeer.nowMs() - startedMs) / 1_000;
            voice.say("Pushed " + nodes + " nodes in " + seconds + " s; all are acknowledged.");
        }
        keep();
    }

    /** Prints what was asked for. Errors: {@link Failed} when it is not there. */
    void show(Order.Show show) throws Failed {
        switch (show) {
            case Order.State asked -> voice.print(List.of(first().ask(StateReport::of)));
            case Order.Who asked ->
                voice.print(first().ask(replica -> People.lines(replica, RunningPeer.nowMs(), json)));
            default ->
                voice.print(first().read(state -> Showing.lines(show, state, json))
                        .orElseThrow(() -> new Failed("There is no key '" + ValueText.line(((Order.Get) show).key(), 80)
                                + "' in this room.")));
        }
    }

    /** Has the server do something, and says what it answered. Errors: {@link Failed} when it did not do it. */
    void control(Order.Control control) throws Failed {
        if (offline()) {
            throw new Failed("There is no server to ask while offline.");
        }
        RunningPeer peer = first();
        String message = switch (control) {
            case Order.Lock(var pubkey) -> PeerMessages.setRoomKey(pubkey);
            case Order.Policy policy -> PolicyFile.message(policy);
            case Order.ServerInfo asked -> PeerMessages.SERVER_INFO;
        };
        String type = switch (control) {
            case Order.Lock lock -> "room-locked";
            case Order.Policy policy -> "policy-set";
            case Order.ServerInfo asked -> "server-info";
        };
        peer.request(message, type);
        try {
            until("The server has not answered", () -> peer.ask(Replica::requestsOpen) == 0);
        } finally {
            peer.requestDone();
        }
        if (peer.answer().isEmpty()) {
            throw new Failed(denied(control, peer.complaint()));
        }
        voice.print(List.of(
                json
                        ? peer.answer().get()
                        : PolicyFile.done(control, peer.answer().get())));
    }

    private String denied(Order.Control control, Optional<Notice.Complaint> complaint) {
        String text = complaint.map(RunningPeer::described).orElse("it gave no reason");
        String capability = complaint
                .map(said -> said.fields().getOrDefault("required_capability", ""))
                .orElse("");
        return "The server did not do it: " + text + "."
                + (capability.isEmpty()
                        ? ""
                        : " That needs a token with " + capability + " in --token; an operator makes one with"
                                + " ./parley token --room " + first().ask(Replica::room) + " --peer "
                                + first().ask(Replica::peer) + " --caps " + capability
                                + ", and --key keeps that peer.");
    }

    /** Prints changes until interrupted, or until nothing has moved for as long as was asked for. */
    void tail(Optional<Long> since) throws Failed {
        first().tail(since);
        lastMoveMs = RunningPeer.nowMs();
        while (patience.isEmpty()
                || RunningPeer.nowMs() - lastMove() <= patience.get().toMillis()) {
            failIfGone();
            keepNowAndThen();
            pause();
        }
    }

    private long lastMove() {
        return peers.stream().mapToLong(RunningPeer::lastMoveMs).reduce(lastMoveMs, Math::max);
    }

    private void until(String otherwise, Check check) throws Failed {
        lastMoveMs = RunningPeer.nowMs();
        long reportedMs = lastMoveMs;
        while (!check.done()) {
            failIfGone();
            if (patience.isPresent()
                    && RunningPeer.nowMs() - lastMove() > patience.get().toMillis()) {
                throw new Failed(otherwise + ", and nothing has moved for "
                        + patience.get().toSeconds() + " s"
                        + trouble().map(text -> "; last: " + text).orElse("") + ".");
            }
            if (RunningPeer.nowMs() - reportedMs > REPORT_MS) {
                reportedMs = RunningPeer.nowMs();
                report();
            }
            keepNowAndThen();
            pause();
        }
    }

    private Optional<String> trouble() {
        return peers.stream()
                .map(RunningPeer::trouble)
                .filter(text -> !text.isEmpty())
                .findFirst();
    }

    /** Says how far it is, when that has changed; a long silence is named now and then. */
    private void report() {
        long acknowledged = peers.stream().mapToLong(RunningPeer::acknowledged).sum();
        long open = peers.stream()
                .mapToLong(peer -> peer.ask(Replica::unacknowledged))
                .sum();
        int here = peers.stream().mapToInt(peer -> peer.view().count()).max().orElse(0);
        String line = here + " nodes here, " + acknowledged + " of ours acknowledged, " + open + " not yet.";
        long quietMs = RunningPeer.nowMs() - lastMove();
        if (!line.equals(reported) && here > 0) {
            reported = line;
            voice.say(line);
        } else if (quietMs >= QUIET_MS && quietMs / QUIET_MS != quietTold) {
            voice.say("Waiting for the server, for " + quietMs / 1_000 + " s now.");
        }
        quietTold = quietMs / QUIET_MS;
    }

    /** Errors: {@link Failed} when a peer has no connection any more and gets no other. */
    void failIfGone() throws Failed {
        for (RunningPeer peer : peers) {
            if (peer.gone().isPresent()) {
                throw new Failed(peer.gone().get().why(), peer.gone().get().refused());
            }
        }
    }

    void keepNowAndThen() throws Failed {
        if (RunningPeer.nowMs() - savedMs > SAVE_MS) {
            savedMs = RunningPeer.nowMs();
            keep();
        }
    }

    /** Writes the store, if there is one. */
    void keep() throws Failed {
        if (store.isPresent()) {
            try {
                store.get().save(first().view());
            } catch (ReplicaStore.Unusable e) {
                throw new Failed(e.getMessage());
            }
        }
    }

    static void pause() throws Failed {
        try {
            Thread.sleep(LOOK_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failed("Interrupted.");
        }
    }

    /** Leaves the room and keeps what is here. A second call does nothing; safe from any thread. */
    @Override
    public synchronized void close() {
        if (closed || peers.isEmpty()) {
            return;
        }
        closed = true;
        peers.forEach(RunningPeer::close);
        try {
            keep();
        } catch (Failed e) {
            voice.say(e.getMessage());
        } catch (RunningPeer.Interrupted e) {
            voice.say("Interrupted before the store was written.");
        }
        store.ifPresent(ReplicaStore::close);
    }
}
