/**
 * The log's form and place: lines of text or JSON, one a record, on stderr or in files that roll.
 *
 * <p>Read {@link dev.parley.edge.log.LogLine}, {@link dev.parley.edge.log.LogEncoder}, {@link dev.parley.edge.log.Logging}.
 * What is worth a line is left to those who log: a constant message, and what varies as its fields.
 */
package dev.parley.edge.log;
