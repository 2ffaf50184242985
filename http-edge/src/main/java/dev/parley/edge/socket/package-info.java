/**
 * The public port and its WebSocket connections: who may stay without a hello, frames, message limits, decoding, back
 * pressure, pings and close codes.
 *
 * <p>Read {@link dev.parley.edge.socket.PublicPort}, {@link dev.parley.edge.socket.SessionSockets}, {@link
 * dev.parley.edge.socket.Connection}, {@link dev.parley.edge.socket.SocketDoor}, {@link
 * dev.parley.edge.socket.SocketEvents}. What a message means, and when a socket is to be closed, is left to the session.
 */
package dev.parley.edge.socket;
