package dev.parley.persistence.room;

import dev.parley.core.history.Decoded;
import java.util.function.Function;

/**
 * The stored form of each {@link RoomEvent}. A form never changes: a new version is a new manifest, and readers of old
 * ones stay.
 *
 * <pre>
 * manifest                 fields
 * parley.nodes-appended.v1 root after (32), list of run: origin session (number), from (32), list of node (bytes)
 * parley.room-locked.v1    root after (32), key (32)
 * </pre>
 *
 * Numbers are LEB128; lists and bytes have their length before them.
 */
public final class RoomEventForm {
    public static final String NODES_APPENDED_V1 = "parley.nodes-appended.v1";
    public static final String ROOM_LOCKED_V1 = "parley.room-locked.v1";

    private RoomEventForm() {}

    /** The manifest under which {@link #encode} writes this event: always the newest version. */
    public static String manifest(RoomEvent event) {
        return switch (event) {
            case RoomEvent.NodesAppended e -> NODES_APPENDED_V1;
            case RoomEvent.RoomLocked e -> ROOM_LOCKED_V1;
        };
    }

    public static byte[] encode(RoomEvent event) {
        return switch (event) {
            case RoomEvent.NodesAppended e -> {
                WireWriter to = new WireWriter((int) Math.min(64 + MessageSize.runs(e.runs()), 1 << 26));
                yield to.id(e.rootAfter()).list(e.runs(), WireValues::run).toBytes();
            }
            case RoomEvent.RoomLocked e ->
                new WireWriter(64).id(e.rootAfter()).key(e.key()).toBytes();
        };
    }

    /** Errors: {@link Decoded.Broken} for a manifest of a newer version of the server, and for bytes that are no event. */
    public static Decoded<RoomEvent> decode(String manifest, byte[] bytes) {
        Function<WireReader, RoomEvent> form = switch (manifest) {
            case NODES_APPENDED_V1 -> RoomEventForm::nodesAppended;
            case ROOM_LOCKED_V1 -> RoomEventForm::roomLocked;
            default ->
                from -> {
                    throw from.broken("unknown event " + manifest + ": written by a newer version?");
                };
        };
        return WireReader.whole(bytes, form);
    }

    private static RoomEvent nodesAppended(WireReader from) {
        var rootAfter = from.id();
        return new RoomEvent.NodesAppended(from.list(WireValues::run), rootAfter);
    }

    private static RoomEvent roomLocked(WireReader from) {
        var rootAfter = from.id();
        return new RoomEvent.RoomLocked(from.key(), rootAfter);
    }
}
