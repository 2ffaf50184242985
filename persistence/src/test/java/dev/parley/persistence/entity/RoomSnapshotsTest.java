package dev.parley.persistence.entity;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.parley.core.id.RoomId;
import dev.parley.persistence.room.RoomState;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.persistence.SelectedSnapshot;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.apache.pekko.persistence.snapshot.japi.SnapshotStore;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.junit.jupiter.api.Test;
import scala.concurrent.Future;
import scala.jdk.javaapi.FutureConverters;

/** What a room does once its snapshot is saved runs where actors do, and nowhere else. */
class RoomSnapshotsTest {
    /** A snapshot store whose one save ends when the test says so. */
    public static final class GatedSnapshots extends SnapshotStore {
        static final CompletableFuture<Void> SAVED = new CompletableFuture<>();

        @Override
        public Future<Optional<SelectedSnapshot>> doLoadAsync(String room, SnapshotSelectionCriteria criteria) {
            return FutureConverters.asScala(CompletableFuture.completedFuture(Optional.<SelectedSnapshot>empty()));
        }

        @Override
        public Future<Void> doSaveAsync(SnapshotMetadata metadata, Object snapshot) {
            return FutureConverters.asScala(SAVED);
        }

        @Override
        public Future<Void> doDeleteAsync(SnapshotMetadata metadata) {
            return FutureConverters.asScala(CompletableFuture.<Void>completedFuture(null));
        }

        @Override
        public Future<Void> doDeleteAsync(String room, SnapshotSelectionCriteria criteria) {
            return FutureConverters.asScala(CompletableFuture.<Void>completedFuture(null));
        }
    }

    @Test
    void theAnswerOfTheStoreIsHeardOnADispatcherOfTheSystem() throws Exception {
        ActorTestKit kit = ActorTestKit.create(ConfigFactory.parseString("""
                        pekko.loglevel = WARNING
                        pekko.persistence.snapshot-store.plugin = "gated-snapshots"
                        gated-snapshots { class = "%s", plugin-dispatcher = "pekko.actor.default-dispatcher" }
                        """.formatted(GatedSnapshots.class.getName()))
                .withFallback(HeldJournal.config())
                .withFallback(ConfigFactory.load()));
        try {
            CompletionStage<Optional<String>> saved = RoomSnapshots.save(
                    kit.system(), PersistenceId.ofUniqueId("room|gated"), RoomState.empty(new RoomId("gated")));
            CompletableFuture<String> heardBy = saved.thenApply(
                            failure -> failure.orElse(Thread.currentThread().getName()))
                    .toCompletableFuture();

            GatedSnapshots.SAVED.complete(null);

            assertThat(heardBy.get(20, TimeUnit.SECONDS)).contains("-dispatcher-");
        } finally {
            kit.shutdownTestKit();
        }
    }
}
