package dev.parley.persistence.room;

/** Anything a room's entity can be told; {@link ToRoom} is what relays say, the shell adds its own. */
public interface RoomMessage {}
