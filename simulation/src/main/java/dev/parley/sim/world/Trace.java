package dev.parley.sim.world;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The run as one number, and event by event to who listens: equal traces mean equal runs.
 *
 * <p>What happened is a fixed text in which {@code {member}}, {@code {room}}, {@code {session}}, {@code {peer}},
 * {@code {relay}} and {@code {life}} (an incarnation of a room) stand for the numbers that follow it, in order; numbers
 * that no place is left for are told at the end. So a trace costs no text until somebody reads it.
 */
public final class Trace {
    private static final long BASIS = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    /** Hears each event of a run as it happens. */
    public interface Listener {
        /** {@code what} with its {@code details} happened at {@code atMs} since the start of the run. */
        void hear(long atMs, String what, long[] details);
    }

    private long hash = BASIS;
    private long events;
    private final Optional<Listener> listener;

    private Trace(Optional<Listener> listener) {
        this.listener = listener;
    }

    /** A trace that {@code listener} hears event by event. */
    public static Trace heardBy(Optional<Listener> listener) {
        return new Trace(listener);
    }

    /** Tells {@code to} each event as a line: time, text, numbers. */
    static Listener asLines(Consumer<String> to) {
        return (atMs, what, details) -> to.accept(atMs + " " + what + " " + Arrays.toString(details));
    }

    /** Notes that {@code what} happened at {@code atMs}, with what tells it from others of its kind. */
    public void note(long atMs, String what, long... details) {
        events++;
        mix(atMs);
        mix(what.hashCode());
        for (long detail : details) {
            mix(detail);
        }
        if (listener.isPresent()) {
            listener.get().hear(atMs, what, details);
        }
    }

    /** It is an actor's turn, or that of another task: part of the trace, heard by nobody. */
    public void turn(long number) {
        mix(number);
    }

    private void mix(long value) {
        hash = (hash ^ value) * PRIME;
        hash ^= hash >>> 29;
    }

    public long hash() {
        return hash;
    }

    public long events() {
        return events;
    }
}
