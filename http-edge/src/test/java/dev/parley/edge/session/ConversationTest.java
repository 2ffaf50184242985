package dev.parley.edge.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.failure.SyncFailure;
import dev.parley.core.history.Candidate;
import dev.parley.core.history.Ed25519;
import dev.parley.core.history.Node;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Op;
import dev.parley.core.history.Packs;
import dev.parley.core.history.Signer;
import dev.parley.core.history.Transaction;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import dev.parley.core.id.SessionId;
import dev.parley.core.reconcile.Difference;
import dev.parley.core.reconcile.PeerLacks;
import dev.parley.core.session.Admission;
import dev.parley.core.session.Effect;
import dev.parley.core.session.Input;
import dev.parley.core.session.Phase;
import dev.parley.core.session.ReadingPace;
import dev.parley.core.session.SessionSettings;
import dev.parley.core.wire.Encoded;
import dev.parley.core.wire.MessageReader;
import dev.parley.edge.socket.InboundBudget;
import dev.parley.edge.socket.SocketDoor;
import dev.parley.edge.socket.SocketSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What a session's shell does, without an actor: on one thread, with a clock that is handed in. */
class ConversationTest {
    private static final SessionId SELF = new SessionId(7);
    private static final SessionId OTHER = new SessionId(8);
    private static final RoomId ROOM = new RoomId("room");
    private static final PeerId PEER = PeerId.of(new byte[32]);
    private static final Signer AUTHOR = Ed25519.signer(new byte[32]);
    private static final String HELLO = "{\"type\":\"hello\",\"pubkey\":\"" + PEER.toHex() + "\"}";
    private static final String NOOP = "{\"type\":\"noop\"}";
    private static final String EMPTY_PACK = "{\"type\":\"pack\",\"nodes\":\"AA==\"}";

    private final List<String> done = new ArrayList<>();
    private final ArrayDeque<Consumer<Conversation>> turns = new ArrayDeque<>();
    private final SessionCensus census = new SessionCensus(new SessionCensus.Bounds(9, 2, 9, 9));
    private final ChunkPermits chunks = new ChunkPermits(1);
    private boolean queueFull;
    private boolean relayThere = true;
    private Optional<RoomId> roomOfRoute = Optional.of(ROOM);
    private ReadingPace.Limit pace = ReadingPace.Limit.DEFAULT;
    private Conversation session;

    private void open() {
        census.admit(SELF, "address", roomOfRoute);
        Commons commons = new Commons(
                PEER,
                SessionSettings.DEFAULT,
                pace,
                SocketSettings.DEFAULT,
                InboundBudget.unbounded(),
                chunks,
                new AllowanceTable(0, 0, 1),
                census,
                SessionMeters.NONE);
        session = new Conversation(
                commons, new Around(), SELF, "address", roomOfRoute, new Door(), () -> done.add("greeted"));
        session.start();
    }

    /** Runs what was put off, as an actor would its mailbox. */
    private void settle() {
        while (!turns.isEmpty() && !session.ended()) {
            turns.poll().accept(session);
        }
    }

    private void hear(String json) {
        byte[] utf8 = json.getBytes(StandardCharsets.UTF_8);
        session.told(new Input.FromPeer(MessageReader.read(utf8, 0, utf8.length)));
        settle();
    }

    private void admit(PeerLacks lacks) {
        NodeId root = NodeId.of(new byte[32]);
        Difference difference = new Difference(List.of(), lacks, Difference.Strategy.EQUAL);
        session.told(new Input.Admitted(
                2,
                new Admission(
                        0,
                        0,
                        root,
                        List.of(),
                        Optional.of(root),
                        difference,
                        List.of(),
                        Set.of(),
                        OptionalLong.empty())));
        settle();
    }

    private void live() {
        open();
        hear(HELLO);
        admit(new PeerLacks.Nothing());
        session.told(new Input.FeedJoined(5, 0));
        settle();
        assertThat(session.phase()).isInstanceOf(Phase.Live.class);
        done.clear();
    }

    private static Input.Relayed relayed(long seq) {
        return new Input.Relayed(seq, List.of(new Input.RelayedPack(OTHER, encoded("{\"seq\":" + seq + "}"))));
    }

    @Test
    void whatIsForTheRoomWaitsForItsRelayInOrder() {
        relayThere = false;
        open();

        hear(HELLO);
        session.told(new Input.PeerGone());
        assertThat(done).containsSubsequence("stop HELLO", "greeted", "find relay of room");
        assertThat(done).noneMatch(line -> line.startsWith("to room"));
        session.relayFound(effect -> done.add("to room " + effect.getClass().getSimpleName()));

        assertThat(done).endsWith("to room Enter", "to room Leave");
    }

    @Test
    void aFullQueueEndsTheSessionAfterTheStepThatMetIt() {
        live();
        queueFull = true;

        session.told(relayed(1));

        assertThat(done).containsExactly("shared {\"seq\":1}", "hang up 4001 resync required", "to room Leave");
        assertThat(session.ended()).isTrue();
    }

    @Test
    void whatThePeerCanDoWithoutNeverEndsIt() {
        live();
        queueFull = true;

        session.told(new Input.Announced(PeerId.of(bytes(1)), encoded("{}"), Optional.of("key")));

        assertThat(done).containsExactly("droppable {} of key");
        assertThat(session.ended()).isFalse();
    }

    @Test
    void theNextMessageIsReadWhenThePaceAllows() {
        pace = new ReadingPace.Limit(1, 2);
        live();

        hear(NOOP);
        assertThat(done).containsExactly("reply {\"type\":\"noop-ack\"}", "start ReadOn in 1000 ms");
        session.fired(SessionTimer.READ_ON);

        assertThat(done).endsWith("read");
    }

    @Test
    void anEmptyPackIsCountedBeforeItsAnswer() {
        live();

        hear(EMPTY_PACK);

        assertThat(done).first().asString().startsWith("reply {\"type\":\"pack-ack\"");
        assertThat(done).last().isEqualTo("read");
    }

    @Test
    void aMemberThatLeavesEndsAnIdleSessionAtOnce() {
        live();

        census.memberLeaves();
        settle();

        assertThat(done).containsExactly("start GraceOver in 3000 ms", "hang up 1012 service restart", "to room Leave");
    }

    @Test
    void aPackInFlightIsAnsweredBeforeItsMemberLeaves() {
        live();
        submitOne();

        session.memberLeaves();
        assertThat(done).containsExactly("start GraceOver in 3000 ms");
        session.told(new Input.Answered(7, new Input.PackAnswer(1, 1, 0, 0, 0, 0, Optional.empty())));

        assertThat(done).element(1).asString().startsWith("reply {\"type\":\"pack-ack\"");
        assertThat(done).endsWith("hang up 1012 service restart", "to room Leave");
    }

    @Test
    void aPackWithoutAnAnswerDelaysTheEndNoLongerThanItsGrace() {
        live();
        submitOne();
        session.memberLeaves();

        session.fired(SessionTimer.GRACE_OVER);

        assertThat(done).endsWith("hang up 1012 service restart", "to room Leave");
    }

    /** One pack of one node is with the room, as request 7. */
    private void submitOne() {
        Node node =
                Nodes.sign(new Transaction(AUTHOR.peer(), 1, 0, List.of(new Op.MapDelete("key")), List.of()), AUTHOR);
        hear("{\"type\":\"pack\",\"nodes\":\"" + Base64.getEncoder().encodeToString(Packs.encode(List.of(node)))
                + "\"}");
        session.told(new Input.Verified(6, List.of(new Candidate(node, Nodes.verdict(node, Ed25519.best())))));
        assertThat(done).contains("verify", "to room Submit");
        done.clear();
    }

    @Test
    void nothingIsReadAndNothingHeardOnceItLeaves() {
        live();
        session.memberLeaves();
        done.clear();

        session.told(new Input.FromPeer(new dev.parley.core.wire.FromPeer.Noop()));

        assertThat(done).isEmpty();
    }

    @Test
    void aChunkIsAskedForWhenItIsThisSessionsTurn() {
        chunks.take(OTHER, () -> {});
        open();
        hear(HELLO);
        admit(new PeerLacks.Since(0));
        assertThat(done).noneMatch(line -> line.equals("to room Pull"));

        chunks.giveBack(OTHER);
        settle();

        assertThat(done).last().isEqualTo("to room Pull");
        session.over();
        assertThat(chunks.held()).isZero();
    }

    @Test
    void aTurnThatComesTooLateAsksForNothing() {
        chunks.take(OTHER, () -> {});
        open();
        hear(HELLO);
        admit(new PeerLacks.Since(0));
        session.told(new Input.PeerGone());
        done.clear();

        chunks.giveBack(OTHER);
        turns.forEach(turn -> turn.accept(session));

        assertThat(done).isEmpty();
    }

    @Test
    void aRoomThatIsNamedByHelloAndFullEndsItInATurnOfItsOwn() {
        roomOfRoute = Optional.empty();
        census.admit(OTHER, "elsewhere", Optional.of(ROOM));
        census.admit(new SessionId(9), "elsewhere", Optional.of(ROOM));
        open();

        hear("{\"type\":\"hello\",\"room\":\"room\",\"pubkey\":\"" + PEER.toHex() + "\"}");

        assertThat(done).noneMatch(line -> line.startsWith("find relay") || line.startsWith("to room"));
        assertThat(done).last().asString().startsWith("hang up 1011");
    }

    @Test
    void aRelayThatStopsUnderItLosesTheFeed() {
        live();

        session.relayGone();

        assertThat(done).containsExactly("relay lost", "hang up 4001 resync required", "to room Leave");
        session.relayGone();
        assertThat(done).hasSize(3);
    }

    @Test
    void aBugEndsThisOneSession() {
        open();
        done.clear();

        session.told(relayed(1)); // Nobody relays to one who has not said hello.

        assertThat(done).containsExactly("bug in handshaking at Relayed", "hang up 1011 internal error");
        assertThat(session.ended()).isTrue();
    }

    @Test
    void theEndGivesEverythingBack() {
        live();

        session.over();

        assertThat(done).containsExactly("to room Leave", "hang up 1011 internal error");
        assertThat(census.sessions()).isZero();
    }

    @Test
    void whatTheSocketReportsEndsItByItsCode() {
        live();

        session.told(new Input.Failed(new SyncFailure.SendStalled(Duration.ofSeconds(5))));

        assertThat(done).containsExactly("hang up 1011 server overload", "to room Leave");
    }

    private static Encoded encoded(String json) {
        return new Encoded(json, json.length());
    }

    private static byte[] bytes(int first) {
        byte[] bytes = new byte[32];
        bytes[0] = (byte) first;
        return bytes;
    }

    private final class Around implements Surroundings {
        @Override
        public long nowMs() {
            return 0;
        }

        @Override
        public long nowNanos() {
            return 0;
        }

        @Override
        public void later(Consumer<Conversation> turn) {
            turns.add(turn);
        }

        @Override
        public void startTimer(SessionTimer timer, Duration after) {
            done.add("start " + name(timer) + " in " + after.toMillis() + " ms");
        }

        @Override
        public void stopTimer(SessionTimer timer) {
            done.add("stop " + name(timer));
        }

        private String name(SessionTimer timer) {
            return timer instanceof SessionTimer.OfStep(var of, var number)
                    ? of.name()
                    : timer.getClass().getSimpleName();
        }

        @Override
        public void verify(Effect.Verify verify) {
            done.add("verify");
        }

        @Override
        public void findRelay(RoomId room) {
            done.add("find relay of " + room.value());
            if (relayThere) {
                later(found -> found.relayFound(
                        effect -> done.add("to room " + effect.getClass().getSimpleName())));
            }
        }

        @Override
        public void bug(String phase, String input, RuntimeException bug) {
            done.add("bug in " + phase + " at " + input);
        }

        @Override
        public void relayLost() {
            done.add("relay lost");
        }
    }

    private final class Door implements SocketDoor {
        @Override
        public void reply(Encoded message) {
            done.add("reply " + message.json());
        }

        @Override
        public boolean send(Encoded message) {
            done.add("news " + message.json());
            return !queueFull;
        }

        @Override
        public boolean sendShared(Encoded message) {
            done.add("shared " + message.json());
            return !queueFull;
        }

        @Override
        public void sendDroppable(Encoded message, Optional<String> key) {
            done.add("droppable " + message.json() + key.map(it -> " of " + it).orElse(""));
        }

        @Override
        public void replyThenTell(Encoded message) {
            done.add("reply and tell " + message.json());
        }

        @Override
        public void readNext() {
            done.add("read");
        }

        @Override
        public void hangUp(int code, String reason) {
            done.add("hang up " + code + " " + reason);
        }
    }
}
