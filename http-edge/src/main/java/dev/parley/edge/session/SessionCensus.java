package dev.parley.edge.session;

import dev.parley.core.failure.Failures;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import dev.parley.core.id.SessionId;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Who is connected to this member, and whether one more may be. Thread-safe. */
public final class SessionCensus {
    /** How many sessions at most: in all, in one room, and from one remote address; and in how many rooms. */
    public record Bounds(int sessionsMax, int roomMax, int addressMax, int roomsMax) {}

    private static final class Entry {
        private final String address;
        private Optional<RoomId> room;
        private Optional<PeerId> peer = Optional.empty();
        private Optional<Runnable> leave = Optional.empty(); // Present once started.
        private Optional<SessionSheet> sheet = Optional.empty();

        Entry(String address, Optional<RoomId> room) {
            this.address = address;
            this.room = room;
        }
    }

    private final Bounds bounds;
    private final Predicate<RoomId> mayEnter;
    private final Map<SessionId, Entry> sessions = new HashMap<>();
    private final Map<RoomId, Integer> byRoom = new HashMap<>();
    private final Map<String, Integer> byAddress = new HashMap<>();
    private boolean leaving;

    public SessionCensus(Bounds bounds) {
        this(bounds, room -> true);
    }

    /** {@code mayEnter} says whether there is memory for a room, called often. */
    public SessionCensus(Bounds bounds, Predicate<RoomId> mayEnter) {
        this.bounds = bounds;
        this.mayEnter = mayEnter;
    }

    /** Takes a place for a session, or says in a sentence why there is none. The room is empty when not known yet. */
    public synchronized Optional<String> admit(SessionId session, String address, Optional<RoomId> room) {
        if (sessions.size() >= bounds.sessionsMax()) {
            return Optional.of("this server has as many sessions as it may, try again later");
        }
        if (byAddress.getOrDefault(address, 0) >= bounds.addressMax()) {
            return Optional.of("your address has as many sessions as it may");
        }
        Optional<String> full = room.flatMap(this::fullRoom);
        if (full.isPresent()) {
            return full;
        }
        sessions.put(session, new Entry(address, room));
        byAddress.merge(address, 1, Integer::sum);
        room.ifPresent(id -> byRoom.merge(id, 1, Integer::sum));
        return Optional.empty();
    }

    /** Gives the place of a session back that never came: its peer left between the request and the answer. */
    public synchronized void leaveUnlessStarted(SessionId session) {
        Entry entry = sessions.get(session);
        if (entry != null && entry.leave.isEmpty()) {
            leave(session);
        }
    }

    /** {@code leave} is run, once, when this member leaves; it must be quick and must not call back. */
    synchronized void started(SessionId session, Runnable leave, SessionSheet sheet) {
        Entry entry = sessions.get(session);
        if (entry != null) {
            entry.leave = Optional.of(leave);
            entry.sheet = Optional.of(sheet);
        }
        if (leaving) {
            leave.run();
        }
    }

    /** Notes whom the session is of; says in a sentence why its room, named only now, takes no more. */
    synchronized Optional<String> enter(SessionId session, RoomId room, PeerId peer) {
        Entry entry = sessions.get(session);
        if (entry == null) {
            return Optional.empty(); // It has left already.
        }
        if (entry.room.isEmpty()) {
            Optional<String> full = fullRoom(room);
            if (full.isPresent()) {
                return full;
            }
            entry.room = Optional.of(room);
            byRoom.merge(room, 1, Integer::sum);
        }
        entry.peer = Optional.of(peer);
        return Optional.empty();
    }

    /** Gives the place back; a second call changes nothing. */
    public synchronized void leave(SessionId session) {
        Entry entry = sessions.remove(session);
        if (entry != null) {
            decrement(byAddress, entry.address);
            entry.room.ifPresent(room -> decrement(byRoom, room));
        }
    }

    public synchronized int sessions() {
        return sessions.size();
    }

    /** Sessions of each room that has any on this member. */
    public synchronized Map<RoomId, Integer> sessionsByRoom() {
        return Map.copyOf(byRoom);
    }

    /** Distinct identities of each room that has any on this member. Cost: linear in sessions. */
    public synchronized Map<RoomId, Integer> peersByRoom() {
        Map<RoomId, Set<PeerId>> peers = new HashMap<>();
        for (Entry entry : sessions.values()) {
            if (entry.room.isPresent() && entry.peer.isPresent()) {
                peers.computeIfAbsent(entry.room.get(), room -> new HashSet<>()).add(entry.peer.get());
            }
        }
        Map<RoomId, Integer> counts = new HashMap<>();
        peers.forEach((room, present) -> counts.put(room, present.size()));
        return counts;
    }

    /** What can be seen of a room's sessions here, by session id, at most so many. Cost: linear in all sessions. */
    public synchronized List<SessionSheet> sheets(RoomId room, int most) {
        return sessions.entrySet().stream()
                .filter(entry -> entry.getValue().room.equals(Optional.of(room)))
                .sorted(Comparator.comparingLong(entry -> entry.getKey().value()))
                .flatMap(entry -> entry.getValue().sheet.stream())
                .limit(most)
                .toList();
    }

    /** Tells all sessions that this member leaves, also those that are admitted and have not started. */
    public synchronized void memberLeaves() {
        leaving = true;
        sessions.values().stream().flatMap(entry -> entry.leave.stream()).forEach(Runnable::run);
    }

    private Optional<String> fullRoom(RoomId room) {
        int present = byRoom.getOrDefault(room, 0);
        if (present >= bounds.roomMax()) {
            return Optional.of("the room has as many sessions as it may, try again later");
        }
        if (!mayEnter.test(room)) {
            return Optional.of(Failures.ROOM_NOT_AVAILABLE);
        }
        return present == 0 && byRoom.size() >= bounds.roomsMax()
                ? Optional.of("this server has as many rooms as it may, try again later")
                : Optional.empty();
    }

    private static <K> void decrement(Map<K, Integer> counts, K key) {
        counts.computeIfPresent(key, (k, count) -> count == 1 ? null : count - 1);
    }
}
