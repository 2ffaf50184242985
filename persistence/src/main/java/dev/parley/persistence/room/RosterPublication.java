package dev.parley.persistence.room;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * When the roster is told to the relays, and as what: a change when identities come or go, the whole when relays do.
 *
 * <p>A room that moved says nothing until the relays of its last roster are back, or the time for that is over; then it
 * publishes the whole, and relays that see no difference tell nobody: a move is silent. Numbers rise across moves.
 */
final class RosterPublication {
    private final long incarnation;
    private final RoomRoster roster;
    private final long settleMs;
    private final Set<RelayId> awaited = new HashSet<>();
    private final Set<RelayId> unlisted = new HashSet<>();
    private final Set<RelayId> lateUnlisted = new HashSet<>();
    private long rosterSeq;
    private boolean settling;
    private long settleUntilMs = Long.MAX_VALUE;

    RosterPublication(long incarnation, RoomRoster roster, long settleMs) {
        this.incarnation = incarnation;
        this.roster = roster;
        this.settleMs = settleMs;
    }

    long rosterSeq() {
        return rosterSeq;
    }

    /** True while the room does not know yet who is in it. */
    boolean settling() {
        return settling;
    }

    /** A relay came that was not attached to this incarnation before. */
    void relayCame(ToRoom.Attach attach, long nowMs) {
        if (settleUntilMs == Long.MAX_VALUE) {
            settleUntilMs = nowMs + settleMs;
        }
        if (attach.rosterVersion() != 0) {
            unlisted.add(attach.relay());
        }
        if (attach.rosterSeq() >= 0) {
            if (attach.rosterSeq() > rosterSeq) {
                rosterSeq = beyond(attach.rosterSeq(), incarnation);
            }
            awaited.addAll(attach.knownRelays());
            settling |= nowMs < settleUntilMs;
        }
    }

    /**
     * Where an incarnation counts on from after a roster of another. Two that live at once, one of them taken for dead,
     * must not give one number to two rosters: a relay that has the wrong one would never ask for the right one.
     */
    static long beyond(long rosterSeq, long incarnation) {
        long own = (incarnation ^ (incarnation >>> 16) ^ (incarnation >>> 32) ^ (incarnation >>> 48)) & 0xFFFF;
        return ((rosterSeq >>> 40) + 1) << 40 | own << 24;
    }

    /** What to publish now that this relay has come: its name counts at the next move. */
    Optional<ToRelay> afterComing(ToRoom.Attach attach) {
        if (!settling && attach.rosterSeq() >= 0 && unlisted.contains(attach.relay())) {
            // Back after the others gave it up: without its list its sessions would seem to have left.
            lateUnlisted.add(attach.relay());
            return Optional.empty();
        }
        return relaysChanged();
    }

    /** The relay's list is known, and made this change: what to publish. */
    Optional<ToRelay> listed(RelayId relay, RoomRoster.Change change) {
        unlisted.remove(relay);
        return lateUnlisted.remove(relay) ? relaysChanged() : changed(change);
    }

    void relayGone(RelayId relay) {
        unlisted.remove(relay);
        lateUnlisted.remove(relay);
        awaited.remove(relay);
    }

    /** The roster to publish now if the room was settling and is no more. */
    Optional<ToRelay> settle(long nowMs) {
        if (!settling) {
            return Optional.empty();
        }
        boolean allBack = unlisted.isEmpty() && roster.relays().containsAll(awaited);
        if (!allBack && nowMs < settleUntilMs) {
            return Optional.empty();
        }
        settling = false;
        return Optional.of(whole());
    }

    /** What to publish after identities came or went; nothing while settling. */
    Optional<ToRelay> changed(RoomRoster.Change change) {
        if (change.isNone() || settling) {
            return Optional.empty();
        }
        rosterSeq++;
        return Optional.of(new ToRelay.RosterChange(rosterSeq, change.joined(), change.left()));
    }

    /** The whole roster, because a relay came or went; nothing while settling. */
    Optional<ToRelay> relaysChanged() {
        return settling ? Optional.empty() : Optional.of(whole());
    }

    /** The roster for a relay that has published another one. */
    Optional<ToRelay> forRelay(RelayId relay, long itsRosterSeq) {
        return settling || itsRosterSeq == rosterSeq || unlisted.contains(relay)
                ? Optional.empty()
                : Optional.of(new ToRelay.RosterIs(rosterSeq, roster.present(), roster.relays()));
    }

    private ToRelay whole() {
        rosterSeq++;
        return new ToRelay.RosterIs(rosterSeq, roster.present(), roster.relays());
    }
}
