/**
 * The journal and snapshot plugin over plain JDBC, one code path for SQLite and PostgreSQL: what is acknowledged is
 * committed here first.
 *
 * <p>Read {@link dev.parley.persistence.journal.JournalDatabase} (connections and tables), {@link
 * dev.parley.persistence.journal.JournalWriter} (group commit, what a failure means), {@link
 * dev.parley.persistence.journal.JdbcJournal} (Pekko's side of it) and {@link
 * dev.parley.persistence.journal.JdbcSnapshotStore} (segments and manifests). What an event or a snapshot contains is
 * left to {@code persistence.room} and {@code persistence.entity}; here they are bytes with a manifest.
 */
package dev.parley.persistence.journal;
