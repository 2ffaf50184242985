package dev.parley.persistence.journal;

import dev.parley.persistence.journal.SnapshotRow.Numbered;
import dev.parley.persistence.journal.SnapshotRow.Segment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongPredicate;

/**
 * What becomes of stored snapshots: which are good enough to be read, which are dropped, and which segments with them.
 * Pure; whoever holds the rows carries it out.
 */
public final class SnapshotRules {
    /** How many segmented snapshots of a room are kept: the newest, and one to fall back on if that is torn. */
    public static final int KEPT = 2;

    private SnapshotRules() {}

    /** What a row and the segments that it names are worth. */
    public sealed interface Reading {
        /** Everything is there and has its checksum. */
        record Intact(StoredSnapshot snapshot) implements Reading {}

        /** The row is well, and one object that a serializer has to read. */
        record Whole() implements Reading {}

        /** It cannot be used, now or ever; {@code segments} are those to blame. */
        record Torn(String why, List<Numbered> segments) implements Reading {
            public Torn {
                segments = List.copyOf(segments);
            }
        }
    }

    /** Reads a snapshot. {@code stored} gives the bytes of a segment as they are stored, unchecked, if it is there. */
    public static Reading read(SnapshotRow row, Function<Numbered, Optional<byte[]>> stored) {
        if (!row.isIntact()) {
            return new Reading.Torn("its row does not have its checksum", List.of());
        }
        if (!row.segmented()) {
            return new Reading.Whole();
        }
        List<byte[]> segments = new ArrayList<>(row.segments().size());
        List<Numbered> torn = new ArrayList<>();
        for (int index = 0; index < row.segments().size(); index++) {
            Numbered segment = new Numbered(index, row.segments().get(index));
            Optional<byte[]> bytes = stored.apply(segment);
            if (bytes.isPresent() && Segment.of(bytes.get()).equals(segment.which())) {
                segments.add(bytes.get());
            } else {
                torn.add(segment);
            }
        }
        if (!torn.isEmpty()) {
            return new Reading.Torn(
                    "missing or damaged segments: "
                            + torn.stream().map(Numbered::number).toList(),
                    torn);
        }
        return new Reading.Intact(new StoredSnapshot(row.payload(), segments));
    }

    /** The segmented snapshots that nobody needs once the newest is there. */
    public static List<Long> superfluous(List<Long> seqsNewestFirst, LongPredicate isSegmented) {
        List<Long> superfluous = new ArrayList<>();
        int kept = 0;
        for (long seq : seqsNewestFirst) {
            if (isSegmented.test(seq) && ++kept > KEPT) {
                superfluous.add(seq);
            }
        }
        return superfluous;
    }

    /** The stored segments that none of these snapshots names, in the order given. */
    public static List<Numbered> unused(Collection<Numbered> stored, Collection<List<Segment>> snapshots) {
        Set<Numbered> used = new HashSet<>();
        for (List<Segment> segments : snapshots) {
            for (int number = 0; number < segments.size(); number++) {
                used.add(new Numbered(number, segments.get(number)));
            }
        }
        return stored.stream().filter(segment -> !used.contains(segment)).toList();
    }
}
