package dev.parley.sim.check;

import dev.parley.core.id.SessionId;
import dev.parley.persistence.room.ToRoom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Fairness within a room (design §7, 7): the k-th waiting pack of a session is decided within k turns for each session
 * that waits meanwhile, however many packs another has brought.
 *
 * <p>A turn takes one pack of each, in a row, and at least one in all. Packs that came in fragments, or in part again, are not watched.
 */
public final class TurnWatch {
    private static final class Waiting {
        final ToRoom.Submit submit;
        final int place;
        long turns;
        int lanesMost;

        Waiting(ToRoom.Submit submit, int place) {
            this.submit = submit;
            this.place = place;
        }
    }

    private final Map<SessionId, ArrayDeque<Waiting>> waiting = new TreeMap<>();
    private int lanes;
    /** Packs that are not watched, any of which may stand before one that is. */
    private int unwatched;

    /** The room heard {@code message} and has {@code more} packs waiting for it. */
    public void heard(ToRoom message, int more) {
        if (message instanceof ToRoom.Submits batch && batch.submits().size() == more) {
            taken(batch.submits());
        } else {
            unwatched += more;
        }
    }

    private void taken(List<ToRoom.Submit> submits) {
        for (ToRoom.Submit submit : submits) {
            ArrayDeque<Waiting> own = waiting.computeIfAbsent(submit.origin(), session -> new ArrayDeque<>());
            own.add(new Waiting(submit, own.size() + 1 + unwatched));
        }
    }

    /** So many sessions have packs that wait now. */
    void lanes(int lanesNow) {
        lanes = lanesNow;
    }

    /** These are decided now. */
    void turn(List<ToRoom.Submit> decided) {
        if (waiting.isEmpty()) {
            return;
        }
        for (ToRoom.Submit submit : decided) {
            ArrayDeque<Waiting> own = waiting.get(submit.origin());
            if (own != null && own.stream().anyMatch(one -> one.submit == submit)) {
                Violation.unless(
                        own.poll().submit == submit,
                        () -> "packs of " + submit.origin() + " were decided out of order");
            }
        }
        List<SessionId> empty = new ArrayList<>();
        waiting.forEach((session, own) -> {
            if (own.isEmpty()) {
                empty.add(session);
            }
            own.forEach(one -> {
                one.turns++;
                one.lanesMost = Math.max(one.lanesMost, lanes);
                Violation.unless(
                        one.turns <= (long) one.place * one.lanesMost,
                        () -> "pack " + one.place + " of " + session + " waited " + one.turns + " turns, among "
                                + one.lanesMost + " sessions");
            });
        });
        empty.forEach(waiting::remove);
    }
}
