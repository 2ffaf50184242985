package dev.parley.sim.actors;

import dev.parley.sim.actors.RoomStore.Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.persistence.AtomicWrite;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.persistence.journal.japi.AsyncWriteJournal;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializer;
import org.apache.pekko.serialization.Serializers;
import scala.concurrent.Future;
import scala.jdk.javaapi.CollectionConverters;
import scala.jdk.javaapi.FutureConverters;

/** The journal plugin of a simulated actor system: {@link RoomStore} behind Pekko Persistence, page by page. */
public final class SimulatedJournal extends AsyncWriteJournal {
    private static final int PAGE_EVENTS = 100;

    private final RoomStore store = StoreSetup.of(context().system());
    private final Serialization serialization =
            SerializationExtension.get(context().system());

    @Override
    public Future<Iterable<Optional<Exception>>> doAsyncWriteMessages(Iterable<AtomicWrite> messages) {
        List<Optional<Exception>> answers = new ArrayList<>();
        List<Stored> write = new ArrayList<>();
        String persistenceId = "";
        for (AtomicWrite message : messages) {
            persistenceId = message.persistenceId();
            for (PersistentRepr event : CollectionConverters.asJava(message.payload())) {
                write.add(stored(event));
            }
            answers.add(Optional.empty());
        }
        return answer(store.write(ActorLoop.branch(sender()), persistenceId, write)
                .<Iterable<Optional<Exception>>>thenApply(none -> answers));
    }

    private Stored stored(PersistentRepr event) {
        Object payload = event.payload();
        Serializer serializer = serialization.findSerializerFor(payload);
        return new Stored(
                event.sequenceNr(),
                serializer.identifier(),
                Serializers.manifestFor(serializer, payload),
                serializer.toBinary(payload),
                event.writerUuid());
    }

    @Override
    public Future<Void> doAsyncReplayMessages(
            String persistenceId, long fromSeq, long toSeq, long max, Consumer<PersistentRepr> replay) {
        String branch = ActorLoop.branch(sender());
        return answer(replay(branch, persistenceId, fromSeq, toSeq, max, replay));
    }

    private CompletableFuture<Void> replay(
            String branch, String persistenceId, long fromSeq, long toSeq, long max, Consumer<PersistentRepr> replay) {
        if (fromSeq > toSeq || max <= 0) {
            return CompletableFuture.completedFuture(null);
        }
        return store.page(branch, persistenceId, fromSeq, toSeq, (int) Math.min(PAGE_EVENTS, max))
                .thenCompose(page -> {
                    for (Stored event : page) {
                        replay.accept(PersistentRepr.apply(
                                read(serialization, event),
                                event.seq(),
                                persistenceId,
                                "",
                                false,
                                ActorRef.noSender(),
                                event.writerUuid()));
                    }
                    return page.size() < PAGE_EVENTS
                            ? CompletableFuture.completedFuture(null)
                            : replay(branch, persistenceId, fromSeq + page.size(), toSeq, max - page.size(), replay);
                });
    }

    static Object read(Serialization serialization, Stored event) {
        return serialization
                .deserialize(event.bytes(), event.serializer(), event.manifest())
                .get();
    }

    @Override
    public Future<Long> doAsyncReadHighestSequenceNr(String persistenceId, long fromSeq) {
        return answer(store.highestSeq(ActorLoop.branch(sender()), persistenceId));
    }

    @Override
    public Future<Void> doAsyncDeleteMessagesTo(String persistenceId, long toSeq) {
        return answer(CompletableFuture.<Void>failedFuture(new UnsupportedOperationException("events are kept")));
    }

    /** Its failure is the cause itself, without a wrapper. */
    static <T> Future<T> answer(CompletionStage<T> stage) {
        CompletableFuture<T> plain = new CompletableFuture<>();
        stage.whenComplete((value, failure) -> {
            if (failure == null) {
                plain.complete(value);
            } else {
                plain.completeExceptionally(failure instanceof CompletionException ? failure.getCause() : failure);
            }
        });
        return FutureConverters.asScala(plain);
    }
}
