package dev.parley.sim.use;

import dev.parley.sim.world.Trace;
import java.util.ArrayList;
import java.util.List;

/** All that happened in one run, kept as it was told: for who tells it again, and for its picture. */
final class Story implements Trace.Listener {
    /** Something that happened: the text as it stands in the code, and the numbers for its places. */
    record Event(long atMs, String what, long[] details) {
        /** The number for the place at {@code index}. */
        long detail(int index) {
            return details[index];
        }
    }

    private final List<Event> events = new ArrayList<>();

    @Override
    public void hear(long atMs, String what, long[] details) {
        events.add(new Event(atMs, what, details));
    }

    List<Event> events() {
        return events;
    }

    /** The last {@code count} events. */
    List<Event> last(int count) {
        return events.subList(Math.max(0, events.size() - count), events.size());
    }

    /** When the last thing happened, in milliseconds since the start of the run. */
    long endMs() {
        return events.isEmpty() ? 0 : events.get(events.size() - 1).atMs();
    }
}
