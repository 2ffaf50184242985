package dev.parley.sim.world;

import dev.parley.persistence.journal.SnapshotRow;
import dev.parley.persistence.journal.SnapshotRow.Numbered;
import dev.parley.persistence.journal.SnapshotRow.Segment;
import dev.parley.persistence.journal.SnapshotRules;
import dev.parley.sim.fault.Tear;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The snapshots of one room as they lie in the database: rows, and segments by index, size and checksum. */
final class SimSnapshots {
    private final TreeMap<Long, SnapshotRow> rows = new TreeMap<>(Comparator.reverseOrder());
    private final Map<Numbered, byte[]> segments = new LinkedHashMap<>();

    /** Newest first. */
    List<Long> seqs() {
        return List.copyOf(rows.keySet());
    }

    Optional<SnapshotRow> row(long seq) {
        return Optional.ofNullable(rows.get(seq));
    }

    /** The bytes of a segment as they are stored, unchecked. */
    Optional<byte[]> segment(Numbered which) {
        return Optional.ofNullable(segments.get(which));
    }

    /** The segments that have a row, whatever its bytes are worth. */
    Set<Numbered> stored() {
        return Set.copyOf(segments.keySet());
    }

    void add(Numbered which, byte[] bytes) {
        segments.putIfAbsent(which, bytes);
    }

    /** The last step of a save, all at once: from now on the snapshot is there, and what nobody needs is gone. */
    void put(SnapshotRow row) {
        rows.put(row.seq(), row);
        SnapshotRules.superfluous(seqs(), seq -> rows.get(seq).segmented()).forEach(rows::remove);
        List<List<Segment>> named = new ArrayList<>();
        rows.values().forEach(kept -> named.add(kept.segments()));
        SnapshotRules.unused(List.copyOf(segments.keySet()), named).forEach(segments::remove);
    }

    /** Forgets one that cannot be read, and those of its segments that are to blame. */
    void discard(long seq, List<Numbered> torn) {
        rows.remove(seq);
        torn.forEach(segments::remove);
    }

    /** What a crash or the disk makes of the newest snapshot; false if there is nothing to tear in this way. */
    boolean tear(Tear tear) {
        if (rows.isEmpty()) {
            return false;
        }
        SnapshotRow newest = rows.firstEntry().getValue();
        Optional<Numbered> last = newest.segments().isEmpty()
                ? Optional.empty()
                : Optional.of(new Numbered(
                        newest.segments().size() - 1, newest.segments().getLast()));
        return switch (tear) {
            case SEGMENT_GONE -> last.map(segments::remove).isPresent();
            case SEGMENT_CUT ->
                last.map(which -> segments.computeIfPresent(
                                which, (same, bytes) -> Arrays.copyOf(bytes, bytes.length / 2)))
                        .isPresent();
            case SEGMENT_ROTTEN ->
                last.map(which -> segments.computeIfPresent(which, (same, bytes) -> flipped(bytes)))
                        .isPresent();
            case MANIFEST_ROTTEN -> replace(newest, flipped(newest.payload()), newest.checksum());
            case MANIFEST_NEWER -> {
                byte[] newer = newest.payload().clone();
                newer[0] = 99;
                yield replace(
                        newest,
                        newer,
                        SnapshotRow.segmented(newest.seq(), newest.writtenAtMs(), newest.segments(), newer)
                                .checksum());
            }
        };
    }

    private boolean replace(SnapshotRow row, byte[] payload, long checksum) {
        rows.put(
                row.seq(),
                new SnapshotRow(
                        row.seq(),
                        row.writtenAtMs(),
                        row.manifest(),
                        row.serializer(),
                        row.segments(),
                        true,
                        payload,
                        checksum));
        return true;
    }

    private static byte[] flipped(byte[] bytes) {
        byte[] rotten = bytes.clone();
        if (rotten.length > 0) {
            rotten[rotten.length / 2] ^= 0x10;
        }
        return rotten;
    }
}
