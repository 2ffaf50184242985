/**
 * The second layer of the simulator: the production actors of rooms, relays and sessions on one thread, in an order drawn
 * from a seed, in virtual time.
 *
 * <p>Read {@link dev.parley.sim.actors.ActorWorld} (a run), {@code ActorLoop} (the thread), {@code ActorMember} (a process),
 * {@code Region} (where rooms live), {@code RoomStore} (the database). Plans, peers and faults belong to {@code world} and
 * {@code fault}, promises to {@code check}.
 */
package dev.parley.sim.actors;
