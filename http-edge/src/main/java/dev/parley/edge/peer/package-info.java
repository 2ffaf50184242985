/**
 * A correct peer: what `./parley peer`, the system tests and the simulator join rooms with.
 *
 * <p>Read {@link dev.parley.edge.peer.Replica}, which is the whole behaviour without a socket,
 * {@link dev.parley.edge.peer.Notice}, {@link dev.parley.edge.peer.PeerConnection} and
 * {@link dev.parley.edge.peer.PeerCommand} with {@code Order}, the one language of its options and its shell. What nodes
 * mean is decided in {@code core}.
 */
package dev.parley.edge.peer;
