/**
 * The shell of a session: runs {@code Session.step}, performs its effects in order, and decides nothing.
 *
 * <p>Read {@link dev.parley.edge.session.SessionActor}, {@link dev.parley.edge.session.SessionContext}, {@link
 * dev.parley.edge.session.SessionCensus}, {@link dev.parley.edge.session.AllowanceTable}. The protocol is left to {@code
 * core.session}, frames and queues to {@code edge.socket}, rooms to {@code persistence.relay}.
 */
package dev.parley.edge.session;
