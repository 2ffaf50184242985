/**
 * The load generator: {@code ./parley bench} measures a real server in a process of its own.
 *
 * <p>Read {@link dev.parley.edge.bench.BenchCommand}, {@link dev.parley.edge.bench.Scenario},
 * {@link dev.parley.edge.bench.LoadSockets}, {@link dev.parley.edge.bench.ServerUnderLoad}. What a figure means and what
 * it is held against stands in {@code docs/benchmarks.md}.
 */
package dev.parley.edge.bench;
