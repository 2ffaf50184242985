package dev.parley.sim.world;

import java.util.ArrayDeque;
import java.util.function.LongSupplier;

/** One direction of a connection: keeps order, takes a while, and holds everything while it is closed, as TCP does. */
final class Pipe {
    /** What closes a pipe may end early, when a run heals: it is looked at again this often. */
    private static final long LOOK_EVERY_MS = 500;

    private record Item(long readyMs, Runnable deliver) {}

    private final Agenda agenda;
    private final Chance chance;
    private final LongSupplier closedForMs;
    private final ArrayDeque<Item> items = new ArrayDeque<>();
    private long lastMs;
    private boolean pumping;
    private boolean broken;

    /** {@code closedForMs} says for how long nothing comes out; 0 when it does now. */
    Pipe(Agenda agenda, Chance chance, LongSupplier closedForMs) {
        this.agenda = agenda;
        this.chance = chance;
        this.closedForMs = closedForMs;
    }

    /** {@code deliver} is run at the other end. */
    void send(Runnable deliver) {
        if (broken) {
            return;
        }
        lastMs = Math.max(lastMs, agenda.nowMs() + chance.between(1, 15));
        items.add(new Item(lastMs, deliver));
        pumpAt(lastMs);
    }

    /** All that is under way is lost; {@code last} is the only thing that still comes out. */
    void breakWith(Runnable last) {
        items.clear();
        send(last);
        broken = true;
    }

    private void pumpAt(long ms) {
        if (!pumping) {
            pumping = true;
            agenda.after(Math.max(0, ms - agenda.nowMs()), this::pump);
        }
    }

    private void pump() {
        pumping = false;
        long closed = closedForMs.getAsLong();
        if (closed > 0) {
            pumpAt(agenda.nowMs() + Math.min(closed, LOOK_EVERY_MS));
            return;
        }
        while (!items.isEmpty() && items.peek().readyMs() <= agenda.nowMs()) {
            items.poll().deliver().run();
            if (closedForMs.getAsLong() > 0) {
                break;
            }
        }
        if (!items.isEmpty()) {
            pumpAt(Math.max(items.peek().readyMs(), agenda.nowMs()));
        }
    }
}
