package dev.parley.persistence.journal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * One row of {@code parley_snapshot}: a whole object as its serializer wrote it, or the manifest of a segmented one.
 *
 * <p>{@code checksum} covers the list of segments and the payload.
 */
public record SnapshotRow(
        long seq,
        long writtenAtMs,
        String manifest,
        int serializer,
        List<Segment> segments,
        boolean segmented,
        byte[] payload,
        long checksum) {

    /** Which bytes belong at an index: a row of {@code parley_segment} has the same size and checksum. */
    public record Segment(long size, long checksum) {
        public static Segment of(byte[] bytes) {
            return new Segment(bytes.length, Checksum.of(bytes));
        }
    }

    /** A segment with its index. */
    public record Numbered(int number, Segment which) {}

    static SnapshotRow whole(long seq, long writtenAtMs, Payloads.Payload payload) {
        return new SnapshotRow(
                seq,
                writtenAtMs,
                payload.manifest(),
                payload.serializer(),
                List.of(),
                false,
                payload.bytes(),
                Checksum.of(new byte[0], payload.bytes()));
    }

    public static SnapshotRow segmented(long seq, long writtenAtMs, List<Segment> segments, byte[] manifest) {
        return new SnapshotRow(
                seq, writtenAtMs, "", 0, segments, true, manifest, Checksum.of(encode(segments), manifest));
    }

    /** The column {@code segments}: for each, in index order, size and checksum as 64-bit numbers, big-endian. */
    static byte[] encode(List<Segment> segments) {
        ByteBuffer bytes = ByteBuffer.allocate(segments.size() * 16);
        for (Segment segment : segments) {
            bytes.putLong(segment.size()).putLong(segment.checksum());
        }
        return bytes.array();
    }

    /** The reverse of {@link #encode}; a broken tail is left out, which the row's checksum finds. */
    static List<Segment> decode(byte[] bytes) {
        List<Segment> segments = new ArrayList<>(bytes.length / 16);
        for (ByteBuffer from = ByteBuffer.wrap(bytes); from.remaining() >= 16; ) {
            segments.add(new Segment(from.getLong(), from.getLong()));
        }
        return segments;
    }

    public boolean isIntact() {
        return checksum == Checksum.of(segmented ? encode(segments) : new byte[0], payload);
    }
}
