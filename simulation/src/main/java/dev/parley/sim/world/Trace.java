package dev.parley.sim.world;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

/** The run as one number: equal traces mean equal runs. */
final class Trace {
    private long hash = 0xcbf29ce484222325L;
    private long events;
    private final Optional<Consumer<String>> listener;

    /** {@code listener} is told each event as a line. */
    Trace(Optional<Consumer<String>> listener) {
        this.listener = listener;
    }

    /** Notes that {@code what} happened at {@code atMs}, with what tells it from others of its kind. */
    void note(long atMs, String what, long... details) {
        events++;
        mix(atMs);
        for (int i = 0; i < what.length(); i++) {
            mix(what.charAt(i));
        }
        for (long detail : details) {
            mix(detail);
        }
        listener.ifPresent(to -> to.accept(atMs + " " + what + " " + Arrays.toString(details)));
    }

    private void mix(long value) {
        hash = (hash ^ value) * 0x100000001b3L;
        hash ^= hash >>> 29;
    }

    long hash() {
        return hash;
    }

    long events() {
        return events;
    }
}
