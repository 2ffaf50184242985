/**
 * All that a peer or the network can do wrong so that a session ends, and what the peer is told.
 *
 * <p>Read {@link dev.parley.core.failure.SyncFailure}, {@link dev.parley.core.failure.Failures},
 * {@link dev.parley.core.failure.CloseCode}. What a session survives is an error envelope and belongs to
 * {@code core.session}; our own bugs are exceptions.
 */
package dev.parley.core.failure;
