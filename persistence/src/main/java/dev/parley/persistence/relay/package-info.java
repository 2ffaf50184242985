/**
 * One door between a member's sessions and a room: cursor, gaps, submit window and roster, and the shared encoding of
 * what is relayed.
 *
 * <p>Read {@link dev.parley.persistence.relay.RelayRules} (pure), {@link dev.parley.persistence.relay.RelayInput},
 * {@link dev.parley.persistence.relay.RelayEffect}, {@link dev.parley.persistence.relay.RoomRelay} (the actor around
 * them), {@link dev.parley.persistence.relay.RelayDirectory} (where sessions find it). What a room decides belongs to
 * {@code room}, how a conversation goes to {@code core.session}.
 */
package dev.parley.persistence.relay;
