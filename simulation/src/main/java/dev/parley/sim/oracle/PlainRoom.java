package dev.parley.sim.oracle;

import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What one room's journal says, event by event: its nodes in order, its heads, its clock, its policies and its lock, and
 * all of that as of any earlier {@code seq}.
 */
public final class PlainRoom {
    private record Stored(long seq, PlainNode node) {}

    /** What an event left behind: how many nodes, of how many bytes, and the greatest lamport. */
    private record After(int nodes, long bytes, long clock, int policies) {}

    private final Map<NodeId, Stored> byId = new HashMap<>();
    private final List<PlainNode> nodes = new ArrayList<>();
    private final List<After> after = new ArrayList<>();
    private final List<PlainPolicy> policies = new ArrayList<>(List.of(PlainPolicy.ALLOW_ALL));
    private final TreeSet<NodeId> heads = new TreeSet<>();
    private Optional<PeerId> lockKey = Optional.empty();
    private long lockSeq;

    public PlainRoom() {
        after.add(new After(0, 0, 0, 1));
    }

    /** The last event's place. */
    public long seq() {
        return after.size() - 1;
    }

    /** Takes a node of the event that comes next; {@link #advance} ends that event. */
    public void add(PlainNode node) {
        byId.put(node.id(), new Stored(seq() + 1, node));
        nodes.add(node);
        node.parents().forEach(heads::remove);
        heads.add(node.id());
    }

    public void addPolicy(PlainPolicy policy) {
        policies.add(policy);
    }

    public void lock(PeerId key) {
        lockKey = Optional.of(key);
        lockSeq = seq() + 1;
    }

    /** The event is over. */
    public void advance() {
        After before = after.getLast();
        long bytes = before.bytes();
        long clock = before.clock();
        for (int number = before.nodes(); number < nodes.size(); number++) {
            bytes += nodes.get(number).sizeBytes();
            clock = Plain.max(clock, nodes.get(number).lamport());
        }
        after.add(new After(nodes.size(), bytes, clock, policies.size()));
    }

    public boolean has(NodeId id) {
        return byId.containsKey(id);
    }

    /** True if the node was there after event {@code seq}. */
    public boolean hasAt(NodeId id, long seq) {
        Stored stored = byId.get(id);
        return stored != null && stored.seq() <= seq;
    }

    /** The node with this id, if it is there. */
    public Optional<PlainNode> node(NodeId id) {
        return Optional.ofNullable(byId.get(id)).map(Stored::node);
    }

    /** All nodes in the journal's order; read only. */
    public List<PlainNode> nodes() {
        return nodes;
    }

    /** How many nodes there were after event {@code seq}. */
    public int countAt(long seq) {
        return after.get((int) seq).nodes();
    }

    long bytesAt(long seq) {
        return after.get((int) seq).bytes();
    }

    long clockAt(long seq) {
        return after.get((int) seq).clock();
    }

    PlainPolicy policyAt(long seq) {
        return policies.get(after.get((int) seq).policies() - 1);
    }

    /** How many policies there had been after event {@code seq}, with the one that a room begins with. */
    public int policiesAt(long seq) {
        return after.get((int) seq).policies();
    }

    /** All policies so far; read only. */
    public List<PlainPolicy> policies() {
        return policies;
    }

    public Optional<PeerId> lockAt(long seq) {
        return lockSeq <= seq ? lockKey : Optional.empty();
    }

    /** The root as of now, over the heads (spec 01 §7). */
    public NodeId root() {
        byte[] bytes = new byte[heads.size() * NodeId.SIZE_BYTES];
        int at = 0;
        for (NodeId head : heads) {
            head.copyTo(bytes, at);
            at += NodeId.SIZE_BYTES;
        }
        return Plain.hash(bytes, 0, bytes.length);
    }
}
