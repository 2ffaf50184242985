/**
 * What must hold in every run, checked after each event (design §7).
 *
 * <p>Read {@link dev.parley.sim.check.Invariants} (the promises of one room), {@link dev.parley.sim.check.JudgedRules}
 * and {@link dev.parley.sim.check.RelayTurns} (who looks on in a room and in a relay),
 * {@link dev.parley.sim.check.Violation}. What happens belongs to {@code world}, what would be right to {@code oracle}.
 */
package dev.parley.sim.check;
