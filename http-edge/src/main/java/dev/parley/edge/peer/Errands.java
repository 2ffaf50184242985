package dev.parley.edge.peer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * What a peer says besides packs: its presence, said again as long as it lasts, and requests that have one answer.
 *
 * <p>A request is sent when the room let the peer in, one at a time, and again in the next session until its answer or
 * an error came. Presence is said at every join, to everybody who joins, and every {@value #PRESENCE_MS} ms, because
 * others forget a peer after 45 s of silence (spec 03 §7.3).
 */
final class Errands {
    private static final long PRESENCE_MS = 15_000;

    private final Deque<Errand> waiting = new ArrayDeque<>();
    private boolean asked;
    private Optional<String> presence = Optional.empty();
    private boolean presenceDue;
    private long presenceAtMs;

    private record Errand(String message, String answer) {}

    /** Queues a request; {@code answer} is the type of the message that answers it, "" when none does. */
    void add(String message, String answer) {
        waiting.add(new Errand(message, answer));
    }

    /** What others are to see of this peer from now on, as JSON; empty takes it back. */
    void presence(Optional<String> dataJson) {
        presenceDue = dataJson.isPresent() || presence.isPresent();
        presence = dataJson;
    }

    Optional<String> presence() {
        return presence;
    }

    void joined() {
        asked = false;
        somebodyCame();
    }

    /** Somebody may not know our presence yet. */
    void somebodyCame() {
        presenceDue |= presence.isPresent();
    }

    void parted() {
        asked = false;
    }

    /** A message of this type came: true if it answers the request that is out. */
    boolean answered(String type) {
        if (asked && !waiting.isEmpty() && waiting.peek().answer().equals(type)) {
            waiting.remove();
            asked = false;
            return true;
        }
        return false;
    }

    /** The server refused something. {@code mayBeOurs} is false when it can only have meant a pack. */
    void failed(boolean mayBeOurs) {
        if (asked && mayBeOurs) {
            waiting.remove();
            asked = false;
        }
    }

    /** The messages to send now. */
    List<String> messages(long nowMs) {
        List<String> messages = new ArrayList<>();
        if (presenceDue || presence.isPresent() && nowMs - presenceAtMs >= PRESENCE_MS) {
            messages.add("{\"type\":\"presence\",\"data\":" + presence.orElse("null") + "}");
            presenceDue = false;
            presenceAtMs = nowMs;
        }
        while (!asked && !waiting.isEmpty()) {
            messages.add(waiting.peek().message());
            asked = !waiting.peek().answer().isEmpty();
            if (!asked) {
                waiting.remove();
            }
        }
        return messages;
    }

    /** How long from now nothing is to be said, in milliseconds; {@code most} when nothing is planned. */
    long idleMs(long nowMs, long most) {
        if (presenceDue || !asked && !waiting.isEmpty()) {
            return 0;
        }
        return presence.isPresent() ? Math.clamp(presenceAtMs + PRESENCE_MS - nowMs, 0, most) : most;
    }

    /** How many requests have no answer yet. */
    int open() {
        return waiting.size();
    }
}
