/**
 * The messages of the protocol and their JSON form: bytes to one value, one value to the same text.
 *
 * <p>Read {@link dev.parley.core.wire.FromPeer}, {@link dev.parley.core.wire.ToPeer},
 * {@link dev.parley.core.wire.MessageReader}, {@link dev.parley.core.wire.MessageWriter}. The bytes inside a pack belong
 * to {@code core.history}; what a message means belongs to {@code core.session}.
 */
package dev.parley.core.wire;
