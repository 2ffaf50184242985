package dev.parley.sim.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.access.WritePolicy;
import dev.parley.core.history.Candidate;
import dev.parley.core.history.Node;
import dev.parley.core.history.NodeLimits;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Op;
import dev.parley.core.history.Signatures;
import dev.parley.core.history.Transaction;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import dev.parley.core.id.SessionId;
import dev.parley.persistence.relay.RelaySettings;
import dev.parley.persistence.room.ControlRequest;
import dev.parley.persistence.room.Flushed;
import dev.parley.persistence.room.PolicyBounds;
import dev.parley.persistence.room.RoomEvent;
import dev.parley.persistence.room.RoomRules;
import dev.parley.persistence.room.RoomSettings;
import dev.parley.persistence.room.RoomState;
import dev.parley.persistence.room.ToRoom;
import dev.parley.sim.check.Invariants;
import dev.parley.sim.check.JudgedRules;
import dev.parley.sim.check.Promises;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** The naive judge and the rooms' rules decide alike, whatever packs come, and each in its words. */
class PlainJudgeTest {
    private static final long NOW_MS = 1_700_000_000_000L;

    private static final Signatures CHEAP = new Signatures() {
        @Override
        public boolean valid(PeerId author, NodeId id, byte[] signature) {
            return PlainSignatures.CHEAP.valid(author, id, signature);
        }

        @Override
        public boolean validOver(PeerId key, byte[] message, byte[] signature) {
            return false;
        }

        @Override
        public boolean isKey(PeerId key) {
            return true;
        }
    };

    @Property(tries = 300)
    void anyPacksAreDecidedAlike(@ForAll long seed) {
        Random random = new Random(seed);
        RoomSettings settings = settings(random);
        Invariants invariants =
                new Invariants(Promises.of(settings, RelaySettings.DEFAULT, Drawn.SERVER, PlainSignatures.CHEAP));
        JudgedRules rules = new JudgedRules(settings, Drawn.SERVER, CHEAP, PolicyBounds.DEFAULT, invariants);
        RoomState room = RoomState.empty(new RoomId("judged"));
        List<Node> brought = new ArrayList<>();
        int stored = 0;
        for (int turn = 0; turn < 12; turn++) {
            List<ToRoom.Submit> submits = new ArrayList<>();
            for (int left = random.nextInt(4); left >= 0; left--) {
                submits.add(new ToRoom.Submit(
                        new SessionId(random.nextInt(3)), Drawn.peer(random.nextInt(3)), pack(random, brought)));
            }
            Flushed flushed = rules.decide(room, submits, NOW_MS); // Throws when they differ.
            for (RoomEvent event : flushed.events()) {
                room = RoomRules.evolve(room, event);
                invariants.committed(room.seq(), event);
                stored++;
            }
            if (random.nextInt(4) == 0) {
                RoomEvent event = new RoomEvent.PolicySet(
                        policy(random),
                        room.view().clock(),
                        new ControlRequest(new SessionId(9), turn),
                        room.view().root());
                room = RoomRules.evolve(room, event);
                invariants.committed(room.seq(), event);
            }
            invariants.recovered(room);
        }
        assertThat(room.view().count()).isGreaterThanOrEqualTo(stored);
    }

    private static RoomSettings settings(Random random) {
        RoomSettings d = RoomSettings.DEFAULT;
        NodeLimits node = random.nextBoolean() ? NodeLimits.DEFAULT : new NodeLimits(2, 2, 3, 8, 1, 400, 3);
        return d.with(new RoomSettings.Limits(
                        node,
                        random.nextBoolean(),
                        random.nextBoolean() ? 1_000 : 20,
                        random.nextBoolean() ? 1 << 20 : 6_000))
                .with(new RoomSettings.Orphans(
                        random.nextBoolean() ? 0 : 100, 1 << 20, d.orphans().ttl()));
    }

    private static WritePolicy policy(Random random) {
        return new WritePolicy(
                List.of(
                        new WritePolicy.Rule("b/**", List.of(Drawn.peer(1), Drawn.SERVER)),
                        new WritePolicy.Rule("\0*", List.of())),
                random.nextBoolean() ? WritePolicy.Fallback.ALLOW_ALL : WritePolicy.Fallback.DENY_ALL);
    }

    private static List<Candidate> pack(Random random, List<Node> brought) {
        List<Candidate> pack = new ArrayList<>();
        for (int left = random.nextInt(7); left >= 0; left--) {
            if (!brought.isEmpty() && random.nextInt(4) == 0) {
                pack.add(candidate(brought.get(random.nextInt(brought.size()))));
                continue;
            }
            Node node = node(random, brought);
            brought.add(node);
            if (random.nextInt(5) > 0) { // Else somebody's parent is missing.
                pack.add(candidate(node));
            }
        }
        java.util.Collections.shuffle(pack, random);
        return pack;
    }

    private static Candidate candidate(Node node) {
        return new Candidate(node, Nodes.verdict(node, CHEAP));
    }

    private static Node node(Random random, List<Node> brought) {
        List<NodeId> parents = new ArrayList<>();
        long lamport = 1;
        for (int left = random.nextInt(3); left > 0 && !brought.isEmpty(); left--) {
            Node parent = brought.get(Math.max(0, brought.size() - 1 - random.nextInt(4)));
            parents.add(parent.id());
            lamport = Math.max(lamport, parent.transaction().lamport() + 1);
        }
        lamport += switch (random.nextInt(12)) {
            case 0 -> 1L << 20;
            case 1 -> (1L << 20) - 1;
            case 2 -> 1L << 62;
            default -> 0;
        };
        long wallMs = random.nextInt(10) == 0 ? NOW_MS + 86_400_000L + random.nextInt(2) : random.nextInt(2) * NOW_MS;
        Transaction transaction = snapshotOr(random, Drawn.transaction(random, lamport, wallMs, parents));
        Node signed = Drawn.signed(transaction);
        return switch (random.nextInt(12)) {
            case 0 -> Nodes.claimed(signed.id(), transaction, new byte[Node.SIGNATURE_BYTES]);
            case 1 ->
                Nodes.claimed(
                        signed.id(), transaction, Drawn.signer(Drawn.peer(9)).sign(signed.id()));
            case 2 ->
                Nodes.claimed(
                        Drawn.signed(new Transaction(Drawn.peer(1), 7, 7, List.of(), List.of()))
                                .id(),
                        transaction,
                        signed.signature());
            default -> signed;
        };
    }

    private static Transaction snapshotOr(Random random, Transaction drawn) {
        if (random.nextInt(6) > 0) {
            return drawn;
        }
        List<Op> ops = List.of(
                new Op.MapSet("\0snap:hash", new byte[random.nextInt(4) == 0 ? 31 : 32]),
                new Op.MapSet("\0snap:front", new byte[] {(byte) random.nextInt(2)}));
        PeerId author = random.nextBoolean() ? Drawn.SERVER : drawn.author();
        return new Transaction(author, drawn.lamport(), drawn.wallMs(), ops, drawn.parents());
    }

    @Test
    void aRealSignatureHoldsAndAnotherDoesNot() {
        var signer = dev.parley.core.history.Ed25519.signer(new byte[32]);
        NodeId id = NodeId.of(new byte[NodeId.SIZE_BYTES]);
        byte[] signature = signer.sign(id);

        assertThat(PlainSignatures.REAL.valid(signer.peer(), id, signature)).isTrue();
        signature[3] ^= 1;
        assertThat(PlainSignatures.REAL.valid(signer.peer(), id, signature)).isFalse();
    }
}
