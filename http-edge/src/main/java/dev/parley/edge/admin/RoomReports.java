package dev.parley.edge.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.core.id.RoomId;
import dev.parley.edge.session.SessionCensus;
import dev.parley.edge.session.SessionSheet;
import dev.parley.edge.socket.Queued;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The JSON of {@code GET /rooms} and of the sessions in {@code GET /rooms/{id}}; both are bounded. */
final class RoomReports {
    static final int ROOMS_BY_DEFAULT = 1_000;
    static final int ROOMS_MAX = 10_000;
    static final int SESSIONS_MAX = 1_000;

    private final SessionCensus census;
    private final Meters meters;

    RoomReports(SessionCensus census, Meters meters) {
        this.census = census;
        this.meters = meters;
    }

    /**
     * The rooms that have sessions here or are in this member's memory, by id: at most {@code limit} after {@code after},
     * only those that begin with {@code prefix}. {@code next} is what to give as {@code after} for more.
     */
    String rooms(int limit, Optional<String> after, String prefix) {
        Map<RoomId, Integer> sessions = census.sessionsByRoom();
        Map<RoomId, Integer> peers = census.peersByRoom();
        Set<RoomId> inMemory = meters.roomsHere();
        TreeSet<RoomId> all = new TreeSet<>(inMemory);
        all.addAll(sessions.keySet());
        List<RoomId> matching =
                all.stream().filter(room -> room.value().startsWith(prefix)).toList();
        List<RoomId> shown = matching.stream()
                .filter(room -> after.isEmpty()
                        || RoomId.parse(after.get())
                                .map(last -> room.compareTo(last) > 0)
                                .orElse(true))
                .limit(limit)
                .toList();
        boolean more = !shown.isEmpty() && !shown.getLast().equals(matching.getLast());
        return JsonAnswer.object(json -> {
            json.writeArrayFieldStart("rooms");
            for (RoomId room : shown) {
                json.writeStartObject();
                json.writeStringField("room", room.value());
                json.writeNumberField("sessions", sessions.getOrDefault(room, 0));
                json.writeNumberField("peers", peers.getOrDefault(room, 0));
                json.writeBooleanField("in_memory", inMemory.contains(room));
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeNumberField("total", matching.size());
            if (more) {
                json.writeStringField("next", shown.getLast().value());
            } else {
                json.writeNullField("next");
            }
            json.writeNumberField("sessions", census.sessions());
        });
    }

    /** Adds what is known here of the room's sessions: how many, and the first {@value #SESSIONS_MAX} of them by id. */
    void sessions(RoomId room, JsonGenerator json) throws IOException {
        json.writeNumberField("sessions_here", census.sessionsByRoom().getOrDefault(room, 0));
        json.writeArrayFieldStart("session_list");
        for (SessionSheet session : census.sheets(room, SESSIONS_MAX)) {
            json.writeStartObject();
            write(session, json);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void write(SessionSheet session, JsonGenerator json) throws IOException {
        json.writeNumberField("session", session.self().value());
        Optional<SessionSheet.Who> who = session.who();
        json.writeStringField("peer", who.map(it -> it.peer().toHex()).orElse(""));
        json.writeStringField("peer_id", who.map(SessionSheet.Who::peerId).orElse(""));
        json.writeStringField("peer_type", who.map(SessionSheet.Who::peerType).orElse(""));
        json.writeStringField("phase", session.phase());
        json.writeStringField("since", Instant.ofEpochMilli(session.sinceMs()).toString());
        json.writeStringField("address", session.address());
        if (session.cursor().isPresent()) {
            json.writeNumberField("cursor", session.cursor().getAsLong());
        } else {
            json.writeNullField("cursor");
        }
        Queued lag = session.lag();
        json.writeNumberField("lag_messages", lag.messages());
        json.writeNumberField("lag_bytes", lag.bytes());
        json.writeNumberField("packs_in_flight", session.packsInFlight());
        json.writeNumberField("patterns", session.patterns());
        Optional<SessionSheet.CatchUp> catchUp = session.catchUp();
        json.writeStringField(
                "strategy",
                catchUp.map(it -> it.strategy().name().toLowerCase(java.util.Locale.ROOT))
                        .orElse(""));
        json.writeNumberField(
                "catch_up_nodes", catchUp.map(SessionSheet.CatchUp::nodesSent).orElse(0L));
        json.writeArrayFieldStart("capabilities");
        for (String capability : new TreeSet<>(session.capabilities())) {
            json.writeString(capability);
        }
        json.writeEndArray();
        json.writeFieldName("expires");
        if (session.expirySeconds().isPresent()) {
            json.writeNumber(
                    new BigInteger(Long.toUnsignedString(session.expirySeconds().getAsLong())));
        } else {
            json.writeNull();
        }
    }
}
