/**
 * What the runs reached of all that could be reached: transitions, pairs of faults, strategies, refusals.
 *
 * <p>Read {@link dev.parley.sim.coverage.Coverage} (what a run reports to), {@link dev.parley.sim.coverage.Table} (one
 * of its tables). What is to happen belongs to {@code world}, whether it was right to {@code check}.
 */
package dev.parley.sim.coverage;
