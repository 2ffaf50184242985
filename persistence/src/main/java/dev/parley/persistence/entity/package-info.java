/**
 * The event-sourced shell of a room: one actor a room, under cluster sharding.
 *
 * <p>Read {@link dev.parley.persistence.entity.RoomEntity}, {@link dev.parley.persistence.entity.RoomContext},
 * {@link dev.parley.persistence.entity.RoomEventSerializer}. It decides nothing: rules are in {@code persistence.room},
 * storing is in {@code persistence.journal}.
 */
package dev.parley.persistence.entity;
