package dev.parley.persistence.relay;

import dev.parley.core.access.Subscription;
import dev.parley.core.failure.SyncFailure;
import dev.parley.core.history.Candidate;
import dev.parley.core.history.Node;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Op;
import dev.parley.core.history.Transaction;
import dev.parley.core.history.Verdict;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import dev.parley.core.id.SessionId;
import dev.parley.core.reconcile.Difference;
import dev.parley.core.reconcile.PeerLacks;
import dev.parley.core.reconcile.Summary;
import dev.parley.core.session.Admission;
import dev.parley.core.session.Effect;
import dev.parley.core.session.Input;
import dev.parley.persistence.room.RelayId;
import dev.parley.persistence.room.RosterEntry;
import dev.parley.persistence.room.Run;
import dev.parley.persistence.room.ToRelay;
import dev.parley.persistence.room.ToRoom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** A relay with scripted inputs and its own time; what it does is collected by kind. */
final class RelayBench {
    static final RoomId ROOM = new RoomId("r");
    static final RelayId SELF = new RelayId(7);
    static final NodeId ROOT = NodeId.of(new byte[32]);

    final RelayRules rules;
    long nowMs = 1_000_000;
    final List<ToRoom> toRoom = new ArrayList<>();
    final List<RelayEffect.TellSession> toSessions = new ArrayList<>();
    boolean stop;
    private long numbers = 100;

    RelayBench(RelaySettings settings, long seed) {
        rules = new RelayRules(SELF, ROOM, settings, seed);
    }

    RelayBench() {
        this(RelaySettings.DEFAULT, 1);
    }

    /** Takes one input; what came before is forgotten. */
    RelayBench then(RelayInput input) {
        toRoom.clear();
        toSessions.clear();
        stop = false;
        for (RelayEffect effect : rules.step(input, nowMs)) {
            switch (effect) {
                case RelayEffect.TellRoom(var message) -> toRoom.add(message);
                case RelayEffect.TellSession tell -> toSessions.add(tell);
                case RelayEffect.Stop() -> stop = true;
            }
        }
        return this;
    }

    RelayBench room(ToRelay message) {
        return then(new RelayInput.FromRoom(message));
    }

    RelayBench session(int session, Effect.ForRoom request) {
        return then(new RelayInput.FromSession(new SessionId(session), request));
    }

    RelayBench after(long ms) {
        nowMs += ms;
        return then(new RelayInput.Tick());
    }

    /** Ticks every 100 ms for so long, and gathers all that is said. */
    List<ToRoom> during(long ms) {
        List<ToRoom> said = new ArrayList<>();
        for (long end = nowMs + ms; nowMs < end; ) {
            said.addAll(List.copyOf(after(100).toRoom));
        }
        return said;
    }

    /** A session of its own peer that was let in as of {@code asOfSeq}; its number is 10 × the session. */
    RelayBench admitted(int session, long asOfSeq, PeerId... peers) {
        enter(session, session, Subscription.EVERYTHING);
        return room(admission(session, asOfSeq, peers));
    }

    RelayBench enter(int session, int peer, Subscription subscription) {
        return session(
                session,
                new Effect.Enter(
                        session * 10L,
                        ROOM,
                        peer(peer),
                        "p" + peer,
                        "ui",
                        new Summary(List.of(), new Summary.TheirSketch.Absent(), true),
                        subscription,
                        true,
                        Optional.empty()));
    }

    static ToRelay.Admitted admission(int session, long asOfSeq, PeerId... peers) {
        return new ToRelay.Admitted(
                new SessionId(session),
                session * 10L,
                new Admission(
                        asOfSeq,
                        0,
                        ROOT,
                        List.of(),
                        Optional.empty(),
                        new Difference(List.of(), new PeerLacks.Nothing(), Difference.Strategy.EQUAL),
                        List.of(peers),
                        Set.of(),
                        OptionalLong.empty()));
    }

    /** A session that is live from {@code asOfSeq} on. */
    RelayBench live(int session, long asOfSeq, PeerId... peers) {
        admitted(session, asOfSeq, peers);
        return session(session, new Effect.GoLive(numbers++, asOfSeq));
    }

    RelayBench submit(int session, long number, long sizeBytes) {
        return session(
                session,
                new Effect.Submit(
                        number, List.of(new Candidate(node(number, "k"), new Verdict.Unchecked())), sizeBytes));
    }

    static ToRelay.Head head(long incarnation, long seq, long expects) {
        return new ToRelay.Head(incarnation, seq, expects);
    }

    /** A step with one run of one node on key {@code key}, brought by session {@code origin}. */
    static ToRelay.Step step(long seq, int origin, String key) {
        return new ToRelay.Step(
                seq, List.of(new Run(new SessionId(origin), peer(origin), List.of(node(seq, key)))), ROOT);
    }

    static ToRelay.Step step(long seq) {
        return step(seq, 99, "k");
    }

    static Node node(long number, String key) {
        Transaction transaction =
                new Transaction(peer(99), number, 0, List.of(new Op.MapSet(key, new byte[] {1})), List.of());
        return Nodes.claimed(Nodes.idOf(transaction), transaction, new byte[64]);
    }

    static PeerId peer(int number) {
        byte[] bytes = new byte[32];
        bytes[0] = (byte) number;
        bytes[1] = (byte) (number >> 8);
        return PeerId.of(bytes);
    }

    static RosterEntry entry(int session, int peer) {
        return new RosterEntry(new SessionId(session), peer(peer), "p" + peer, "ui");
    }

    static Input.PackAnswer stored(int nodes) {
        return new Input.PackAnswer(nodes, nodes, 0, 0, 0, 0, Optional.empty());
    }

    /** What session {@code session} was told just now. */
    List<Input> told(int session) {
        return toSessions.stream()
                .filter(tell -> tell.session().value() == session)
                .map(RelayEffect.TellSession::input)
                .toList();
    }

    /** The steps that {@code session} was told just now. */
    List<Long> stepsTold(int session) {
        return told(session).stream()
                .filter(Input.Relayed.class::isInstance)
                .map(input -> ((Input.Relayed) input).seq())
                .toList();
    }

    List<Class<?>> kindsToRoom() {
        return toRoom.stream().<Class<?>>map(ToRoom::getClass).toList();
    }

    static SyncFailure failure(Input input) {
        return ((Input.Failed) input).why();
    }
}
