package dev.parley.persistence.room;

import dev.parley.core.id.SessionId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The presence store of a room: the union of what its relays keep for their sessions (spec 03 §12.3). Each relay has a
 * copy; this one puts the changes in one order.
 *
 * <p>Shape: a relay's list has a version that counts its changes densely, so that a lost message shows; the union's
 * changes are numbered too. Transient: a room that moved gathers it anew, and says nothing of it as a whole until all
 * that is known to exist is back, or the time for that is over. Relays tell their sessions differences only, so a move
 * is silent.
 */
final class PresenceUnion {
    private static final class RelayList {
        private long version;
        private final Map<SessionId, PresenceValue> values = new TreeMap<>();
    }

    private final long incarnation;
    private final long settleMs;
    private final Map<RelayId, RelayList> relays = new TreeMap<>();
    private final Set<RelayId> unlisted = new HashSet<>();
    private long seq;
    private long settleUntilMs = Long.MAX_VALUE;

    PresenceUnion(long incarnation, long settleMs) {
        this.incarnation = incarnation;
        this.settleMs = settleMs;
    }

    /** A relay came that was not attached to this incarnation before. */
    void relayCame(ToRoom.Attach attach, long nowMs) {
        if (settleUntilMs == Long.MAX_VALUE) {
            settleUntilMs = nowMs + settleMs;
        }
        relays.putIfAbsent(attach.relay(), new RelayList());
        if (attach.presenceVersion() != 0) {
            unlisted.add(attach.relay());
        }
    }

    /** A relay renews its attachment. What it has of another life of the room must not be taken for what is here. */
    void relayHas(long itsSeq) {
        if (itsSeq > seq) {
            seq = RosterPublication.beyond(itsSeq, incarnation);
        }
    }

    /** True if the relay's own list, at this version, is not all known here. */
    boolean wants(RelayId relay, long version) {
        return version > relays.get(relay).version;
    }

    /** A relay has left or expired, and what it kept with it. */
    Optional<ToRelay> relayGone(RelayId relay) {
        unlisted.remove(relay);
        RelayList gone = relays.remove(relay);
        return gone == null ? Optional.empty() : changed(List.of(), List.copyOf(gone.values.keySet()), List.of());
    }

    Optional<ToRelay> put(ToRoom.PresencePut put) {
        RelayList list = relays.get(put.relay());
        PresenceValue value = put.value();
        if (value.number() <= list.version) {
            return Optional.empty();
        }
        if (value.number() == list.version + 1) {
            list.version = value.number();
        }
        list.values.put(value.entry().session(), value);
        return changed(List.of(value), List.of(), List.of());
    }

    Optional<ToRelay> dropped(ToRoom.PresenceDropped drop) {
        RelayList list = relays.get(drop.relay());
        if (drop.version() <= list.version) {
            return Optional.empty();
        }
        if (drop.version() == list.version + 1) {
            list.version = drop.version();
        }
        PresenceValue gone = list.values.remove(drop.session());
        if (gone == null) {
            return Optional.empty();
        }
        return drop.stale()
                ? changed(List.of(), List.of(), List.of(mark(gone)))
                : changed(List.of(), List.of(drop.session()), List.of());
    }

    /** The whole list of a relay, unless a newer one is known. */
    Optional<ToRelay> listed(ToRoom.PresenceList whole) {
        RelayList list = relays.get(whole.relay());
        if (whole.version() < list.version) {
            return Optional.empty();
        }
        unlisted.remove(whole.relay());
        list.version = whole.version();
        List<PresenceValue> put = new ArrayList<>();
        Set<SessionId> gone = new HashSet<>(list.values.keySet());
        for (PresenceValue value : whole.values()) {
            gone.remove(value.entry().session());
            if (!value.equals(list.values.put(value.entry().session(), value))) {
                put.add(value);
            }
        }
        list.values.keySet().removeAll(gone);
        return changed(put, gone.stream().sorted().toList(), List.of());
    }

    /** Entries of other relays that one has swept; one that changed since stays. */
    Optional<ToRelay> swept(ToRoom.PresenceSwept swept) {
        List<ToRoom.PresenceMark> stale = new ArrayList<>();
        for (ToRoom.PresenceMark mark : swept.marks()) {
            for (RelayList list : relays.values()) {
                PresenceValue value = list.values.get(mark.session());
                if (value != null && value.number() == mark.number()) {
                    list.values.remove(mark.session());
                    stale.add(mark);
                }
            }
        }
        return changed(List.of(), List.of(), stale);
    }

    /** The whole store for a relay whose copy is of another number; nothing while {@code settling} or parts are missing. */
    Optional<ToRelay> forRelay(ToRoom.Attach attach, boolean settling, long nowMs) {
        boolean incomplete = settling || (!unlisted.isEmpty() && nowMs < settleUntilMs);
        if (incomplete || attach.presenceSeq() == seq) {
            return Optional.empty();
        }
        List<PresenceValue> all = new ArrayList<>();
        relays.values().forEach(list -> all.addAll(list.values.values()));
        return Optional.of(new ToRelay.PresenceIs(seq, all));
    }

    private Optional<ToRelay> changed(List<PresenceValue> put, List<SessionId> left, List<ToRoom.PresenceMark> stale) {
        if (put.isEmpty() && left.isEmpty() && stale.isEmpty()) {
            return Optional.empty();
        }
        // Lives count from different numbers, so that no two stores have the same one.
        seq = seq == 0 ? RosterPublication.beyond(0, incarnation) : seq + 1;
        return Optional.of(new ToRelay.PresenceChange(seq, put, left, stale));
    }

    private static ToRoom.PresenceMark mark(PresenceValue value) {
        return new ToRoom.PresenceMark(value.entry().session(), value.number());
    }
}
