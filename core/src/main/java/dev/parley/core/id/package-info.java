/**
 * The small values everything else is keyed by.
 *
 * <p>Read {@link dev.parley.core.id.NodeId}, {@link dev.parley.core.id.PeerId}, {@link dev.parley.core.id.RoomId},
 * {@link dev.parley.core.id.SessionId}. Meaning and rules belong to the packages above.
 */
package dev.parley.core.id;
