/**
 * One peer's conversation with one room, as a pure function from (phase, input) to (phase, effects).
 *
 * <p>Read {@link dev.parley.core.session.Phase}, {@link dev.parley.core.session.Input},
 * {@link dev.parley.core.session.Effect}, {@link dev.parley.core.session.Session}. Sockets, timers and signature checks
 * belong to the shell; what a room accepts belongs to the room.
 */
package dev.parley.core.session;
