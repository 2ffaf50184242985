/**
 * What must hold in every run, checked after each event (design §7).
 *
 * <p>Read {@link dev.parley.sim.check.Invariants}, {@link dev.parley.sim.check.Violation}. What happens belongs to
 * {@code world}.
 */
package dev.parley.sim.check;
