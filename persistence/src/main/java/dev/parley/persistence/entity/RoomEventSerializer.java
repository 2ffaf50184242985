package dev.parley.persistence.entity;

import dev.parley.core.history.Decoded;
import dev.parley.persistence.journal.SegmentedSnapshot;
import dev.parley.persistence.journal.StoredSnapshot;
import dev.parley.persistence.room.RoomEvent;
import dev.parley.persistence.room.RoomEventForm;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/**
 * Writes events of rooms in the form of {@link RoomEventForm}, under its manifests; and snapshots whole, for stores that
 * know no segments.
 *
 * <pre>
 * parley.room-snapshot.v1   manifest size (4), manifest, segments (4), then each: size (4), bytes; big-endian
 * </pre>
 */
public final class RoomEventSerializer extends SerializerWithStringManifest {
    private static final int IDENTIFIER = 70_411_001;
    private static final String SNAPSHOT_V1 = "parley.room-snapshot.v1";

    @Override
    public int identifier() {
        return IDENTIFIER;
    }

    @Override
    public String manifest(Object stored) {
        return switch (stored) {
            case RoomEvent event -> RoomEventForm.manifest(event);
            case SegmentedSnapshot snapshot -> SNAPSHOT_V1;
            default -> throw new IllegalArgumentException("not stored by rooms: " + stored.getClass());
        };
    }

    @Override
    public byte[] toBinary(Object stored) {
        return switch (stored) {
            case RoomEvent event -> RoomEventForm.encode(event);
            case SegmentedSnapshot snapshot -> whole(snapshot);
            default -> throw new IllegalArgumentException("not stored by rooms: " + stored.getClass());
        };
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
        if (manifest.equals(SNAPSHOT_V1)) {
            return parts(bytes);
        }
        return switch (RoomEventForm.decode(manifest, bytes)) {
            case Decoded.Whole<RoomEvent>(RoomEvent event) -> event;
            case Decoded.Broken<RoomEvent>(String what, long offsetBytes) ->
                throw new NotSerializableException(manifest + ": " + what + " at byte " + offsetBytes);
        };
    }

    private static byte[] whole(SegmentedSnapshot snapshot) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        try {
            part(out, snapshot.manifest());
            out.writeInt(snapshot.segmentCount());
            for (int i = 0; i < snapshot.segmentCount(); i++) {
                part(out, snapshot.segment(i));
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private static void part(DataOutputStream out, byte[] part) throws IOException {
        out.writeInt(part.length);
        out.write(part);
    }

    private static StoredSnapshot parts(byte[] bytes) throws NotSerializableException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        try {
            byte[] manifest = part(in);
            int count = in.readInt();
            List<byte[]> segments = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                segments.add(part(in));
            }
            return new StoredSnapshot(manifest, segments);
        } catch (IOException broken) {
            throw new NotSerializableException(SNAPSHOT_V1 + ": " + broken.getMessage());
        }
    }

    private static byte[] part(DataInputStream in) throws IOException {
        int sizeBytes = in.readInt();
        if (sizeBytes < 0 || sizeBytes > in.available()) {
            throw new IOException("truncated");
        }
        return in.readNBytes(sizeBytes);
    }
}
