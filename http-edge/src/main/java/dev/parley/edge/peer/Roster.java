package dev.parley.edge.peer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Who else is in the room, and what each shows of itself (spec 03 §7.3, §7.5, §12.3).
 *
 * <p>Presence without a session id is forgotten after {@value #SILENCE_MS} ms without a word, as stock clients do; with
 * one the server says when it ends. Bounded: beyond {@value #PEERS_MAX} peers new ones are not listed.
 */
final class Roster {
    private static final long SILENCE_MS = 45_000;
    private static final int PEERS_MAX = 10_000;

    private final Map<String, Seen> peers = new LinkedHashMap<>();

    /** One other peer: its public key in hex, its type if the server told it, and its presence as JSON. */
    record Entry(String peer, String type, Optional<String> presence) {}

    private static final class Seen {
        private String type = "";
        /** By session id; "" for presence that names none. */
        private final Map<String, Shown> shown = new LinkedHashMap<>();
    }

    private record Shown(String dataJson, long atMs) {}

    void welcomed(List<String> others) {
        peers.clear();
        others.forEach(this::seen);
    }

    void joined(String peer, String type) {
        Seen seen = seen(peer);
        seen.type = type;
    }

    void left(String peer) {
        peers.remove(peer);
    }

    /** True if this says something new about the peer. */
    boolean presence(String peer, String session, String dataJson, long nowMs) {
        Seen seen = seen(peer);
        if (dataJson.equals("null")) {
            return seen.shown.remove(session) != null;
        }
        Shown before = seen.shown.put(session, new Shown(dataJson, nowMs));
        return before == null || !Objects.equals(before.dataJson(), dataJson);
    }

    /** True if there was something to forget. */
    boolean presenceLeft(String peer, String session) {
        Seen seen = peers.get(peer);
        return seen != null && (seen.shown.remove(session) != null || seen.shown.remove("") != null);
    }

    private Seen seen(String peer) {
        Seen known = peers.get(peer);
        if (known != null || peers.size() >= PEERS_MAX) {
            return known == null ? new Seen() : known;
        }
        Seen made = new Seen();
        peers.put(peer, made);
        return made;
    }

    /** The others, in the order in which they were seen. */
    List<Entry> entries(long nowMs) {
        List<Entry> entries = new ArrayList<>();
        peers.forEach((peer, seen) -> {
            seen.shown
                    .entrySet()
                    .removeIf(each ->
                            each.getKey().isEmpty() && nowMs - each.getValue().atMs() > SILENCE_MS);
            Optional<String> newest = seen.shown.values().stream()
                    .reduce((older, newer) -> newer.atMs() >= older.atMs() ? newer : older)
                    .map(Shown::dataJson);
            entries.add(new Entry(peer, seen.type, newest));
        });
        return entries;
    }
}
