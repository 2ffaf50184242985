package dev.parley.edge.peer.stock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.edge.peer.stock.StockEffect.Cause;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a document client does about others (spec 03 §7.3–7.5): tells its presence on connect, to each that joins and
 * every 15 s; forgets who was silent for 45 s; and opens direct connections, where the smaller key makes the offer.
 */
final class DocPresence {
    private static final long REPEAT_MS = 15_000;
    private static final long FORGET_MS = 45_000;

    private final String self;
    private Optional<String> data = Optional.empty();
    private long repeatAtMs = Long.MAX_VALUE;
    private final Map<String, Long> heardAtMs = new LinkedHashMap<>();

    DocPresence(String self) {
        this.self = self;
    }

    void set(String json, boolean open, long nowMs, List<StockEffect> out) {
        data = Optional.of(json);
        if (open) {
            tell(nowMs, out);
        }
    }

    void opened(long nowMs, List<StockEffect> out) {
        heardAtMs.clear();
        repeatAtMs = nowMs + REPEAT_MS;
        tell(nowMs, out);
    }

    private void tell(long nowMs, List<StockEffect> out) {
        repeatAtMs = nowMs + REPEAT_MS;
        data.ifPresent(json -> {
            ObjectNode message = StockJson.message("presence");
            StockJson.read(json).ifPresent(value -> message.set("data", value));
            out.add(new StockEffect.Send(message.toString(), Cause.PRESENCE, 0));
        });
    }

    long dueMs() {
        long due = repeatAtMs;
        for (long heard : heardAtMs.values()) {
            due = Math.min(due, heard + FORGET_MS);
        }
        return due;
    }

    void later(long nowMs, List<StockEffect> out) {
        if (nowMs >= repeatAtMs) {
            tell(nowMs, out);
        }
        List<String> silent = new ArrayList<>();
        heardAtMs.forEach((peer, heard) -> {
            if (nowMs >= heard + FORGET_MS) {
                silent.add(peer);
            }
        });
        silent.forEach(peer -> {
            heardAtMs.remove(peer);
            out.add(new StockEffect.Tell(new StockNews.Forgotten(peer)));
        });
    }

    void welcomed(List<String> peers, List<StockEffect> out) {
        peers.forEach(peer -> offer(peer, out));
    }

    private void offer(String peer, List<StockEffect> out) {
        if (self.compareTo(peer) < 0) {
            signal("webrtc-offer", peer, "offer", out);
        }
    }

    private void signal(String type, String to, String sdp, List<StockEffect> out) {
        ObjectNode message = StockJson.message(type).put("to", to);
        message.putObject(type.equals("webrtc-ice") ? "candidate" : "sdp").put("type", sdp);
        out.add(new StockEffect.Send(message.toString(), Cause.SIGNALLING, 0));
    }

    void heard(JsonNode message, long nowMs, List<StockEffect> out) {
        String from = message.path("from").asText();
        switch (message.path("type").asText()) {
            case "peer-joined" -> {
                out.add(new StockEffect.Tell(new StockNews.PeerJoined(from)));
                tell(nowMs, out);
                offer(from, out);
            }
            case "peer-left" -> {
                heardAtMs.remove(from);
                out.add(new StockEffect.Tell(new StockNews.PeerLeft(from)));
            }
            case "presence" -> {
                JsonNode value = message.path("data");
                if (value.isNull() || value.isMissingNode()) {
                    heardAtMs.remove(from);
                } else {
                    heardAtMs.put(from, nowMs);
                }
                out.add(new StockEffect.Tell(new StockNews.Presence(from, value.toString())));
            }
            case "webrtc-offer" -> {
                if (message.path("to").asText().equals(self)) {
                    signal("webrtc-answer", from, "answer", out);
                }
            }
            case "webrtc-answer" -> {
                if (message.path("to").asText().equals(self)) {
                    signal("webrtc-ice", from, "host", out);
                }
            }
            default -> {} // Acks, lock news, ticks and what is newer than this client.
        }
    }
}
