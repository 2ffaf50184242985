package dev.parley.persistence.room;

import dev.parley.core.access.PolicyTimeline;
import dev.parley.core.history.Decoded;
import dev.parley.core.history.History;
import dev.parley.core.history.HistoryView;
import dev.parley.core.history.Node;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import dev.parley.core.reconcile.RoomIndex;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The stored form of a {@link RoomState}: immutable segments of nodes, and a manifest with the rest.
 *
 * <pre>
 * segment   nodes (each as bytes with their length before them), in arrival order
 *
 * manifest  field
 * octet     version: 2; one of version 1 ends before the last field
 * number    seq
 * number    nodes in all
 * 32        root
 * list      nodes in each segment (number)
 * list      nodes after the last segment (bytes)
 * bytes     filter by the 64-bit rule, then bytes: the filter by the 32-bit rule
 * optional  lock key (32)
 * bytes     policy timeline
 * list      control requests done last, oldest first: session (number), its number (number)
 * </pre>
 *
 * <p>A segment ends with the node that brings it to {@link #SEGMENT_BYTES}: where segments end follows from the nodes
 * alone, so each is written once and every later snapshot of the room has it again, byte for byte.
 */
public final class SnapshotForm {
    /** How many bytes of nodes close a segment. */
    public static final int SEGMENT_BYTES = 512 << 10;

    private static final int VERSION = 2;
    private static final int WITHOUT_CONTROLS = 1;

    private SnapshotForm() {}

    /** The arrival numbers at which segments end (exclusive), ascending. Cost: linear in nodes. */
    public static int[] segmentEnds(HistoryView view) {
        return segmentEnds(view, SEGMENT_BYTES);
    }

    /** The same, for segments that so many bytes of nodes close. */
    public static int[] segmentEnds(HistoryView view, int segmentBytes) {
        int[] ends = new int[16];
        int segments = 0;
        long bytes = 0;
        for (int number = 0; number < view.count(); number++) {
            bytes += view.sizeBytes(number);
            if (bytes >= segmentBytes) {
                if (segments == ends.length) {
                    ends = Arrays.copyOf(ends, 2 * segments);
                }
                ends[segments++] = number + 1;
                bytes = 0;
            }
        }
        return Arrays.copyOf(ends, segments);
    }

    /** The bytes of nodes {@code from} (inclusive) to {@code to} (exclusive). */
    public static byte[] segment(HistoryView view, int from, int to) {
        long bytes = 0;
        for (int number = from; number < to; number++) {
            bytes += view.sizeBytes(number) + 5L;
        }
        WireWriter out = new WireWriter(Math.toIntExact(bytes));
        for (int number = from; number < to; number++) {
            out.bytes(view.encoded(number));
        }
        return out.toBytes();
    }

    /** Everything besides the segments. Taken on the room's thread: the index changes with the room. */
    public static byte[] manifest(RoomState room, int[] segmentEnds) {
        HistoryView view = room.view();
        int tail = segmentEnds.length == 0 ? 0 : segmentEnds[segmentEnds.length - 1];
        WireWriter out = new WireWriter(64 << 10)
                .octet(VERSION)
                .number(room.seq())
                .number(view.count())
                .id(view.root());
        out.number(segmentEnds.length);
        int start = 0;
        for (int end : segmentEnds) {
            out.number(end - start);
            start = end;
        }
        out.number(view.count() - tail);
        for (int number = tail; number < view.count(); number++) {
            out.bytes(view.encoded(number));
        }
        return out.bytes(room.index().wide().encode())
                .bytes(room.index().narrow().encode())
                .optional(room.lockKey(), WireWriter::key)
                .bytes(room.policies().encode())
                .list(room.controls().oldestFirst(), WireValues::control)
                .toBytes();
    }

    /**
     * The state of which this is the snapshot.
     *
     * <p>Errors: {@link CorruptRoom} when the parts do not fit together or the root is another. Cost: linear in nodes.
     */
    public static RoomState restore(RoomId room, byte[] manifest, List<byte[]> segments) {
        Manifest read = whole(room, 0, WireReader.whole(manifest, SnapshotForm::manifest));
        if (read.segmentNodes().size() != segments.size()) {
            throw new CorruptRoom(room, read.seq(), "snapshot lacks a segment");
        }
        History history = new History();
        List<NodeId> ids = new ArrayList<>(Math.min(read.nodes(), 1 << 24));
        try {
            for (int i = 0; i < segments.size(); i++) {
                int nodes = read.segmentNodes().get(i);
                for (Node node :
                        whole(room, read.seq(), WireReader.whole(segments.get(i), from -> nodes(from, nodes)))) {
                    history.append(node);
                    ids.add(node.id());
                }
            }
            for (Node node : read.tail()) {
                history.append(node);
                ids.add(node.id());
            }
        } catch (IllegalArgumentException impossible) {
            throw new CorruptRoom(room, read.seq(), "snapshot: " + impossible.getMessage());
        }
        if (history.view().count() != read.nodes() || !history.view().root().equals(read.root())) {
            throw new CorruptRoom(room, read.seq(), "snapshot has another root than its nodes");
        }
        return RoomState.restored(
                room, history, index(read, ids), read.seq(), read.lockKey(), read.policies(), read.controls());
    }

    /** Filters that do not belong to the nodes are made anew: a node that a filter lacks would be hidden for good. */
    private static RoomIndex index(Manifest read, List<NodeId> ids) {
        return switch (RoomIndex.restore(read.wide(), read.narrow(), ids)) {
            case Decoded.Whole<RoomIndex>(RoomIndex index) -> index;
            case Decoded.Broken<RoomIndex> broken -> {
                RoomIndex index = new RoomIndex();
                ids.forEach(index::add);
                yield index;
            }
        };
    }

    private record Manifest(
            long seq,
            int nodes,
            NodeId root,
            List<Integer> segmentNodes,
            List<Node> tail,
            byte[] wide,
            byte[] narrow,
            Optional<PeerId> lockKey,
            PolicyTimeline policies,
            List<ControlRequest> controls) {}

    private static Manifest manifest(WireReader from) {
        int version = from.octet();
        if (version != VERSION && version != WITHOUT_CONTROLS) {
            throw from.broken("snapshot version " + version + ": written by a newer server?");
        }
        return new Manifest(
                from.number(),
                from.count(),
                from.id(),
                from.list(WireReader::count),
                from.list(WireValues::node),
                from.bytes(),
                from.bytes(),
                from.optional(WireReader::key),
                policies(from),
                version == WITHOUT_CONTROLS ? List.of() : from.list(WireValues::control));
    }

    private static PolicyTimeline policies(WireReader from) {
        return switch (PolicyTimeline.decode(from.bytes())) {
            case Decoded.Whole<PolicyTimeline>(PolicyTimeline policies) -> policies;
            case Decoded.Broken<PolicyTimeline>(String what, long offsetBytes) ->
                throw from.broken("policies: " + what);
        };
    }

    private static List<Node> nodes(WireReader from, int count) {
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            nodes.add(WireValues.node(from));
        }
        return nodes;
    }

    private static <T> T whole(RoomId room, long seq, Decoded<T> decoded) {
        return switch (decoded) {
            case Decoded.Whole<T>(T value) -> value;
            case Decoded.Broken<T>(String what, long offsetBytes) ->
                throw new CorruptRoom(room, seq, "snapshot: " + what + " at byte " + offsetBytes);
        };
    }
}
