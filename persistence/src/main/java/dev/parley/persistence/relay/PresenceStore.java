package dev.parley.persistence.relay;

import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import dev.parley.core.id.SessionId;
import dev.parley.core.session.Input;
import dev.parley.core.session.PresenceReply;
import dev.parley.core.session.PresenceRequest;
import dev.parley.core.wire.MessageWriter;
import dev.parley.core.wire.PresenceEntry;
import dev.parley.core.wire.ToPeer;
import dev.parley.persistence.room.PresenceValue;
import dev.parley.persistence.room.RelayId;
import dev.parley.persistence.room.ToRelay;
import dev.parley.persistence.room.ToRoom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * One member's copy of a room's presence store (spec 03 §12.3): the authority for its own sessions, told of the others by
 * the room. It answers at once, whatever the room does.
 *
 * <p>Sessions are told the difference to what they were told before, so a move of the room, a repeated or a lost message
 * tells nobody anything twice. Of a session one value is on its way to the room at a time; the newest waits.
 *
 * <p>Bounds: {@code bytesMax} for the whole copy; a value that would exceed it is refused. The server has no opinion on
 * when a lease ends: its time is by the peers' clocks, and peers sweep.
 */
final class PresenceStore {
    private static final long NOT_SENT = Long.MIN_VALUE;
    /** The number of a copy that has values, but of no whole: it equals no store, not even an empty one. */
    private static final long PARTIAL = -1;

    /** What this copy knows of one session's value. */
    private static final class Held {
        PresenceValue value;
        boolean own;
        /** Its session has gone, and the others are to hear of it. */
        boolean gone;
        /** The number of the value that this member's sessions were told last, 0 for none. */
        long told;
        /** When the value on its way to the room was sent. */
        long sentMs = NOT_SENT;
    }

    private final RelayId self;
    private final RoomId room;
    private final long bytesMax;
    private final long resendMs;
    private final Consumer<Input.Announced> teller;
    private final TreeMap<SessionId, Held> entries = new TreeMap<>();
    private final Set<SessionId> unsent = new LinkedHashSet<>();
    private long bytes;
    /** Counts the changes of this relay's own part, densely. */
    private long version;
    /** The number of the room's whole store that this copy is of, 0 before one came. */
    private long seq;

    PresenceStore(RelayId self, RoomId room, RelaySettings settings, Consumer<Input.Announced> teller) {
        this.self = self;
        this.room = room;
        this.bytesMax = settings.presence().bytesMax();
        this.resendMs = settings.resendAfter().toMillis();
        this.teller = teller;
    }

    /** The sessions that have a presence here. */
    Set<SessionId> sessions() {
        return Set.copyOf(entries.keySet());
    }

    long version() {
        return version;
    }

    /** The number of the room's store that this copy is of; 0 for none, -1 for parts of one. */
    long seq() {
        return seq == 0 && !entries.isEmpty() ? PARTIAL : seq;
    }

    /** Forgets all: the relay has left the room, and has no sessions. */
    void reset() {
        entries.clear();
        unsent.clear();
        bytes = 0;
        seq = 0;
    }

    /** Answers a session of this member; {@code toRoom} takes what the room is to hear at once. */
    PresenceReply ask(SessionId session, PeerId peer, PresenceRequest request, Consumer<ToRoom> toRoom) {
        return switch (request) {
            case PresenceRequest.Put(var dataJson, var expiresAtMs) -> put(session, peer, dataJson, expiresAtMs);
            case PresenceRequest.Get get -> new PresenceReply.Entries(present());
            case PresenceRequest.Sweep(var nowMs) -> sweep(nowMs, toRoom);
        };
    }

    private PresenceReply put(SessionId session, PeerId peer, String dataJson, OptionalLong expiresAtMs) {
        PresenceEntry entry = new PresenceEntry(session, peer, dataJson, expiresAtMs);
        Held held = entries.get(session);
        PresenceValue value = new PresenceValue(entry, held == null ? 0 : held.value.number());
        long before = held == null ? 0 : held.value.sizeBytes();
        if (bytes - before + value.sizeBytes() > bytesMax) {
            return new PresenceReply.Full();
        }
        if (held == null) {
            held = new Held();
            entries.put(session, held);
        }
        held.own = true; // Also when one that was swept here came back late.
        hold(held, value);
        unsent.add(session);
        return new PresenceReply.Kept();
    }

    private List<PresenceEntry> present() {
        return entries.values().stream()
                .filter(held -> !held.gone)
                .map(held -> held.value.entry())
                .toList();
    }

    private PresenceReply sweep(long nowMs, Consumer<ToRoom> toRoom) {
        List<PresenceEntry> swept = new ArrayList<>();
        List<ToRoom.PresenceMark> ofOthers = new ArrayList<>();
        for (Held held : List.copyOf(entries.values())) {
            if (held.gone || !held.value.entry().expiredAt(nowMs)) {
                continue;
            }
            SessionId session = held.value.entry().session();
            swept.add(held.value.entry());
            forget(session);
            if (!held.own) {
                ofOthers.add(new ToRoom.PresenceMark(session, held.value.number()));
            } else if (held.value.number() > 0) {
                toRoom.accept(new ToRoom.PresenceDropped(self, ++version, session, true));
            }
        }
        if (!ofOthers.isEmpty()) {
            toRoom.accept(new ToRoom.PresenceSwept(self, ofOthers));
        }
        return new PresenceReply.Swept(swept);
    }

    /** A session of this member has ended. */
    void left(SessionId session, Consumer<ToRoom> toRoom) {
        Held held = entries.get(session);
        if (held == null) {
            return;
        }
        unsent.remove(session);
        if (held.value.number() == 0) {
            forget(session); // Nobody has heard of it.
            return;
        }
        if (held.told == 0) {
            forget(session); // Nobody here has heard of it, and the room may never have.
        } else {
            held.gone = true;
        }
        toRoom.accept(new ToRoom.PresenceDropped(self, ++version, session, false));
    }

    /** What may go to the room now: of each session the newest value, once the one before has come back. */
    void flush(long nowMs, Consumer<ToRoom> toRoom) {
        for (SessionId session : List.copyOf(unsent)) {
            Held held = entries.get(session);
            if (held.sentMs == NOT_SENT || nowMs - held.sentMs >= resendMs) {
                number(held, nowMs);
                toRoom.accept(new ToRoom.PresencePut(self, held.value));
            }
        }
    }

    private void number(Held held, long nowMs) {
        held.value = new PresenceValue(held.value.entry(), ++version);
        held.sentMs = nowMs;
        unsent.remove(held.value.entry().session());
    }

    /** The room asks for this relay's part. */
    ToRoom list(long nowMs) {
        List<PresenceValue> own = new ArrayList<>();
        for (Held held : entries.values()) {
            if (held.own && !held.gone) {
                if (unsent.contains(held.value.entry().session())) {
                    number(held, nowMs);
                }
                own.add(held.value);
            }
        }
        return new ToRoom.PresenceList(self, version, own);
    }

    /** Takes a change of the room's store; false when one before it is missing, so that the whole is needed. */
    boolean take(ToRelay.PresenceChange change) {
        if (change.presenceSeq() <= seq) {
            return true;
        }
        boolean next = change.presenceSeq() == seq + 1;
        if (next) {
            seq = change.presenceSeq();
        }
        for (ToRoom.PresenceMark mark : change.stale()) {
            Held held = entries.get(mark.session());
            if (held != null && held.value.number() == mark.number() && !unsent.contains(mark.session())) {
                forget(mark.session());
            }
        }
        change.left().forEach(this::gone);
        change.put().forEach(this::published);
        return next;
    }

    /** Takes the room's whole store. */
    void take(ToRelay.PresenceIs whole) {
        seq = whole.presenceSeq();
        Set<SessionId> named = new HashSet<>();
        whole.values().forEach(value -> named.add(value.entry().session()));
        Collection<SessionId> missing = new ArrayList<>(entries.keySet());
        missing.removeAll(named);
        missing.forEach(this::gone);
        whole.values().forEach(this::published);
    }

    /** The room does not have this session's value any more. Own sessions decide for themselves. */
    private void gone(SessionId session) {
        Held held = entries.get(session);
        if (held == null || (held.own && !held.gone)) {
            return;
        }
        if (held.told > 0) {
            PresenceEntry entry = held.value.entry();
            tell(entry, new ToPeer.PresenceLeave(room, session, entry.from(), "leave"), "leave ", true);
        }
        forget(session);
    }

    /** The room has this value. */
    private void published(PresenceValue value) {
        SessionId session = value.entry().session();
        Held held = entries.computeIfAbsent(session, s -> new Held());
        if (held.value == null) {
            hold(held, value);
        } else if (held.own) {
            if (held.value.number() <= value.number()) {
                held.sentMs = NOT_SENT;
            }
        } else if (held.value.number() <= value.number()) {
            hold(held, value);
        }
        if (value.number() > held.told) {
            boolean joined = held.told == 0;
            held.told = value.number();
            PresenceEntry entry = value.entry();
            tell(
                    entry,
                    new ToPeer.PresenceValue(room, session, entry.from(), joined, entry.dataJson()),
                    joined ? "joined " : "value ",
                    false);
        }
    }

    /** A departure is {@code lasting}: a peer that missed it would show the departed for ever. */
    private void tell(PresenceEntry entry, ToPeer message, String kind, boolean lasting) {
        String key = kind + entry.session().value();
        teller.accept(new Input.Announced(entry.from(), MessageWriter.encode(message), Optional.of(key), lasting));
    }

    private void hold(Held held, PresenceValue value) {
        bytes += value.sizeBytes() - (held.value == null ? 0 : held.value.sizeBytes());
        held.value = value;
    }

    private void forget(SessionId session) {
        Held held = entries.remove(session);
        bytes -= held.value.sizeBytes();
        unsent.remove(session);
    }
}
