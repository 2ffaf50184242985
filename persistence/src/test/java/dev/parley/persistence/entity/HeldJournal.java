package dev.parley.persistence.entity;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.pekko.persistence.AtomicWrite;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.persistence.journal.japi.AsyncWriteJournal;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializers;
import scala.concurrent.Future;
import scala.jdk.javaapi.CollectionConverters;
import scala.jdk.javaapi.FutureConverters;

/** A journal in memory, of serialized events, whose writes a test can hold back or let fail, and its reads too. */
public final class HeldJournal extends AsyncWriteJournal {
    /** What a test does with the writes of one room. */
    static final class Room {
        private final List<Stored> events = new ArrayList<>();
        private CompletableFuture<Void> gate = CompletableFuture.completedFuture(null);
        private int writes;
        private Optional<RuntimeException> unreadable = Optional.empty();

        /** Writes from now on end only when the future does. */
        synchronized CompletableFuture<Void> hold() {
            gate = new CompletableFuture<>();
            return gate;
        }

        /** Writes from now on end at once. */
        synchronized void pass() {
            gate = CompletableFuture.completedFuture(null);
        }

        /** Damages the journal: its last event is there once more. */
        synchronized void repeatLast() {
            Stored last = events.getLast();
            events.add(new Stored(last.seq() + 1, last.serializer(), last.manifest(), last.bytes()));
        }

        /** Reading fails from now on; empty: no more. */
        synchronized void failReads(Optional<RuntimeException> why) {
            unreadable = why;
        }

        synchronized int events() {
            return events.size();
        }

        synchronized int writes() {
            return writes;
        }
    }

    private record Stored(long seq, int serializer, String manifest, byte[] bytes) {}

    private static final Map<String, Room> ROOMS = new ConcurrentHashMap<>();

    static Room room(String persistenceId) {
        return ROOMS.computeIfAbsent(persistenceId, id -> new Room());
    }

    static Config config() {
        return ConfigFactory.parseString("""
                pekko.persistence.journal.plugin = "held-journal"
                held-journal.class = "dev.parley.persistence.entity.HeldJournal"
                """);
    }

    private Serialization serialization() {
        return SerializationExtension.get(context().system());
    }

    @Override
    public Future<Iterable<Optional<Exception>>> doAsyncWriteMessages(Iterable<AtomicWrite> messages) {
        List<CompletableFuture<Void>> written = new ArrayList<>();
        List<Optional<Exception>> answers = new ArrayList<>();
        for (AtomicWrite write : messages) {
            Room room = room(write.persistenceId());
            List<Stored> events = new ArrayList<>();
            for (PersistentRepr event : CollectionConverters.asJava(write.payload())) {
                Object payload = event.payload();
                var serializer = serialization().findSerializerFor(payload);
                events.add(new Stored(
                        event.sequenceNr(),
                        serializer.identifier(),
                        Serializers.manifestFor(serializer, payload),
                        serializer.toBinary(payload)));
            }
            synchronized (room) {
                room.writes++;
                written.add(room.gate.thenRun(() -> {
                    synchronized (room) {
                        room.events.addAll(events);
                    }
                }));
            }
            answers.add(Optional.empty());
        }
        return FutureConverters.asScala(CompletableFuture.allOf(written.toArray(new CompletableFuture<?>[0]))
                .thenApply(done -> answers));
    }

    @Override
    public Future<Void> doAsyncReplayMessages(
            String persistenceId, long fromSeq, long toSeq, long max, Consumer<PersistentRepr> replay) {
        List<Stored> events;
        Room room = room(persistenceId);
        synchronized (room) {
            if (room.unreadable.isPresent()) {
                return FutureConverters.asScala(CompletableFuture.<Void>failedFuture(room.unreadable.get()));
            }
            events = List.copyOf(room.events);
        }
        long left = max;
        for (Stored stored : events) {
            if (stored.seq() >= fromSeq && stored.seq() <= toSeq && left-- > 0) {
                Object event = serialization()
                        .deserialize(stored.bytes(), stored.serializer(), stored.manifest())
                        .get();
                replay.accept(
                        PersistentRepr.apply(event, stored.seq(), persistenceId, stored.manifest(), false, null, null));
            }
        }
        return FutureConverters.asScala(CompletableFuture.<Void>completedFuture(null));
    }

    @Override
    public Future<Long> doAsyncReadHighestSequenceNr(String persistenceId, long fromSeq) {
        return FutureConverters.asScala(
                CompletableFuture.completedFuture((long) room(persistenceId).events()));
    }

    @Override
    public Future<Void> doAsyncDeleteMessagesTo(String persistenceId, long toSeq) {
        return FutureConverters.asScala(
                CompletableFuture.<Void>failedFuture(new UnsupportedOperationException("events are kept")));
    }
}
