package dev.parley.persistence.room;

import dev.parley.core.history.Decoded;
import java.util.Optional;
import java.util.function.Function;

/**
 * The stored form of each {@link RoomEvent}. A form never changes: a new version is a new manifest, and readers of old
 * ones stay.
 *
 * <pre>
 * manifest                 fields
 * parley.nodes-appended.v1 root after (32), list of run: origin session (number), from (32), list of node (bytes)
 * parley.room-locked.v1    root after (32), key (32): read only
 * parley.room-locked.v2    root after (32), key (32), optional request: session (number), its number (number)
 * parley.policy-set.v1     root after (32), clock (8), request, policy (bytes, as in spec 01 §13.3)
 * </pre>
 *
 * Numbers are LEB128; lists and bytes have their length before them.
 */
public final class RoomEventForm {
    public static final String NODES_APPENDED_V1 = "parley.nodes-appended.v1";
    public static final String ROOM_LOCKED_V1 = "parley.room-locked.v1";
    public static final String ROOM_LOCKED_V2 = "parley.room-locked.v2";
    public static final String POLICY_SET_V1 = "parley.policy-set.v1";

    private RoomEventForm() {}

    /** The manifest under which {@link #encode} writes this event: always the newest version. */
    public static String manifest(RoomEvent event) {
        return switch (event) {
            case RoomEvent.NodesAppended e -> NODES_APPENDED_V1;
            case RoomEvent.RoomLocked e -> ROOM_LOCKED_V2;
            case RoomEvent.PolicySet e -> POLICY_SET_V1;
        };
    }

    public static byte[] encode(RoomEvent event) {
        return switch (event) {
            case RoomEvent.NodesAppended e -> {
                WireWriter to = new WireWriter((int) Math.min(64 + MessageSize.runs(e.runs()), 1 << 26));
                yield to.id(e.rootAfter()).list(e.runs(), WireValues::run).toBytes();
            }
            case RoomEvent.RoomLocked e ->
                new WireWriter(96)
                        .id(e.rootAfter())
                        .key(e.key())
                        .optional(e.request(), WireValues::control)
                        .toBytes();
            case RoomEvent.PolicySet e -> {
                WireWriter to = new WireWriter(256).id(e.rootAfter()).word(e.clock());
                WireValues.control(to, e.request());
                yield to.bytes(e.policy().encode()).toBytes();
            }
        };
    }

    /** Errors: {@link Decoded.Broken} for a manifest of a newer version of the server, and for bytes that are no event. */
    public static Decoded<RoomEvent> decode(String manifest, byte[] bytes) {
        Function<WireReader, RoomEvent> form = switch (manifest) {
            case NODES_APPENDED_V1 -> RoomEventForm::nodesAppended;
            case ROOM_LOCKED_V1 -> RoomEventForm::roomLockedV1;
            case ROOM_LOCKED_V2 -> RoomEventForm::roomLocked;
            case POLICY_SET_V1 -> RoomEventForm::policySet;
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

    private static RoomEvent roomLockedV1(WireReader from) {
        var rootAfter = from.id();
        return new RoomEvent.RoomLocked(from.key(), Optional.empty(), rootAfter);
    }

    private static RoomEvent roomLocked(WireReader from) {
        var rootAfter = from.id();
        return new RoomEvent.RoomLocked(from.key(), from.optional(WireValues::control), rootAfter);
    }

    private static RoomEvent policySet(WireReader from) {
        var rootAfter = from.id();
        long clock = from.word();
        ControlRequest request = WireValues.control(from);
        return new RoomEvent.PolicySet(WireValues.policy(from), clock, request, rootAfter);
    }
}
