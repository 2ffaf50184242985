package dev.parley.sim.world;

import dev.parley.persistence.journal.JournalWriteFailed.Why;
import dev.parley.persistence.journal.WriteFence;
import dev.parley.sim.fault.Fault;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The journal writer of one process: one transaction at a time with whatever waits, of all rooms. When a transaction is
 * refused each of its writes is tried alone; when its outcome is unknown all of them fail.
 *
 * <p>Which writes may be tried at all is decided by production's {@link WriteFence}. What a crash of the process leaves
 * of the transaction under way is drawn: it is done, also long after, or it is not.
 */
final class GroupWriter {
    /** What the caller of a write is told. */
    enum Outcome {
        DONE,
        /** Not done, or done all the same: the writer cannot know. */
        FAILED,
        /** Somebody else wrote that seq. */
        FENCED
    }

    /** The call-timeout of the journal's circuit breaker, and the write-timeout of its writer. */
    static final long CALL_TIMEOUT_MS = 5_000;

    private static final int GROUP_MAX = 32;

    private static final Map<Why, String> FENCED = Map.of(
            Why.SEQ_TAKEN, "a write of {room} is fenced: its seq is taken",
            Why.HOLE, "a write of {room} is fenced: it would leave a hole",
            Why.EARLIER_WRITE_FAILED, "a write of {room} is fenced: an earlier one failed");

    private static final class Write {
        private final SimJournal room;
        private final String incarnation;
        private final long firstSeq;
        private final List<Row> rows;
        private final long expiresAtMs;
        private final Consumer<Outcome> caller;
        private boolean answered;
        private boolean ended;

        Write(
                SimJournal room,
                String incarnation,
                long firstSeq,
                List<Row> rows,
                long expiresAtMs,
                Consumer<Outcome> caller) {
            this.room = room;
            this.incarnation = incarnation;
            this.firstSeq = firstSeq;
            this.rows = rows;
            this.expiresAtMs = expiresAtMs;
            this.caller = caller;
        }
    }

    private final World world;
    private final Chance chance;
    private final DatabaseWay way;
    private final WriteFence fence = new WriteFence();
    private final Map<Integer, Long> tails = new TreeMap<>();
    private final ArrayDeque<Write> queue = new ArrayDeque<>();
    private final List<Write> underWay = new ArrayList<>();
    private final List<Runnable> waiting = new ArrayList<>();
    private boolean busy;
    private boolean dead;
    private boolean lost;

    GroupWriter(World world, DatabaseWay way, Chance chance) {
        this.world = world;
        this.way = way;
        this.chance = chance;
    }

    /** Writes {@code rows} from {@code firstSeq} on, all or none; {@code caller} is told once. */
    void write(SimJournal room, String incarnation, long firstSeq, List<Row> rows, Consumer<Outcome> caller) {
        long now = world.agenda().nowMs();
        Write write = new Write(room, incarnation, firstSeq, rows, now + CALL_TIMEOUT_MS, caller);
        underWay.add(write);
        queue.add(write);
        world.agenda().after(CALL_TIMEOUT_MS, () -> {
            if (!write.answered && !dead) {
                world.note("a write of {room} is not answered in time", room.number(), firstSeq);
                tell(write, Outcome.FAILED);
            }
        });
        next();
    }

    /** Runs {@code then} once the writes of this room that are under way here have ended. */
    void afterWrites(SimJournal room, Runnable then) {
        if (dead) {
            return;
        }
        if (underWay.stream().noneMatch(write -> write.room == room)) {
            then.run();
        } else {
            waiting.add(() -> afterWrites(room, then));
        }
    }

    /** The process dies. What waits is gone; the transaction under way is lost or not. */
    void die() {
        dead = true;
        lost = chance.percent(50);
        queue.clear();
        waiting.clear();
    }

    private void next() {
        if (busy || dead) {
            return;
        }
        List<Write> group = new ArrayList<>();
        while (!queue.isEmpty() && group.size() < GROUP_MAX) {
            Write write = queue.poll();
            if (write.expiresAtMs > world.agenda().nowMs()) {
                group.add(write);
            } else {
                fail(write, Outcome.FAILED);
            }
        }
        if (!group.isEmpty()) {
            busy = true;
            send(group, this::ended);
        }
    }

    private void ended() {
        busy = false;
        next();
    }

    /** One transaction; {@code then} follows when the writer is free again. */
    private void send(List<Write> group, Runnable then) {
        long givesUpAtMs = world.agenda().nowMs() + CALL_TIMEOUT_MS;
        // What hangs in the disk or in the network's buffers may be done long after its callers gave up.
        boolean patient = chance.percent(50);
        boolean[] arrived = {false};
        way.there(
                chance.between(1, 8), () -> !lost && (patient || world.agenda().nowMs() <= givesUpAtMs), () -> {
                    arrived[0] = true;
                    commit(group, then);
                });
        world.agenda().after(CALL_TIMEOUT_MS, () -> {
            if (!arrived[0] && !patient && !dead) {
                // The connection was given up before anything was sent.
                group.forEach(write -> fail(write, Outcome.FAILED));
                then.run();
            }
        });
    }

    private void commit(List<Write> group, Runnable then) {
        long now = world.agenda().nowMs();
        List<Write> included = new ArrayList<>();
        Map<Integer, Long> moved = new TreeMap<>();
        for (Write write : group) {
            if (include(write, moved)) {
                included.add(write);
            }
        }
        if (included.isEmpty()) {
            then.run();
            return;
        }
        boolean taken = included.stream().anyMatch(write -> write.firstSeq != write.room.lastSeq() + 1);
        boolean full = !world.faults().active(Fault.FullDisk.class, now).isEmpty();
        boolean fails = chance.percent(world.faults().failPercent(now));
        boolean unknown = fails && chance.percent(60);
        if (taken || full || fails && !unknown) {
            refused(included, taken ? Outcome.FENCED : Outcome.FAILED, then);
            return;
        }
        boolean done = !unknown || chance.percent(50);
        if (done) {
            for (Write write : included) {
                write.room.append(write.firstSeq, write.rows);
            }
            tails.putAll(moved);
        }
        boolean unanswered = chance.percent(lostAnswerPercent(now));
        if (unanswered) {
            world.note("the answer of a transaction is lost", included.size());
        }
        Outcome outcome = unknown ? Outcome.FAILED : Outcome.DONE;
        answer(included, outcome, unanswered, then);
    }

    /** The answer's way back; the writer waits for it, but not for ever. */
    private void answer(List<Write> group, Outcome outcome, boolean unanswered, Runnable then) {
        long givesUpAtMs = world.agenda().nowMs() + CALL_TIMEOUT_MS;
        boolean[] settled = {false};
        if (!unanswered) {
            way.back(chance.between(0, 4), () -> !dead && world.agenda().nowMs() <= givesUpAtMs, () -> {
                settled[0] = true;
                group.forEach(write -> end(write, outcome));
                then.run();
            });
        }
        world.agenda().after(CALL_TIMEOUT_MS + 1, () -> {
            if (!settled[0] && !dead) {
                group.forEach(write -> end(write, Outcome.FAILED));
                then.run();
            }
        });
    }

    /** Nothing was committed: each write is tried alone, so that only the one at fault fails. */
    private void refused(List<Write> group, Outcome alone, Runnable then) {
        group.forEach(write -> tails.remove(write.room.number()));
        if (group.size() == 1) {
            String what = alone == Outcome.FENCED ? FENCED.get(Why.SEQ_TAKEN) : "a write of {room} is refused";
            world.note(what, group.getFirst().room.number(), group.getFirst().firstSeq);
            way.back(chance.between(0, 4), () -> !dead, () -> {
                fail(group.getFirst(), alone);
                then.run();
            });
            return;
        }
        world.note("a transaction failed, its writes are tried alone", group.size());
        oneByOne(new ArrayDeque<>(group), then);
    }

    private void oneByOne(ArrayDeque<Write> left, Runnable then) {
        if (left.isEmpty()) {
            then.run();
        } else {
            send(List.of(left.poll()), () -> oneByOne(left, then));
        }
    }

    private boolean include(Write write, Map<Integer, Long> moved) {
        int room = write.room.number();
        Long tail = moved.containsKey(room) ? moved.get(room) : tails.get(room);
        if (tail == null || !moved.containsKey(room) && tail + 1 != write.firstSeq) {
            tail = write.room.lastSeq();
        }
        Optional<Why> refusal = fence.refusal(write.incarnation, write.firstSeq, tail);
        if (refusal.isPresent()) {
            tails.remove(room);
            world.note(FENCED.get(refusal.get()), room, write.firstSeq);
            fail(write, Outcome.FENCED);
            return false;
        }
        moved.put(room, write.firstSeq + write.rows.size() - 1);
        return true;
    }

    private int lostAnswerPercent(long nowMs) {
        int most = 0;
        for (Fault.LoseAnswers lose : world.faults().active(Fault.LoseAnswers.class, nowMs)) {
            most = Math.max(most, lose.percent());
        }
        return most;
    }

    private void fail(Write write, Outcome outcome) {
        end(write, outcome);
    }

    private void end(Write write, Outcome outcome) {
        if (write.ended) {
            return;
        }
        write.ended = true;
        underWay.remove(write);
        if (outcome != Outcome.DONE) {
            fence.failed(write.incarnation);
        }
        tell(write, outcome);
        List<Runnable> all = List.copyOf(waiting);
        waiting.clear();
        all.forEach(Runnable::run);
    }

    private void tell(Write write, Outcome outcome) {
        if (!write.answered && !dead) {
            write.answered = true;
            write.caller.accept(outcome);
        }
    }
}
