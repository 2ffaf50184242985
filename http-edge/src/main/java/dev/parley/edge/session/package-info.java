/**
 * The shell of a session: runs {@code Session.step} and performs its effects in order.
 *
 * <p>Read {@link dev.parley.edge.session.Conversation}, which the simulator runs too, {@link
 * dev.parley.edge.session.Surroundings}, {@link dev.parley.edge.session.SessionActor}, {@link
 * dev.parley.edge.session.SessionCensus}, {@link dev.parley.edge.session.AllowanceTable}. The protocol is left to {@code
 * core.session}, frames and queues to {@code edge.socket}, rooms to {@code persistence.relay}.
 */
package dev.parley.edge.session;
