package dev.parley.core.history;

import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/** Random histories of unsigned nodes with honest ids, in an order in which parents come first. */
final class Graphs {
    private Graphs() {}

    /** Up to {@code count} distinct nodes; a node names 0 to 3 parents, mostly late ones, now and then one twice. */
    static List<Node> random(Random random, int count) {
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<NodeId> parents = new ArrayList<>();
            long lamport = random.nextInt(8) == 0 ? random.nextInt(1 + i) : 0;
            for (int k = random.nextInt(4); k > 0 && i > 0; k--) {
                int back = random.nextBoolean() ? 1 + random.nextInt(Math.min(i, 4)) : 1 + random.nextInt(i);
                Node parent = nodes.get(i - back);
                parents.add(parent.id());
                if (random.nextInt(10) > 0) {
                    lamport = Math.max(lamport, parent.transaction().lamport() + 1);
                }
            }
            nodes.add(node(i, lamport, parents));
        }
        return nodes;
    }

    /** A line of nodes, each the parent of the next. */
    static List<Node> chain(int count) {
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            nodes.add(
                    node(i, i + 1, i == 0 ? List.of() : List.of(nodes.get(i - 1).id())));
        }
        return nodes;
    }

    /** A node told from others by its number. */
    static Node node(int number, long lamport, List<NodeId> parents) {
        byte[] value = new PostcardWriter().u64(number).toBytes();
        Transaction transaction =
                new Transaction(PeerId.of(new byte[32]), lamport, 0, List.of(new Op.MapSet("key", value)), parents);
        return Nodes.claimed(Nodes.idOf(transaction), transaction, new byte[Node.SIGNATURE_BYTES]);
    }

    static History history(List<Node> nodes) {
        History history = new History();
        nodes.forEach(history::append);
        return history;
    }

    /** Another order in which parents come first. */
    static List<Node> shuffled(List<Node> nodes, Random random) {
        List<Node> left = new ArrayList<>(nodes);
        List<Node> order = new ArrayList<>();
        TreeSet<NodeId> placed = new TreeSet<>();
        while (!left.isEmpty()) {
            int at = random.nextInt(left.size());
            while (!placed.containsAll(left.get(at).transaction().parents())) {
                at = (at + 1) % left.size();
            }
            Node next = left.remove(at);
            placed.add(next.id());
            order.add(next);
        }
        return order;
    }

    /** These and their ancestors, the naive way. */
    static TreeSet<NodeId> closure(List<Node> nodes, List<NodeId> heads) {
        TreeSet<NodeId> reached = new TreeSet<>(heads);
        for (int i = nodes.size() - 1; i >= 0; i--) {
            if (reached.contains(nodes.get(i).id())) {
                reached.addAll(nodes.get(i).transaction().parents());
            }
        }
        return reached;
    }
}
