/**
 * Who may join a room, who may write which keys, and what a session wants to see.
 *
 * <p>Read {@link dev.parley.core.access.TokenCheck}, {@link dev.parley.core.access.WritePolicy},
 * {@link dev.parley.core.access.Subscription}, {@link dev.parley.core.access.Grant}. Reading tokens and policies from
 * messages belongs to {@code wire}; judging nodes to {@code history}.
 */
package dev.parley.core.access;
