/**
 * What the protocol's text says, written down a second time and as plainly as it can be: what a node is, who may bring
 * one in, what a set of nodes means.
 *
 * <p>Read {@link dev.parley.sim.oracle.PlainNode}, {@link dev.parley.sim.oracle.PlainRoom},
 * {@link dev.parley.sim.oracle.PlainJudge}, {@link dev.parley.sim.oracle.PlainState}. Nothing here is production code
 * but ids as values, and a test keeps it so: what is checked must not check itself. Speed is no aim. When the checks
 * are made belongs to {@code check}.
 */
package dev.parley.sim.oracle;
