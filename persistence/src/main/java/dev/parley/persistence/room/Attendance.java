package dev.parley.persistence.room;

import dev.parley.core.id.PeerId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which relays are attached and who is in the room: admission, roster, and what is published of it.
 *
 * <p>While a room that moved does not know yet who is in it, those who enter wait: they would be welcomed with half of
 * the peers.
 */
final class Attendance {
    private record EnterKey(RelayId relay, RosterEntry entry, long number) {}

    private static final int ENTERS_A_TURN = 16;

    private final RoomSettings settings;
    private final Frontdesk frontdesk;
    private final RoomTime time;
    private final Map<RelayId, Attached> attached = new TreeMap<>();
    private final RoomRoster roster = new RoomRoster();
    private final RosterPublication publication;
    private final PresenceUnion presence;
    private final Map<EnterKey, ToRoom.Enter> entersDeferred = new LinkedHashMap<>();
    private long idleSinceMs;
    private long tickedMs;

    /** {@code nowMs} is here and below the room's time for deadlines. */
    Attendance(long incarnation, RoomSettings settings, Frontdesk frontdesk, RoomTime time, long nowMs) {
        this.settings = settings;
        this.frontdesk = frontdesk;
        this.time = time;
        this.publication = new RosterPublication(
                incarnation, roster, settings.rosters().settle().toMillis());
        this.presence =
                new PresenceUnion(incarnation, settings.rosters().settle().toMillis());
        this.idleSinceMs = nowMs;
        this.tickedMs = nowMs;
    }

    boolean knows(RelayId relay) {
        return attached.containsKey(relay);
    }

    /** The relay, which is attached. */
    Attached of(RelayId relay) {
        return attached.get(relay);
    }

    int relays() {
        return attached.size();
    }

    int sessions() {
        return roster.sessions();
    }

    /** The most bytes of unfinished fragments that one relay has here. */
    long reassemblyBytesMost() {
        long most = 0;
        for (Attached relay : attached.values()) {
            most = Math.max(most, relay.reassembly.bytesHeld());
        }
        return most;
    }

    /** Since when no relay is attached; means nothing while one is. */
    long idleSinceMs() {
        return idleSinceMs;
    }

    /** Tells all attached relays. */
    void tellAll(ToRelay message, List<RoomEffect> out) {
        if (!attached.isEmpty()) {
            out.add(new RoomEffect.Broadcast(List.copyOf(attached.keySet()), message));
        }
    }

    void attach(RoomState room, ToRoom.Attach attach, long incarnation, long nowMs, List<RoomEffect> out) {
        RelayId relay = attach.relay();
        Attached known = attached.get(relay);
        boolean came = known == null;
        if (came) {
            known = new Attached(settings.intake().reassemblyBytesMax(), attach.nextSubmit());
            attached.put(relay, known);
            roster.add(relay);
            publication.relayCame(attach, nowMs);
            presence.relayCame(attach, nowMs);
        }
        known.seenMs = nowMs;
        known.expects = Math.max(known.expects, attach.nextSubmit());
        out.add(new RoomEffect.Reply(relay, new ToRelay.Head(incarnation, room.seq(), known.expects)));
        boolean listKnown = attach.rosterVersion() <= roster.version(relay);
        wantRoster(relay, !listKnown, out);
        if (came) {
            publish(publication.afterComing(attach), out);
            settle(room, nowMs, out);
        } else {
            if (listKnown) {
                // Its list need not come whole: it may have been learned change by change.
                publish(publication.listed(relay, RoomRoster.Change.NONE), out);
            }
            publication
                    .forRelay(relay, attach.rosterSeq())
                    .ifPresent(whole -> out.add(new RoomEffect.Reply(relay, whole)));
        }
        presence.relayHas(attach.presenceSeq());
        if (presence.wants(relay, attach.presenceVersion())) {
            out.add(new RoomEffect.Reply(relay, new ToRelay.PresenceWanted()));
        }
        presence.forRelay(attach, publication.settling(), nowMs)
                .ifPresent(whole -> out.add(new RoomEffect.Reply(relay, whole)));
    }

    void presence(ToRoom.PresencePut put, List<RoomEffect> out) {
        publish(presence.put(put), out);
    }

    void presence(ToRoom.PresenceDropped drop, List<RoomEffect> out) {
        publish(presence.dropped(drop), out);
    }

    void presence(ToRoom.PresenceList list, List<RoomEffect> out) {
        publish(presence.listed(list), out);
    }

    void presence(ToRoom.PresenceSwept swept, List<RoomEffect> out) {
        publish(presence.swept(swept), out);
    }

    void roster(RoomState room, ToRoom.Roster list, long nowMs, List<RoomEffect> out) {
        RoomRoster.Change change = roster.replace(list.relay(), list.version(), list.sessions());
        publish(publication.listed(list.relay(), change), out);
        settle(room, nowMs, out);
    }

    void left(ToRoom.SessionLeft left, List<RoomEffect> out) {
        boolean hole = left.version() > roster.version(left.relay()) + 1;
        entersDeferred.keySet().removeIf(key -> key.entry().session().equals(left.session()));
        publish(publication.changed(roster.leave(left.relay(), left.version(), left.session())), out);
        wantRoster(left.relay(), hole, out);
    }

    void enter(RoomState room, ToRoom.Enter enter, List<RoomEffect> out) {
        if (publication.settling() || lacksTree(room, enter)) {
            entersDeferred.put(new EnterKey(enter.relay(), enter.entry(), enter.number()), enter);
        } else {
            admit(room, enter, out);
        }
    }

    /** A whole tree to hash, as after a recovery, would hold up the room: it is done in turns. */
    private static boolean lacksTree(RoomState room, ToRoom.Enter enter) {
        return enter.mst() && !room.index().mst().freshen(0);
    }

    /** True if somebody waits for {@link #turn}. */
    boolean wantsTurn() {
        return !entersDeferred.isEmpty() && !publication.settling();
    }

    /** Lets in some of those who waited for the room's tree, which is up to date now. */
    void turn(RoomState room, List<RoomEffect> out) {
        List<ToRoom.Enter> waiting =
                entersDeferred.values().stream().limit(ENTERS_A_TURN).toList();
        for (ToRoom.Enter enter : waiting) {
            entersDeferred.remove(new EnterKey(enter.relay(), enter.entry(), enter.number()));
            admit(room, enter, out);
        }
    }

    private void admit(RoomState room, ToRoom.Enter enter, List<RoomEffect> out) {
        RelayId relay = enter.relay();
        RosterEntry entry = enter.entry();
        boolean hole = enter.version() > roster.version(relay) + 1;
        List<PeerId> others = roster.others(entry.peer());
        switch (frontdesk.admit(room, enter, others, time.wallMs())) {
            case Frontdesk.Answer.Refused(var why) -> {
                publish(publication.changed(roster.refuse(relay, enter.version(), entry.session())), out);
                out.add(new RoomEffect.Reply(relay, new ToRelay.NotAdmitted(entry.session(), enter.number(), why)));
            }
            case Frontdesk.Answer.Welcome(var admission) -> {
                // The others hear of the newcomer before it is let in.
                publish(publication.changed(roster.enter(relay, enter.version(), entry)), out);
                out.add(new RoomEffect.Reply(relay, new ToRelay.Admitted(entry.session(), enter.number(), admission)));
            }
        }
        wantRoster(relay, hole, out);
    }

    /** Relays that do not renew their attachment expire; a roster is published once the room knows who is in it. */
    void tick(RoomState room, long nowMs, List<RoomEffect> out) {
        long expiryMs = settings.rosters().relayExpiry().toMillis();
        if (nowMs - tickedMs >= expiryMs / 2) {
            // This room stood still, or the clock leapt: what its relays said meanwhile may still wait to be read.
            attached.values().forEach(relay -> relay.seenMs = Math.max(relay.seenMs, nowMs - expiryMs / 2));
        }
        tickedMs = nowMs;
        for (RelayId relay : List.copyOf(attached.keySet())) {
            if (nowMs - attached.get(relay).seenMs >= expiryMs) {
                gone(room, relay, nowMs, out);
            }
        }
        settle(room, nowMs, out);
    }

    /** A relay has left or expired, and its sessions with it. */
    void gone(RoomState room, RelayId relay, long nowMs, List<RoomEffect> out) {
        attached.remove(relay);
        out.add(new RoomEffect.Forget(relay));
        entersDeferred.keySet().removeIf(key -> key.relay().equals(relay));
        publish(presence.relayGone(relay), out);
        RoomRoster.Change change = roster.remove(relay);
        publication.relayGone(relay);
        publish(publication.changed(change), out);
        publish(publication.relaysChanged(), out);
        settle(room, nowMs, out);
        if (attached.isEmpty()) {
            idleSinceMs = nowMs;
        }
    }

    private void settle(RoomState room, long nowMs, List<RoomEffect> out) {
        Optional<ToRelay> whole = publication.settle(nowMs);
        if (whole.isEmpty()) {
            return;
        }
        publish(whole, out);
        List<ToRoom.Enter> waiting = new ArrayList<>(entersDeferred.values());
        entersDeferred.clear();
        for (ToRoom.Enter enter : waiting) {
            enter(room, enter, out);
        }
    }

    private void wantRoster(RelayId relay, boolean wanted, List<RoomEffect> out) {
        if (wanted) {
            out.add(new RoomEffect.Reply(relay, new ToRelay.RosterWanted()));
        }
    }

    private void publish(Optional<ToRelay> message, List<RoomEffect> out) {
        message.ifPresent(it -> tellAll(it, out));
    }
}
