/**
 * What somebody does with the simulator: runs of many seeds on several threads, one run replayed and explained, a
 * failing run shrunk to what it needs, and the command line for all of it.
 *
 * <p>Read {@link dev.parley.sim.use.SimulateCommand}, {@code Batch}, {@code Explained}, {@code Minimizer}. What a run is belongs to {@code world} and {@code actors}, what must hold in it to
 * {@code check}. Only this package knows the real clock, threads and files.
 */
package dev.parley.sim.use;
