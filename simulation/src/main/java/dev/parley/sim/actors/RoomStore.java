package dev.parley.sim.actors;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * The database behind all members of a run: events and snapshots as bytes, written after a while, whole writes or
 * nothing, fenced by (room, seq) as the production journal is.
 *
 * <p>A writer is named by the branch of actors that it runs in, one for each life of a member.
 */
final class RoomStore {
    /** An event as it lies there. */
    record Stored(long seq, int serializer, String manifest, byte[] bytes, String writerUuid) {}

    /** A snapshot as it lies there; a torn one fails its checksums. */
    record Snapshot(long seq, long timestamp, int serializer, String manifest, byte[] bytes, boolean torn) {}

    /**
     * What becomes of one request.
     *
     * @param takesMs until it is done, or has failed
     * @param done whether it is
     * @param answerMs how much later the answer comes; empty: never
     * @param failed whether the answer says that it failed
     */
    record Fate(long takesMs, boolean done, Optional<Long> answerMs, boolean failed) {}

    /** What the faults of the run do to requests. */
    interface Fates {
        Fate ofWrite(String branch);

        Fate ofRead(String branch);

        /** How long a request of this branch does not get through now; ask again then. */
        long waitMs(String branch);
    }

    /** Hears what is durable, in order. */
    interface Watcher {
        /** A write is on its way. */
        void begins(String persistenceId);

        void committed(String persistenceId, Stored event);

        void refused(String persistenceId, long firstSeq);
    }

    private static final class Pending {
        private final String branch;
        private final String persistenceId;
        private final CompletableFuture<Void> ended = new CompletableFuture<>();
        private boolean lost;

        Pending(String branch, String persistenceId) {
            this.branch = branch;
            this.persistenceId = persistenceId;
        }
    }

    private final ActorLoop loop;
    private final Fates fates;
    private final Watcher watcher;
    private final Map<String, List<Stored>> events = new TreeMap<>();
    private final Map<String, List<Snapshot>> snapshots = new TreeMap<>();
    private final List<Pending> pending = new ArrayList<>();

    RoomStore(ActorLoop loop, Fates fates, Watcher watcher) {
        this.loop = loop;
        this.fates = fates;
        this.watcher = watcher;
    }

    /** Writes events whose seqs follow each other; fails if the first of them is not the next of its room. */
    CompletableFuture<Void> write(String branch, String persistenceId, List<Stored> write) {
        Fate fate = fates.ofWrite(branch);
        Pending under = new Pending(branch, persistenceId);
        pending.add(under);
        watcher.begins(persistenceId);
        CompletableFuture<Void> answer = new CompletableFuture<>();
        begin(branch, fate.takesMs, () -> {
            pending.remove(under);
            under.ended.complete(null);
            if (under.lost) {
                return;
            }
            List<Stored> there = events.computeIfAbsent(persistenceId, id -> new ArrayList<>());
            long firstSeq = write.getFirst().seq();
            boolean fenced = firstSeq != there.size() + 1;
            if (fenced) {
                watcher.refused(persistenceId, firstSeq);
            } else if (fate.done) {
                for (Stored event : write) {
                    there.add(event);
                    watcher.committed(persistenceId, event);
                }
            }
            boolean failed = fenced || fate.failed;
            answer(
                    fate,
                    answer,
                    failed ? Optional.of("write of " + firstSeq + " failed") : Optional.empty(),
                    () -> null);
        });
        return answer;
    }

    /** The highest seq of a room, once the writes of it that this branch has under way have ended. */
    CompletableFuture<Long> highestSeq(String branch, String persistenceId) {
        CompletableFuture<?>[] before = pending.stream()
                .filter(write -> write.branch.equals(branch) && write.persistenceId.equals(persistenceId))
                .map(write -> write.ended)
                .toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(before)
                .thenCompose(
                        none -> read(branch, () -> (long) events(persistenceId).size()));
    }

    /** At most so many events from {@code fromSeq} to {@code toSeq}, as they are when the answer leaves. */
    CompletableFuture<List<Stored>> page(String branch, String persistenceId, long fromSeq, long toSeq, int most) {
        return read(
                branch,
                () -> events(persistenceId).stream()
                        .filter(event -> event.seq >= fromSeq && event.seq <= toSeq)
                        .limit(most)
                        .toList());
    }

    CompletableFuture<Void> save(String branch, String persistenceId, Snapshot snapshot) {
        Fate fate = fates.ofWrite(branch);
        CompletableFuture<Void> answer = new CompletableFuture<>();
        begin(branch, fate.takesMs, () -> {
            if (fate.done) {
                List<Snapshot> there = snapshots.computeIfAbsent(persistenceId, id -> new ArrayList<>());
                there.removeIf(one -> one.seq >= snapshot.seq);
                there.add(snapshot);
            }
            answer(fate, answer, fate.failed ? Optional.of("snapshot failed") : Optional.empty(), () -> null);
        });
        return answer;
    }

    /** The newest snapshot up to {@code mostSeq}; one that is torn is passed over. */
    CompletableFuture<Optional<Snapshot>> load(String branch, String persistenceId, long mostSeq) {
        return read(
                branch,
                () -> snapshots.getOrDefault(persistenceId, List.of()).reversed().stream()
                        .filter(one -> one.seq <= mostSeq && !one.torn)
                        .findFirst());
    }

    /** All events of a room as they lie there now. */
    List<Stored> events(String persistenceId) {
        return events.getOrDefault(persistenceId, List.of());
    }

    /** A member died: what it was writing is lost, or done all the same, as {@code lost} says for each. */
    void writerDied(String branch, Supplier<Boolean> lost) {
        for (Pending write : pending) {
            if (write.branch.equals(branch)) {
                write.lost = lost.get();
            }
        }
    }

    /** The newest snapshot is damaged, so that it is passed over or, {@code unusable}, read and found to be of no use. */
    void tear(String persistenceId, boolean unusable) {
        List<Snapshot> there = snapshots.getOrDefault(persistenceId, List.of());
        if (!there.isEmpty()) {
            Snapshot newest = there.removeLast();
            byte[] bytes = newest.bytes.clone();
            bytes[Integer.BYTES] ^= 0x55; // In the manifest, behind its size: another version.
            there.add(new Snapshot(
                    newest.seq,
                    newest.timestamp,
                    newest.serializer,
                    newest.manifest,
                    unusable ? bytes : newest.bytes,
                    !unusable));
        }
    }

    /** A request takes its time once it gets through. */
    private void begin(String branch, long takesMs, Runnable request) {
        long waitMs = fates.waitMs(branch);
        if (waitMs > 0) {
            loop.after(waitMs, () -> begin(branch, takesMs, request));
        } else {
            loop.after(takesMs, request);
        }
    }

    private <T> CompletableFuture<T> read(String branch, Supplier<T> of) {
        Fate fate = fates.ofRead(branch);
        CompletableFuture<T> answer = new CompletableFuture<>();
        begin(
                branch,
                fate.takesMs,
                () -> answer(fate, answer, fate.failed ? Optional.of("read failed") : Optional.empty(), of));
        return answer;
    }

    private <T> void answer(Fate fate, CompletableFuture<T> answer, Optional<String> failure, Supplier<T> value) {
        if (fate.answerMs.isEmpty()) {
            return;
        }
        if (failure.isPresent()) {
            loop.after(fate.answerMs.get(), () -> answer.completeExceptionally(new IOException(failure.get())));
        } else {
            T result = value.get();
            loop.after(fate.answerMs.get(), () -> answer.complete(result));
        }
    }
}
