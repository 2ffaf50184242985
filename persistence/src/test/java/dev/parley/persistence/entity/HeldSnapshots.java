package dev.parley.persistence.entity;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.persistence.SelectedSnapshot;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.apache.pekko.persistence.snapshot.japi.SnapshotStore;
import scala.concurrent.Future;
import scala.jdk.javaapi.FutureConverters;

/** A snapshot store that holds nothing and never comes to an end with what it is to save. */
public final class HeldSnapshots extends SnapshotStore {
    static final AtomicInteger SAVES = new AtomicInteger();

    static Config config() {
        return ConfigFactory.parseString("""
                pekko.persistence.snapshot-store.plugin = "held-snapshots"
                held-snapshots { class = "%s", plugin-dispatcher = "pekko.actor.default-dispatcher" }
                """.formatted(HeldSnapshots.class.getName()));
    }

    @Override
    public Future<Optional<SelectedSnapshot>> doLoadAsync(String persistenceId, SnapshotSelectionCriteria criteria) {
        return FutureConverters.asScala(CompletableFuture.completedFuture(Optional.<SelectedSnapshot>empty()));
    }

    @Override
    public Future<Void> doSaveAsync(SnapshotMetadata metadata, Object snapshot) {
        SAVES.incrementAndGet();
        return FutureConverters.asScala(new CompletableFuture<Void>());
    }

    @Override
    public Future<Void> doDeleteAsync(SnapshotMetadata metadata) {
        return FutureConverters.asScala(CompletableFuture.<Void>completedFuture(null));
    }

    @Override
    public Future<Void> doDeleteAsync(String persistenceId, SnapshotSelectionCriteria criteria) {
        return FutureConverters.asScala(CompletableFuture.<Void>completedFuture(null));
    }
}
