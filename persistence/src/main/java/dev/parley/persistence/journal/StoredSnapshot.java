package dev.parley.persistence.journal;

import java.util.List;

/**
 * A {@link SegmentedSnapshot} as it came back from the database: manifest and segments in index order, each checked
 * against its checksum. This is the object that a snapshot adapter gets on recovery.
 *
 * <p>The arrays are not copied: whoever receives this owns them.
 */
public record StoredSnapshot(byte[] manifest, List<byte[]> segments) implements SegmentedSnapshot {
    public StoredSnapshot {
        segments = List.copyOf(segments);
    }

    @Override
    public int segmentCount() {
        return segments.size();
    }

    @Override
    public byte[] segment(int index) {
        return segments.get(index);
    }
}
