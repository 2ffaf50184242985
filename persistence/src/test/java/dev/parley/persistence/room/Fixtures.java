package dev.parley.persistence.room;

import dev.parley.core.access.Subscription;
import dev.parley.core.history.Candidate;
import dev.parley.core.history.Node;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Op;
import dev.parley.core.history.Signatures;
import dev.parley.core.history.Signer;
import dev.parley.core.history.Transaction;
import dev.parley.core.history.Verdict;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import dev.parley.core.id.SessionId;
import dev.parley.core.reconcile.Summary;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Rooms, peers and nodes for tests, with a signature scheme that costs nothing. */
public final class Fixtures {
    public static final RoomId ROOM = new RoomId("a room");
    public static final PeerId SERVER = peer(99);
    public static final RelayId R1 = new RelayId(1);
    public static final RelayId R2 = new RelayId(2);
    public static final SessionId S1 = new SessionId(11);
    public static final SessionId S2 = new SessionId(12);
    public static final SessionId S3 = new SessionId(13);

    /** Everything is valid; every key but that of zeros is a key. */
    public static final Signatures TRUSTING = new Signatures() {
        @Override
        public boolean valid(PeerId author, NodeId id, byte[] signature) {
            return true;
        }

        @Override
        public boolean validOver(PeerId key, byte[] message, byte[] signature) {
            return true;
        }

        @Override
        public boolean isKey(PeerId key) {
            return !key.equals(peer(0));
        }
    };

    private Fixtures() {}

    public static PeerId peer(int number) {
        byte[] bytes = new byte[PeerId.SIZE_BYTES];
        Arrays.fill(bytes, (byte) number);
        return PeerId.of(bytes);
    }

    /** A node of this author that sets {@code key}. */
    public static Node node(int author, long lamport, String key, NodeId... parents) {
        return node(author, lamport, key, 1, parents);
    }

    public static Node node(int author, long lamport, String key, int valueBytes, NodeId... parents) {
        Signer signer = new Signer() {
            @Override
            public PeerId peer() {
                return Fixtures.peer(author);
            }

            @Override
            public byte[] sign(NodeId id) {
                byte[] signature = new byte[Node.SIGNATURE_BYTES];
                Arrays.fill(signature, (byte) author);
                return signature;
            }

            @Override
            public byte[] signOver(byte[] message) {
                return new byte[Node.SIGNATURE_BYTES];
            }
        };
        byte[] value = new byte[valueBytes];
        Arrays.fill(value, (byte) 'v');
        Op op = new Op.MapSet(key, valueBytes == 1 ? key.getBytes(StandardCharsets.UTF_8) : value);
        return Nodes.sign(new Transaction(Fixtures.peer(author), lamport, 0, List.of(op), List.of(parents)), signer);
    }

    /** A chain of {@code count} nodes of one author after {@code parents}, lamports from {@code lamport} on. */
    public static List<Node> chain(int author, int count, long lamport, NodeId... parents) {
        List<Node> chain = new ArrayList<>();
        NodeId[] last = parents;
        for (int i = 0; i < count; i++) {
            Node next = node(author, lamport + i, "k" + author + "-" + (lamport + i), last);
            chain.add(next);
            last = new NodeId[] {next.id()};
        }
        return chain;
    }

    public static Candidate valid(Node node) {
        return new Candidate(node, new Verdict.Checked(node.id(), Verdict.SignatureState.VALID));
    }

    public static ToRoom.Submit submit(SessionId origin, int from, Node... nodes) {
        return new ToRoom.Submit(
                origin, peer(from), Arrays.stream(nodes).map(Fixtures::valid).toList());
    }

    public static ToRoom.Attach attach(RelayId relay) {
        return new ToRoom.Attach(relay, -1, 1, 0, -1, Set.of());
    }

    public static RosterEntry entry(SessionId session, int peer) {
        return new RosterEntry(session, peer(peer), "id" + peer, "ui");
    }

    public static ToRoom.Enter enter(RelayId relay, long version, RosterEntry entry) {
        return new ToRoom.Enter(
                relay,
                1,
                version,
                entry,
                new Summary(List.of(), new Summary.TheirSketch.Absent(), true),
                Subscription.EVERYTHING,
                true,
                Optional.empty());
    }
}
