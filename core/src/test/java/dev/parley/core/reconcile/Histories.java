package dev.parley.core.reconcile;

import dev.parley.core.history.History;
import dev.parley.core.history.HistoryView;
import dev.parley.core.history.Node;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Op;
import dev.parley.core.history.Signer;
import dev.parley.core.history.Transaction;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Random;

/** Histories by chance from a seed, without real signatures, and what peers have of them. */
final class Histories {
    private Histories() {}

    /** A room: its history, and its index kept along. */
    record Room(History history, RoomIndex index) {
        static Room empty() {
            return new Room(new History(), new RoomIndex());
        }

        HistoryView view() {
            return history.view();
        }

        NodeId append(Node node) {
            history.append(node);
            index.add(node.id());
            return node.id();
        }
    }

    /** A room of {@code count} nodes by three authors, each after one to three of the last {@code width} nodes. */
    static Room random(long seed, int count, int width) {
        Random random = new Random(seed);
        Room room = Room.empty();
        for (int i = 0; i < count; i++) {
            HistoryView view = room.view();
            List<NodeId> parents = new ArrayList<>();
            long lamport = 1;
            for (int k = random.nextInt(3); k >= 0 && i > 0; k--) {
                int parent = i - 1 - random.nextInt(Math.min(i, width));
                if (!parents.contains(view.id(parent))) {
                    parents.add(view.id(parent));
                    lamport = Math.max(lamport, view.lamport(parent) + 1);
                }
            }
            room.append(node(random.nextInt(3), lamport, "k" + i, parents));
        }
        return room;
    }

    /** A room of {@code count} nodes in a row. */
    static Room chain(int count) {
        Room room = Room.empty();
        List<NodeId> parents = List.of();
        for (int i = 0; i < count; i++) {
            parents = List.of(room.append(node(0, i + 1L, "k", parents)));
        }
        return room;
    }

    static Node node(int author, long lamport, String key, List<NodeId> parents) {
        return Nodes.sign(
                new Transaction(unsigned(author).peer(), lamport, 0, List.of(new Op.MapDelete(key)), parents),
                unsigned(author));
    }

    /** Nodes of its own that a peer wrote on top of what it has: a chain. */
    static List<Node> offline(List<NodeId> heads, int count, long seed) {
        List<Node> nodes = new ArrayList<>();
        List<NodeId> parents = heads;
        for (int i = 0; i < count; i++) {
            Node node = node(9, 1_000_000L + i, "offline " + seed + "/" + i, parents);
            nodes.add(node);
            parents = List.of(node.id());
        }
        return nodes;
    }

    /** A set of arrival numbers with all ancestors: what a peer can hold. */
    static BitSet closed(HistoryView room, Collection<Integer> picked) {
        BitSet held = new BitSet();
        picked.forEach(held::set);
        for (int number = room.count() - 1; number >= 0; number--) {
            if (held.get(number)) {
                for (int k = 0; k < room.parentCount(number); k++) {
                    held.set(room.parent(number, k));
                }
            }
        }
        return held;
    }

    /** The heads of a closed set, sorted. */
    static List<NodeId> heads(HistoryView room, BitSet held) {
        BitSet heads = (BitSet) held.clone();
        held.stream().forEach(number -> {
            for (int k = 0; k < room.parentCount(number); k++) {
                heads.clear(room.parent(number, k));
            }
        });
        return heads.stream().mapToObj(room::id).sorted().toList();
    }

    private static Signer unsigned(int author) {
        byte[] key = new byte[PeerId.SIZE_BYTES];
        key[0] = (byte) author;
        PeerId peer = PeerId.of(key);
        return new Signer() {
            @Override
            public PeerId peer() {
                return peer;
            }

            @Override
            public byte[] sign(NodeId id) {
                return new byte[Node.SIGNATURE_BYTES];
            }

            @Override
            public byte[] signOver(byte[] message) {
                return new byte[Node.SIGNATURE_BYTES];
            }
        };
    }
}
