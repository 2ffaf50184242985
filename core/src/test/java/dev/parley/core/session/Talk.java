package dev.parley.core.session;

import dev.parley.core.access.Capabilities;
import dev.parley.core.failure.CloseCode;
import dev.parley.core.history.Candidate;
import dev.parley.core.history.Ed25519;
import dev.parley.core.history.Node;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Op;
import dev.parley.core.history.Packs;
import dev.parley.core.history.Signer;
import dev.parley.core.history.Transaction;
import dev.parley.core.history.Verdict;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import dev.parley.core.id.SessionId;
import dev.parley.core.reconcile.Difference;
import dev.parley.core.reconcile.PeerLacks;
import dev.parley.core.reconcile.Summary;
import dev.parley.core.wire.FromPeer;
import dev.parley.core.wire.ToPeer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;

/** One conversation under test: the phase it is in, the time, and short words for what happens. */
final class Talk {
    static final RoomId ROOM = new RoomId("r1");
    static final SessionId SELF = new SessionId(42);
    static final PeerId SERVER = peer(0x5e);
    static final PeerId PEER = peer(0x11);
    static final PeerId OTHER = peer(0x22);
    static final NodeId ROOT = id(0x0a);
    static final NodeId TREE = id(0x0b);
    static final Duration WAIT = Duration.ofSeconds(20);
    static final long START_MS = 1_700_000_000_000L;

    /** No limits, so that a test that is not about them does not meet them. */
    static final SessionSettings UNLIMITED =
            new SessionSettings(Duration.ofSeconds(15), WAIT, 16L << 20, 8, 0, 0, 384 << 10, 4);

    private static final Signer SIGNER = Ed25519.signer(new byte[32]);
    private static final List<Node> CHAIN = chain(20);
    private static final byte[][] CHUNKS = {{10}, {11}, {12}, {13}, {14}, {15}};

    Phase phase;
    long nowMs = START_MS;

    private Talk(Phase phase) {
        this.phase = phase;
    }

    static Talk opened() {
        return opened(UNLIMITED);
    }

    static Talk opened(SessionSettings settings) {
        return new Talk(Session.open(new About(SELF, Optional.of(ROOM), SERVER, settings)));
    }

    /** On the route where hello names the room. */
    static Talk openedWithoutRoom() {
        return new Talk(Session.open(new About(SELF, Optional.empty(), SERVER, UNLIMITED)));
    }

    static Talk reconciling() {
        return opened().saying(hello());
    }

    static Talk catchingUp() {
        return reconciling().then(new Input.Admitted(2, admission(new PeerLacks.Everything(), Set.of())));
    }

    static Talk live(String... capabilities) {
        return live(UNLIMITED, capabilities);
    }

    static Talk live(SessionSettings settings, String... capabilities) {
        return opened(settings)
                .saying(hello())
                .then(new Input.Admitted(2, admission(new PeerLacks.Nothing(), Set.of(capabilities))))
                .then(new Input.FeedJoined(5, 10));
    }

    List<Effect> hears(FromPeer message) {
        return step(new Input.FromPeer(message));
    }

    List<Effect> step(Input input) {
        Step step = Session.step(phase, input, nowMs);
        phase = step.next();
        return step.effects();
    }

    Talk saying(FromPeer message) {
        hears(message);
        return this;
    }

    Talk then(Input input) {
        step(input);
        return this;
    }

    Talk after(long ms) {
        nowMs += ms;
        return this;
    }

    static FromPeer.Hello hello() {
        return hello(PEER.toHex(), List.of());
    }

    static FromPeer.Hello hello(String pubkey, List<String> subscribe) {
        return new FromPeer.Hello(
                pubkey,
                Optional.of("ignored"),
                List.of(id(1)),
                new Summary.TheirSketch.Absent(),
                Capabilities.DEFAULT,
                subscribe,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty());
    }

    static Admission admission(PeerLacks lacks, Set<String> capabilities) {
        return admission(lacks, capabilities, OptionalLong.empty());
    }

    static Admission admission(PeerLacks lacks, Set<String> capabilities, OptionalLong expirySeconds) {
        return new Admission(
                10,
                100,
                ROOT,
                List.of(id(9), id(3)),
                Optional.of(TREE),
                new Difference(List.of(id(7)), lacks, Difference.Strategy.FULL),
                List.of(OTHER),
                capabilities,
                expirySeconds);
    }

    static Input.Chunk chunk(int nodes, int nextPosition, boolean last) {
        return new Input.Chunk(bytes(nodes), nodes, nextPosition, last, 12, 120, Optional.of(ROOT));
    }

    /** The bytes of a chunk of so many nodes: always the same array, because messages compare theirs by identity. */
    static byte[] bytes(int nodes) {
        return CHUNKS[nodes];
    }

    static FromPeer.Pack pack(Node... nodes) {
        List<Node> all = List.of(nodes);
        return new FromPeer.Pack(new FromPeer.PackContent.Nodes(all, Packs.encode(all).length));
    }

    /** A pack of nodes {@code first} to before {@code end} of one chain. */
    static FromPeer.Pack pack(int first, int end) {
        return pack(nodes(first, end).toArray(Node[]::new));
    }

    static List<Node> nodes(int first, int end) {
        return CHAIN.subList(first, end);
    }

    static List<NodeId> ids(int first, int end) {
        return nodes(first, end).stream().map(Node::id).toList();
    }

    static List<Candidate> candidates(int first, int end) {
        return nodes(first, end).stream()
                .map(node -> new Candidate(node, new Verdict.Checked(node.id(), Verdict.SignatureState.VALID)))
                .toList();
    }

    static Input.PackAnswer stored(int nodes) {
        return new Input.PackAnswer(nodes, nodes, 0, 0, 0, 0, Optional.empty());
    }

    static Input.PackAnswer rejected(int nodes) {
        return new Input.PackAnswer(nodes, 0, 0, 0, nodes, 0, Optional.of("policy violation"));
    }

    static Effect failure(String text) {
        return new Effect.Send(new ToPeer.Failure(text));
    }

    static Effect ack(int incoming, int accepted) {
        return new Effect.Send(new ToPeer.PackAck(ROOM, incoming, accepted, incoming - accepted, 0));
    }

    static Effect hangUp(CloseCode code) {
        return new Effect.HangUp(code, code.reason());
    }

    static NodeId id(int fill) {
        return NodeId.of(filled(fill));
    }

    static PeerId peer(int fill) {
        return PeerId.of(filled(fill));
    }

    private static byte[] filled(int fill) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) fill);
        return bytes;
    }

    private static List<Node> chain(int length) {
        List<Node> nodes = new ArrayList<>();
        IntStream.range(0, length).forEach(i -> {
            List<NodeId> parents = i == 0 ? List.of() : List.of(nodes.get(i - 1).id());
            Op op = new Op.MapSet("key", new byte[] {(byte) i});
            nodes.add(Nodes.sign(new Transaction(SIGNER.peer(), i + 1, 0, List.of(op), parents), SIGNER));
        });
        return nodes;
    }
}
