package dev.parley.persistence.relay;

import dev.parley.core.id.PeerId;
import dev.parley.core.id.SessionId;
import dev.parley.persistence.room.RelayId;
import dev.parley.persistence.room.RosterEntry;
import dev.parley.persistence.room.ToRelay;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The identities of a room as this relay told its sessions last. What the room says is turned into the difference to
 * that, so that a move, a repeated or a lost message tells nobody anything twice.
 */
final class PublishedRoster {
    /** The number of a roster that is not known yet. */
    static final long UNKNOWN = -1;

    /** An identity that came ({@code present}) or went. */
    record Change(RosterEntry entry, boolean present) {}

    private final TreeMap<PeerId, RosterEntry> present = new TreeMap<>();
    private Set<RelayId> relays = Set.of();
    private long seq = UNKNOWN;

    boolean known() {
        return seq != UNKNOWN;
    }

    /** The number of the last roster taken whole or by a change without a hole. */
    long seq() {
        return seq;
    }

    /** The relays that were in the last whole roster. */
    Set<RelayId> relays() {
        return relays;
    }

    /** Forgets all: the relay has left the room. */
    void reset() {
        present.clear();
        relays = Set.of();
        seq = UNKNOWN;
    }

    /** True if {@code change} does not follow what is known, so that the whole roster is needed. */
    boolean misses(ToRelay.RosterChange change) {
        return !known() || change.rosterSeq() > seq + 1;
    }

    /** Takes a change; gives what is new in it. Before a whole roster is known there is nothing to change. */
    List<Change> take(ToRelay.RosterChange change) {
        if (!known() || change.rosterSeq() <= seq) {
            return List.of();
        }
        if (change.rosterSeq() == seq + 1) {
            seq = change.rosterSeq();
        }
        List<Change> changes = new ArrayList<>();
        for (RosterEntry entry : change.left()) {
            RosterEntry gone = present.remove(entry.peer());
            if (gone != null) {
                changes.add(new Change(gone, false));
            }
        }
        for (RosterEntry entry : change.joined()) {
            if (present.putIfAbsent(entry.peer(), entry) == null) {
                changes.add(new Change(entry, true));
            }
        }
        return changes;
    }

    /** Takes a whole roster; gives the difference to the one known, all of it the first time. */
    List<Change> take(ToRelay.RosterIs roster) {
        seq = roster.rosterSeq();
        relays = Set.copyOf(roster.relays());
        TreeMap<PeerId, RosterEntry> now = new TreeMap<>();
        for (RosterEntry entry : roster.present()) {
            now.putIfAbsent(entry.peer(), entry);
        }
        List<Change> changes = new ArrayList<>();
        for (RosterEntry entry : List.copyOf(present.values())) {
            if (!now.containsKey(entry.peer())) {
                present.remove(entry.peer());
                changes.add(new Change(entry, false));
            }
        }
        for (RosterEntry entry : now.values()) {
            if (present.putIfAbsent(entry.peer(), entry) == null) {
                changes.add(new Change(entry, true));
            }
        }
        return changes;
    }

    /** The difference between what a session was welcomed with and this roster. */
    List<Change> since(List<PeerId> welcomed) {
        TreeSet<PeerId> then = new TreeSet<>(welcomed);
        List<Change> changes = new ArrayList<>();
        for (PeerId peer : then) {
            if (!present.containsKey(peer)) {
                changes.add(new Change(unnamed(peer), false));
            }
        }
        for (RosterEntry entry : present.values()) {
            if (!then.contains(entry.peer())) {
                changes.add(new Change(entry, true));
            }
        }
        return changes;
    }

    /** An identity of which nothing but the key is known here: the protocol's defaults (spec 03 §2.2). */
    private static RosterEntry unnamed(PeerId peer) {
        return new RosterEntry(new SessionId(0), peer, peer.toHex(), "ui");
    }
}
