package dev.parley.persistence.journal;

import dev.parley.persistence.journal.JournalWriteFailed.Why;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which writes may be tried at all: those that begin right after the room's last event, by an incarnation of which no
 * write has failed. Thread-safe.
 *
 * <p>The unique key lets one writer have a {@code seq}; this keeps out what an incarnation decided on top of a write that
 * failed, and what would leave a hole.
 */
public final class WriteFence {
    private static final int FAILED_INCARNATIONS_MAX = 10_000;

    private final Set<String> failedIncarnations = Collections.synchronizedSet(Collections.newSetFromMap(bounded()));

    /** Why a write from {@code firstSeq} on is refused when the journal ends with {@code lastSeq}; empty if it is not. */
    public Optional<Why> refusal(String incarnation, long firstSeq, long lastSeq) {
        if (hasFailed(incarnation)) {
            return Optional.of(Why.EARLIER_WRITE_FAILED);
        }
        if (lastSeq + 1 == firstSeq) {
            return Optional.empty();
        }
        return Optional.of(firstSeq <= lastSeq ? Why.SEQ_TAKEN : Why.HOLE);
    }

    /** True if a write of this incarnation has failed: what it decides since then stands on nothing. */
    public boolean hasFailed(String incarnation) {
        return failedIncarnations.contains(incarnation);
    }

    /** A write of this incarnation has failed, for whatever reason. */
    public void failed(String incarnation) {
        if (!incarnation.isEmpty()) {
            failedIncarnations.add(incarnation);
        }
    }

    private static Map<String, Boolean> bounded() {
        return new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
                return size() > FAILED_INCARNATIONS_MAX;
            }
        };
    }
}
