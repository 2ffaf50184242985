package dev.parley.sim.oracle;

import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Says what becomes of packs, by the checks of spec 01 §8.1 in passes as §8.2 has it, with the departures of §8.5 that
 * the project takes: copies are judged one by one, the ceiling moves with the clock, limits hold, snapshot nodes are
 * exempt from the policy only if the server made them.
 *
 * @param park whether nodes that lack parents are kept for later
 */
public record PlainJudge(PeerId server, boolean acceptUnsigned, boolean park, PlainLimits limits) {
    private static final long LAMPORT_LEAD = 1L << 20;
    private static final long WALL_LEAD_MS = 24L * 60 * 60 * 1000;
    private static final Set<String> SNAPSHOT_KEYS =
            Set.of("\0snap:hash", "\0snap:front", "\0snap:base", "\0snap:policy:hash", "\0snap:policy:cutover");

    /**
     * What becomes of one pack. {@code stored} in storing order, {@code parked} in the pack's; all four add up to the
     * pack. {@code errors} are the texts for its sender, in order.
     */
    public record Decision(List<NodeId> stored, int known, List<NodeId> parked, int refused, List<String> errors) {}

    /** Packs that are decided together, each seeing those before it, against the room as it was after {@code seq}. */
    public Turn turn(PlainRoom room, long seq, long nowMs) {
        return new Turn(room, seq, nowMs);
    }

    /** One such group. */
    public final class Turn {
        private final PlainRoom room;
        private final long seq;
        private final long nowMs;
        private final PlainPolicy policy;
        private final Set<NodeId> added = new HashSet<>();
        private long clock;
        private long nodes;
        private long bytes;

        private Turn(PlainRoom room, long seq, long nowMs) {
            this.room = room;
            this.seq = seq;
            this.nowMs = nowMs;
            this.policy = room.policyAt(seq);
            this.clock = room.clockAt(seq);
            this.nodes = room.countAt(seq);
            this.bytes = room.bytesAt(seq);
        }

        /** Decides the next pack of the group. */
        public Decision decide(List<PlainNode> pack) {
            return fits(pack) ? new Passes(pack).run() : full(pack);
        }

        private boolean stored(NodeId id) {
            return added.contains(id) || room.hasAt(id, seq);
        }

        private boolean fits(List<PlainNode> pack) {
            Set<NodeId> fresh = new HashSet<>();
            long freshBytes = 0;
            for (PlainNode node : pack) {
                if (!stored(node.id()) && fresh.add(node.id())) {
                    freshBytes += node.sizeBytes();
                }
            }
            return fresh.isEmpty()
                    || (nodes + fresh.size() <= limits.roomNodes() && bytes + freshBytes <= limits.roomBytes());
        }

        private Decision full(List<PlainNode> pack) {
            int known = (int) pack.stream().filter(node -> stored(node.id())).count();
            return new Decision(List.of(), known, List.of(), pack.size() - known, List.of("room is full"));
        }

        private void store(PlainNode node) {
            added.add(node.id());
            clock = Plain.max(clock, node.lamport());
            nodes++;
            bytes += node.sizeBytes();
        }

        private long ceiling() {
            return Plain.plusSaturating(clock, LAMPORT_LEAD);
        }

        /** One pack, gone over until nothing more comes in. */
        private final class Passes {
            private final List<PlainNode> pack;
            private final List<NodeId> taken = new ArrayList<>();
            private final TreeMap<Integer, String> early = new TreeMap<>();
            private final List<String> late = new ArrayList<>();
            private int known;

            private Passes(List<PlainNode> pack) {
                this.pack = pack;
            }

            private Decision run() {
                List<Integer> left = new ArrayList<>();
                for (int position = 0; position < pack.size(); position++) {
                    left.add(position);
                }
                int before;
                do {
                    before = taken.size();
                    left.removeIf(this::done);
                } while (taken.size() > before && !left.isEmpty());
                Set<NodeId> orphans = new LinkedHashSet<>();
                for (int position : left) {
                    PlainNode node = pack.get(position);
                    if (Long.compareUnsigned(node.lamport(), ceiling()) > 0) {
                        early.put(position, tooFarAhead(node));
                    } else if (!orphans.add(node.id())) {
                        known++;
                    }
                }
                List<String> errors = new ArrayList<>(early.values());
                errors.addAll(late);
                int refused = errors.size();
                if (!park && !orphans.isEmpty()) {
                    errors.add("missing_parent: " + orphans.size() + " node(s) unresolved");
                    refused += orphans.size();
                    orphans.clear();
                }
                return new Decision(taken, known, List.copyOf(orphans), refused, errors);
            }

            /** Makes the checks in their order; false if the node has to wait for another pass. */
            private boolean done(int position) {
                PlainNode node = pack.get(position);
                if (stored(node.id())) {
                    known++;
                    return true;
                }
                if (!node.computed().equals(node.id())) {
                    early.put(position, "hash mismatch: expected " + node.computed() + ", got " + node.id());
                    return true;
                }
                if (Long.compareUnsigned(node.lamport(), ceiling()) > 0) {
                    return false;
                }
                long wallMax = Plain.plusSaturating(nowMs, WALL_LEAD_MS);
                if (node.wallMs() != 0 && Long.compareUnsigned(node.wallMs(), wallMax) > 0) {
                    early.put(
                            position,
                            "wall clock skew on node " + node.id() + ": wall_ms="
                                    + Long.toUnsignedString(node.wallMs()) + " exceeds now=" + nowMs
                                    + " by more than 24h");
                    return true;
                }
                Optional<String> tooMuch = limits.exceeded(node);
                if (tooMuch.isPresent()) {
                    early.put(position, tooMuch.get());
                    return true;
                }
                if (!node.signed() && !(node.unsigned() && acceptUnsigned)) {
                    late.add("invalid ed25519 signature on node " + node.id());
                    return true;
                }
                if (!node.parents().stream().allMatch(Turn.this::stored)) {
                    return false;
                }
                Optional<String> denied = denied(node);
                if (denied.isPresent()) {
                    late.add(notPermitted(node.author(), denied.get()));
                    return true;
                }
                store(node);
                taken.add(node.id());
                return true;
            }

            private String tooFarAhead(PlainNode node) {
                return "lamport ceiling exceeded on node " + node.id() + ": lamport="
                        + Long.toUnsignedString(node.lamport()) + ", ceiling=" + Long.toUnsignedString(ceiling());
            }
        }

        private Optional<String> denied(PlainNode node) {
            if (snapshot(node)) {
                return Optional.empty();
            }
            return node.ops().stream()
                    .map(PlainOp::key)
                    .filter(key -> !policy.mayWrite(node.author(), key))
                    .findFirst();
        }
    }

    private boolean snapshot(PlainNode node) {
        boolean hash = false;
        boolean front = false;
        for (PlainOp op : node.ops()) {
            if (op.kind() != PlainOp.Kind.SET || !SNAPSHOT_KEYS.contains(op.key())) {
                return false;
            }
            if (op.key().equals("\0snap:hash")) {
                if (op.value().length != NodeId.SIZE_BYTES) {
                    return false;
                }
                hash = true;
            }
            if (op.key().equals("\0snap:front")) {
                if (!frontier(op.value())) {
                    return false;
                }
                front = true;
            }
        }
        return hash && front && node.author().equals(server);
    }

    private static boolean frontier(byte[] bytes) {
        try {
            PlainBytes in = new PlainBytes(bytes);
            for (long left = in.number(); left > 0; left--) {
                in.take(NodeId.SIZE_BYTES);
            }
            return true;
        } catch (RuntimeException broken) {
            return false;
        }
    }

    private static String notPermitted(PeerId author, String key) {
        List<String> numbers = new ArrayList<>();
        for (byte one : author.toBytes()) {
            numbers.add(Integer.toString(one & 0xFF));
        }
        return "policy violation: author [" + String.join(", ", numbers) + "] not permitted to write key '" + key + "'";
    }
}
