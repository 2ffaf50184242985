/**
 * Does the simulator find bugs? Plants one in the production code, small and realistic, and runs the simulator against
 * it until a run breaks. The planted bugs lie in {@code simulation/src/mutants} of a checkout and are part of no jar.
 *
 * <p>Read {@link dev.parley.sim.mutate.Mutant}, {@link dev.parley.sim.mutate.PlantedCode} and
 * {@link dev.parley.sim.mutate.Hunt}. What a run is and what breaks it is left to {@code dev.parley.sim.world}.
 */
package dev.parley.sim.mutate;
