package dev.parley.persistence.room;

import dev.parley.core.id.RoomId;

/**
 * What a journal or snapshot holds is not a possible past of the room. The room does not start; nothing is written.
 *
 * <p>{@code seq} is the event that does not fit, or the snapshot's.
 */
public final class CorruptRoom extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient RoomId room;
    private final long seq;

    public CorruptRoom(RoomId room, long seq, String what) {
        super("room '" + room + "' is corrupt at seq " + seq + ": " + what);
        this.room = room;
        this.seq = seq;
    }

    public RoomId room() {
        return room;
    }

    public long seq() {
        return seq;
    }
}
