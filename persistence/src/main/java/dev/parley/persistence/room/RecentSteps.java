package dev.parley.persistence.room;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** The newest committed steps of a room, for relays that missed some; bounded in number and in bytes. */
final class RecentSteps {
    private record Kept(ToRelay.Step step, long sizeBytes) {}

    private final int stepsMax;
    private final long bytesMax;
    private final ArrayDeque<Kept> steps = new ArrayDeque<>();
    private long bytesHeld;

    RecentSteps(int stepsMax, long bytesMax) {
        this.stepsMax = stepsMax;
        this.bytesMax = bytesMax;
    }

    /** Steps are dense: each is the one after the last added. */
    void add(ToRelay.Step step) {
        long sizeBytes = MessageSize.of(step);
        steps.addLast(new Kept(step, sizeBytes));
        bytesHeld += sizeBytes;
        while (!steps.isEmpty() && (steps.size() > stepsMax || bytesHeld > bytesMax)) {
            bytesHeld -= steps.pollFirst().sizeBytes();
        }
    }

    long bytesHeld() {
        return bytesHeld;
    }

    int size() {
        return steps.size();
    }

    /** The {@code seq} of the oldest step held; {@code next} is the answer when none is. */
    long firstSeq(long next) {
        return steps.isEmpty() ? next : steps.peekFirst().step().seq();
    }

    /** The steps held after {@code seq}, ascending. */
    List<ToRelay.Step> after(long seq) {
        List<ToRelay.Step> found = new ArrayList<>();
        for (Kept kept : steps) {
            if (kept.step().seq() > seq) {
                found.add(kept.step());
            }
        }
        return found;
    }
}
