package dev.parley.persistence.journal;

/**
 * A snapshot made of immutable segments and a small manifest: what a snapshot adapter hands to {@link
 * JdbcSnapshotStore}, so that data that is stored already is not written again.
 *
 * <p>Shape: segments are numbered from 0 and about half a MiB each. The bytes of a segment, once given out for a persistence
 * id, stay the same in every later snapshot of that id; what still grows belongs into the manifest. The store writes a
 * segment only if the database does not hold one of that index, length and CRC32C.
 *
 * <p>The methods are called on a thread of the store, after the message that carried the snapshot: implementations are
 * immutable. Loading gives a {@link StoredSnapshot}.
 *
 * <p>Cost: each segment is asked for once a save, one at a time, to be held against its stored checksum.
 */
public interface SegmentedSnapshot {

    /** How many segments this snapshot consists of; 0 is allowed. */
    int segmentCount();

    /** The bytes of the segment {@code index}, from 0 to {@code segmentCount() - 1}; the store does not change them. */
    byte[] segment(int index);

    /** What is needed besides the segments; written with every snapshot, so it should be small. */
    byte[] manifest();
}
