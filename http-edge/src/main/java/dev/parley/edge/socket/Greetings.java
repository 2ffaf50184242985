package dev.parley.edge.socket;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * The connections whose peers have not said hello yet, before and after the upgrade: how many there are, in all and of one
 * remote address. Thread-safe.
 *
 * <p>Bounded, and when there are as many as may be the oldest makes room: an honest peer says hello within moments, so what
 * waits longest is a silent or slow one. Refusing the newest would let a few silent connections lock everybody out.
 */
public final class Greetings {
    /** How many connections without a hello at most: in all, and of one address. */
    public record Bounds(int max, int perAddressMax) {}

    /** One connection that owes us a hello. */
    public final class Greeting {
        private final Runnable drop;
        private String address;

        private Greeting(String address, Runnable drop) {
            this.address = address;
            this.drop = drop;
        }

        /** Hello came, or the connection ended; a second call changes nothing. */
        public void over() {
            remove(this);
        }

        /** Counts it for another address: the one that a proxy names. */
        public void from(String realAddress) {
            move(this, realAddress);
        }
    }

    private final Bounds bounds;
    private final LinkedHashSet<Greeting> waiting = new LinkedHashSet<>();
    private final Map<String, LinkedHashSet<Greeting>> byAddress = new HashMap<>();
    private long dropped;

    public Greetings(Bounds bounds) {
        this.bounds = bounds;
    }

    /**
     * Counts a new connection. {@code drop} ends it when it has to make room; it may be called from any thread. An empty
     * address counts for the whole only.
     */
    Greeting begin(String address, Runnable drop) {
        Greeting greeting = new Greeting(address, drop);
        Greeting late;
        synchronized (this) {
            late = waiting.size() >= bounds.max() ? waiting.iterator().next() : oldestBeyond(address);
            if (late != null) {
                removeHere(late);
                dropped++;
            }
            waiting.add(greeting);
            count(greeting);
        }
        if (late != null) {
            late.drop.run();
        }
        return greeting;
    }

    /** Ends all that wait: the server stops. */
    void dropAll() {
        List<Greeting> all;
        synchronized (this) {
            all = new ArrayList<>(waiting);
        }
        all.forEach(greeting -> greeting.drop.run());
    }

    /** Connections that owe us a hello. */
    public synchronized int count() {
        return waiting.size();
    }

    /** How many had to make room so far. */
    public synchronized long dropped() {
        return dropped;
    }

    private void move(Greeting greeting, String realAddress) {
        Greeting late;
        synchronized (this) {
            if (greeting.address.equals(realAddress) || !waiting.contains(greeting)) {
                return;
            }
            uncount(greeting);
            late = oldestBeyond(realAddress);
            if (late != null) {
                removeHere(late);
                dropped++;
            }
            greeting.address = realAddress;
            count(greeting);
        }
        if (late != null) {
            late.drop.run();
        }
    }

    private synchronized void remove(Greeting greeting) {
        removeHere(greeting);
    }

    private void removeHere(Greeting greeting) {
        if (waiting.remove(greeting)) {
            uncount(greeting);
        }
    }

    private Greeting oldestBeyond(String address) {
        LinkedHashSet<Greeting> same = byAddress.get(address);
        return same != null && same.size() >= bounds.perAddressMax()
                ? same.iterator().next()
                : null;
    }

    private void count(Greeting greeting) {
        if (!greeting.address.isEmpty()) {
            byAddress
                    .computeIfAbsent(greeting.address, a -> new LinkedHashSet<>(2))
                    .add(greeting);
        }
    }

    private void uncount(Greeting greeting) {
        byAddress.computeIfPresent(greeting.address, (address, same) -> {
            same.remove(greeting);
            return same.isEmpty() ? null : same;
        });
    }
}
