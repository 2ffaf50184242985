package dev.parley.sim.oracle;

import dev.parley.core.history.Anchor;
import dev.parley.core.history.ItemId;
import dev.parley.core.history.Node;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Op;
import dev.parley.core.history.OpId;
import dev.parley.core.history.Signer;
import dev.parley.core.history.Transaction;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Random nodes of every kind of op, by few authors on few keys, so that they meet. */
final class Drawn {
    static final PeerId SERVER = peer(0);

    private static final String[] KEYS = {
        "a", "b/c", "b/c/d", "\u00e9", "\ud83d\ude00", "\uff61", "\0e2ee", "\0snap:hash"
    };

    private Drawn() {}

    static PeerId peer(int number) {
        byte[] bytes = new byte[PeerId.SIZE_BYTES];
        bytes[0] = (byte) number;
        bytes[31] = (byte) (0xF0 + number);
        return PeerId.of(bytes);
    }

    static Transaction transaction(Random random, long lamport, long wallMs, List<NodeId> parents) {
        PeerId author = random.nextInt(30) == 0 ? PeerId.of(new byte[PeerId.SIZE_BYTES]) : peer(random.nextInt(4));
        List<Op> ops = new ArrayList<>();
        for (int left = random.nextInt(4); left > 0; left--) {
            ops.add(op(random, lamport));
        }
        return new Transaction(author, lamport, wallMs, ops, parents);
    }

    static Op op(Random random, long lamport) {
        String key = KEYS[random.nextInt(KEYS.length)];
        return switch (random.nextInt(12)) {
            case 0, 1 -> new Op.MapSet(key, value(random));
            case 2 -> new Op.MapDelete(key);
            case 3 -> new Op.MapSetBlob(key, NodeId.of(Arrays.copyOf(value(random), NodeId.SIZE_BYTES)));
            case 4, 5 -> new Op.ListInsert(key, item(random), position(random));
            case 6 -> new Op.ListDelete(key, item(random));
            case 7 -> new Op.ListMove(key, item(random), position(random));
            case 8 ->
                new Op.TextInsert(
                        key,
                        random.nextInt(4) == 0 ? Optional.empty() : Optional.of(character(random, lamport)),
                        random.nextInt(6) == 0 ? 0x1F600 : 'a' + random.nextInt(26));
            case 9 -> new Op.TextDelete(key, character(random, lamport));
            case 10 ->
                new Op.TextInsertRange(key, anchor(random, lamport), "hello\ud83d\ude00".substring(random.nextInt(6)));
            default -> new Op.TextDeleteRange(key, anchor(random, lamport), random.nextInt(5));
        };
    }

    private static Anchor anchor(Random random, long lamport) {
        return switch (random.nextInt(4)) {
            case 0 -> new Anchor.Start();
            case 1 -> new Anchor.End();
            case 2 -> new Anchor.Offset(random.nextInt(12) == 0 ? -1L : random.nextInt(9));
            default -> new Anchor.After(character(random, lamport));
        };
    }

    private static OpId character(Random random, long lamport) {
        long of = lamport + 2 - random.nextInt(8);
        return new OpId(Math.max(0, of), peer(random.nextInt(4)));
    }

    private static ItemId item(Random random) {
        return new ItemId(random.nextInt(3) - 1, random.nextInt(3));
    }

    private static String position(Random random) {
        return random.nextInt(8) == 0 ? "" : "V".repeat(random.nextInt(2)) + (char) ('A' + random.nextInt(4));
    }

    private static byte[] value(Random random) {
        byte[] value = new byte[random.nextInt(4) == 0 ? 32 : random.nextInt(4)];
        random.nextBytes(value);
        return value;
    }

    /** A node that its author signed by {@link PlainSignatures#CHEAP}. */
    static Node signed(Transaction transaction) {
        return Nodes.sign(transaction, signer(transaction.author()));
    }

    static Signer signer(PeerId peer) {
        return new Signer() {
            @Override
            public PeerId peer() {
                return peer;
            }

            @Override
            public byte[] sign(NodeId id) {
                return signOver(id.toBytes());
            }

            @Override
            public byte[] signOver(byte[] message) {
                byte[] signature = new byte[Node.SIGNATURE_BYTES];
                Arrays.fill(signature, (byte) 1);
                Plain.keyedHash(peer.toBytes(), message).copyTo(signature, 0);
                return signature;
            }
        };
    }

    static PlainNode plain(Node node) {
        return PlainNode.read(node.encoded(), PlainSignatures.CHEAP);
    }
}
