package dev.parley.persistence.room;

import dev.parley.core.history.Decoded;
import java.util.function.Function;

/**
 * The bytes of every message between relays and rooms.
 *
 * <p>Layout: one octet that names message and version, then its fields as {@link WireWriter} writes them. A changed
 * message gets a new octet; readers of the old one stay, so that two versions of the server can share a cluster.
 * Requests have octets from 1 on, answers from 65 on.
 *
 * <p>Errors: bytes that are no message are {@link Decoded.Broken}, never an exception. Cost: linear in the bytes.
 */
public final class RoomCodec {
    private RoomCodec() {}

    public static byte[] encode(ToRoom message) {
        WireWriter to = new WireWriter((int) Math.min(MessageSize.of(message), 1 << 26));
        ToRoomForm.write(to, message);
        return to.toBytes();
    }

    public static byte[] encode(ToRelay message) {
        WireWriter to = new WireWriter((int) Math.min(MessageSize.of(message), 1 << 26));
        ToRelayForm.write(to, message);
        return to.toBytes();
    }

    public static Decoded<ToRoom> decodeToRoom(byte[] bytes) {
        Function<WireReader, ToRoom> form = ToRoomForm::read;
        return WireReader.whole(bytes, form);
    }

    public static Decoded<ToRelay> decodeToRelay(byte[] bytes) {
        Function<WireReader, ToRelay> form = ToRelayForm::read;
        return WireReader.whole(bytes, form);
    }
}
