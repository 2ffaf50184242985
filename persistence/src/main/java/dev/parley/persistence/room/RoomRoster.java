package dev.parley.persistence.room;

import dev.parley.core.id.PeerId;
import dev.parley.core.id.SessionId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Who is in the room: the union of the relays' lists of sessions, counted by identity.
 *
 * <p>Shape: each relay's list has a version that counts its changes densely, so that a lost message shows. An identity
 * comes with its first session and goes with its last, on whatever relay. Transient: a room that moved gathers it anew.
 */
final class RoomRoster {
    /** Identities that came or went by one change. */
    record Change(List<RosterEntry> joined, List<RosterEntry> left) {
        static final Change NONE = new Change(List.of(), List.of());

        boolean isNone() {
            return joined.isEmpty() && left.isEmpty();
        }
    }

    private static final class RelayList {
        private long version;
        private final Map<SessionId, RosterEntry> sessions = new TreeMap<>();
        private final Set<SessionId> refused = new HashSet<>();
    }

    private final Map<RelayId, RelayList> relays = new TreeMap<>();
    private final Map<PeerId, TreeMap<SessionId, RosterEntry>> identities = new TreeMap<>();
    private int sessions;

    /** A relay came, with an empty list of version 0. */
    void add(RelayId relay) {
        relays.putIfAbsent(relay, new RelayList());
    }

    Change remove(RelayId relay) {
        RelayList gone = relays.remove(relay);
        return gone == null ? Change.NONE : replace(gone, List.of());
    }

    /** The version of the relay's list as it is known here. */
    long version(RelayId relay) {
        return relays.get(relay).version;
    }

    /** Takes the whole list of a relay, unless a newer one is known. */
    Change replace(RelayId relay, long version, List<RosterEntry> entries) {
        RelayList list = relays.get(relay);
        if (version < list.version) {
            return Change.NONE;
        }
        list.version = version;
        List<RosterEntry> admitted = new ArrayList<>();
        Set<SessionId> named = new HashSet<>();
        for (RosterEntry entry : entries) {
            named.add(entry.session());
            if (!list.refused.contains(entry.session())) {
                admitted.add(entry);
            }
        }
        list.refused.retainAll(named);
        return replace(list, admitted);
    }

    /** A session was let in as change {@code version} of its relay's list. */
    Change enter(RelayId relay, long version, RosterEntry entry) {
        RelayList list = relays.get(relay);
        boolean next = version == list.version + 1;
        if (next) {
            list.version = version;
        } else if (version <= list.version && !list.sessions.containsKey(entry.session())) {
            return Change.NONE; // An entry asked for again, of a session that has left since.
        }
        list.refused.remove(entry.session());
        if (entry.equals(list.sessions.get(entry.session()))) {
            return Change.NONE;
        }
        Map<PeerId, RosterEntry> left = new TreeMap<>();
        List<RosterEntry> joined = new ArrayList<>();
        drop(list, entry.session(), left);
        put(list, entry, left, joined);
        return new Change(joined, List.copyOf(left.values()));
    }

    /** A session that its relay listed was not let in: it counts as a change of the list, but is nobody here. */
    Change refuse(RelayId relay, long version, SessionId session) {
        RelayList list = relays.get(relay);
        if (version == list.version + 1) {
            list.version = version;
        }
        list.refused.add(session);
        return without(list, session);
    }

    /** A session left as change {@code version} of its relay's list. */
    Change leave(RelayId relay, long version, SessionId session) {
        RelayList list = relays.get(relay);
        if (version == list.version + 1) {
            list.version = version;
        }
        list.refused.remove(session);
        return without(list, session);
    }

    private Change without(RelayList list, SessionId session) {
        Map<PeerId, RosterEntry> left = new TreeMap<>();
        drop(list, session, left);
        return left.isEmpty() ? Change.NONE : new Change(List.of(), List.copyOf(left.values()));
    }

    private Change replace(RelayList list, List<RosterEntry> entries) {
        Map<SessionId, RosterEntry> next = new LinkedHashMap<>();
        for (RosterEntry entry : entries) {
            next.put(entry.session(), entry);
        }
        Map<PeerId, RosterEntry> left = new TreeMap<>();
        for (RosterEntry old : List.copyOf(list.sessions.values())) {
            if (!old.equals(next.get(old.session()))) {
                drop(list, old.session(), left);
            }
        }
        List<RosterEntry> joined = new ArrayList<>();
        for (RosterEntry entry : next.values()) {
            put(list, entry, left, joined);
        }
        return new Change(joined, List.copyOf(left.values()));
    }

    /** An identity that goes and comes within one change has not moved. */
    private void put(RelayList list, RosterEntry entry, Map<PeerId, RosterEntry> left, List<RosterEntry> joined) {
        if (list.sessions.putIfAbsent(entry.session(), entry) != null) {
            return;
        }
        sessions++;
        TreeMap<SessionId, RosterEntry> identity = identities.computeIfAbsent(entry.peer(), peer -> new TreeMap<>());
        boolean first = identity.isEmpty();
        identity.put(entry.session(), entry);
        if (first && left.remove(entry.peer()) == null) {
            joined.add(entry);
        }
    }

    private void drop(RelayList list, SessionId session, Map<PeerId, RosterEntry> left) {
        RosterEntry entry = list.sessions.remove(session);
        if (entry == null) {
            return;
        }
        sessions--;
        TreeMap<SessionId, RosterEntry> identity = identities.get(entry.peer());
        identity.remove(session);
        if (identity.isEmpty()) {
            identities.remove(entry.peer());
            left.put(entry.peer(), entry);
        }
    }

    /** One entry an identity, that of its first session. */
    List<RosterEntry> present() {
        List<RosterEntry> present = new ArrayList<>(identities.size());
        identities
                .values()
                .forEach(identity -> present.add(identity.firstEntry().getValue()));
        return present;
    }

    /** The identities present besides this one, ascending. */
    List<PeerId> others(PeerId self) {
        List<PeerId> others = new ArrayList<>(identities.keySet());
        others.remove(self);
        return others;
    }

    Set<RelayId> relays() {
        return new TreeSet<>(relays.keySet());
    }

    int sessions() {
        return sessions;
    }
}
