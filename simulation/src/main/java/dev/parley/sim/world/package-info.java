/**
 * A seeded world in which the production rules run on one thread: members, peers, sockets, sessions, relays, rooms and their
 * journal, under virtual time.
 *
 * <p>Read {@link dev.parley.sim.world.World}, {@link dev.parley.sim.world.Scenario},
 * {@link dev.parley.sim.world.Plan}. What goes wrong is described by {@code fault}, what must hold by
 * {@code check}.
 */
package dev.parley.sim.world;
