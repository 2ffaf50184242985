/**
 * Faults as data: what goes wrong in a simulated run, and when.
 *
 * <p>Read {@link dev.parley.sim.fault.Fault}, {@link dev.parley.sim.fault.When} (at a time, or at a bad moment),
 * {@link dev.parley.sim.fault.Faults} (those that go on, and what they do at a moment). How they are carried out belongs
 * to {@code world}.
 */
package dev.parley.sim.fault;
