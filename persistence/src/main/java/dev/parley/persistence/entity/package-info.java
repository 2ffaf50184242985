/**
 * The event-sourced shell of a room: one actor a room, under cluster sharding.
 *
 * <p>Read {@link dev.parley.persistence.entity.RoomLife} (one life of a room, without an actor),
 * {@link dev.parley.persistence.entity.RoomEntity} (the actor that runs it),
 * {@link dev.parley.persistence.entity.RoomContext}, {@link dev.parley.persistence.entity.RoomEventSerializer}. The
 * actors decide nothing: rules are in {@code persistence.room},
 * storing is in {@code persistence.journal}.
 */
package dev.parley.persistence.entity;
