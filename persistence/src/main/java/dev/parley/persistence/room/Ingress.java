package dev.parley.persistence.room;

import dev.parley.core.id.SessionId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The submits that wait for the next group, taken in turns: one of each relay and session, then the next of each.
 *
 * <p>Within a session the order is kept. What a room asks of itself (healed orphans) waits in a lane of its own.
 */
final class Ingress {
    /** A submit of a relay, or, if {@code healed}, what the room asks itself; nobody waits for that answer. */
    record Waiting(RelayId relay, long number, boolean healed, ToRoom.Submit submit, long sizeBytes) {}

    private record Arrived(long arrival, Waiting waiting) {}

    private record Lane(RelayId relay, boolean healed, SessionId session) {}

    private record Ticket(RelayId relay, long number) {}

    private final int submitsMax;
    private final long bytesMax;
    private final LinkedHashMap<Lane, ArrayDeque<Arrived>> lanes = new LinkedHashMap<>();
    private final Set<Ticket> tickets = new HashSet<>();
    private int submits;
    private long arrivals;
    private long bytesHeld;

    Ingress(int submitsMax, long bytesMax) {
        this.submitsMax = submitsMax;
        this.bytesMax = bytesMax;
    }

    /** True if there is space for so much more; always when nothing waits. */
    boolean fits(int moreSubmits, long moreBytes) {
        return submits == 0 || (submits + moreSubmits <= submitsMax && bytesHeld + moreBytes <= bytesMax);
    }

    boolean contains(RelayId relay, long number) {
        return tickets.contains(new Ticket(relay, number));
    }

    void add(Waiting waiting) {
        lanes.computeIfAbsent(
                        new Lane(
                                waiting.relay(),
                                waiting.healed(),
                                waiting.submit().origin()),
                        lane -> new ArrayDeque<>())
                .addLast(new Arrived(arrivals++, waiting));
        if (!waiting.healed()) {
            tickets.add(new Ticket(waiting.relay(), waiting.number()));
        }
        submits++;
        bytesHeld += waiting.sizeBytes();
    }

    /**
     * Takes submits in turns while they have at most {@code nodesMax} nodes together; one larger one alone. Those taken
     * are in the order they came.
     */
    List<Waiting> turn(int nodesMax) {
        List<Arrived> taken = new ArrayList<>();
        long nodes = 0;
        while (submits > 0) {
            Map.Entry<Lane, ArrayDeque<Arrived>> first =
                    lanes.entrySet().iterator().next();
            Waiting next = first.getValue().peekFirst().waiting();
            nodes += Math.max(1, next.submit().candidates().size());
            if (!taken.isEmpty() && nodes > nodesMax) {
                break;
            }
            taken.add(first.getValue().pollFirst());
            lanes.remove(first.getKey());
            if (!first.getValue().isEmpty()) {
                lanes.put(first.getKey(), first.getValue());
            }
            if (!next.healed()) {
                tickets.remove(new Ticket(next.relay(), next.number()));
            }
            submits--;
            bytesHeld -= next.sizeBytes();
        }
        taken.sort(Comparator.comparingLong(Arrived::arrival));
        return taken.stream().map(Arrived::waiting).toList();
    }

    long bytesHeld() {
        return bytesHeld;
    }

    int submits() {
        return submits;
    }

    /** Sessions that have submits waiting, the room's own apart. */
    int lanes() {
        return lanes.size();
    }
}
