/**
 * The map, list and text state that transactions merge into, in any order, to one result; replay and its state hash.
 *
 * <p>Read {@link dev.parley.core.state.Materialized} first, which is what a set of nodes means; then
 * {@link dev.parley.core.state.Projection}, {@link dev.parley.core.state.MapState} and
 * {@link dev.parley.core.state.TextState}. Which nodes get into the set is decided in {@code history} and
 * {@code access}. Source: spec 05.
 */
package dev.parley.core.state;
