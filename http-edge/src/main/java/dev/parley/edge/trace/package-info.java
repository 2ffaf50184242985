/**
 * Recorded and generated editing sessions, and how they become signed nodes.
 *
 * <p>Read {@link dev.parley.edge.trace.Trace}, {@link dev.parley.edge.trace.TraceFile},
 * {@link dev.parley.edge.trace.TraceTyping}, {@link dev.parley.edge.trace.TraceGenerator}. Sending the nodes belongs to
 * {@code edge.peer}.
 */
package dev.parley.edge.trace;
