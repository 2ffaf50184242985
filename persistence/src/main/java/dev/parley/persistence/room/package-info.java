/**
 * What a room decides, with no actor in sight: its durable state, its rules, and the desk where relays are served.
 *
 * <p>Read {@link dev.parley.persistence.room.ToRoom} and {@link dev.parley.persistence.room.ToRelay}, then
 * {@link dev.parley.persistence.room.RoomDesk}, {@link dev.parley.persistence.room.RoomRules} and
 * {@link dev.parley.persistence.room.RoomState}. Running them belongs to {@code persistence.entity}, the other end of the
 * link to {@code persistence.relay}, storing to {@code persistence.journal}.
 */
package dev.parley.persistence.room;
