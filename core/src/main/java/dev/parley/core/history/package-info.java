/**
 * What peers exchange, the graph it grows into, and which nodes a room accepts.
 *
 * <p>Read {@link dev.parley.core.history.Node}, {@link dev.parley.core.history.History},
 * {@link dev.parley.core.history.HistoryView}, {@link dev.parley.core.history.Acceptance}. What two sides lack is found
 * by {@code core.reconcile}, who may write is decided by {@code core.access}, and what the ops amount to by
 * {@code core.state}.
 */
package dev.parley.core.history;
