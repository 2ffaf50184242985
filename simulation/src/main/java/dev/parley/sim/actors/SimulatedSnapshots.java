package dev.parley.sim.actors;

import dev.parley.sim.actors.RoomStore.Snapshot;
import java.util.Optional;
import org.apache.pekko.persistence.SelectedSnapshot;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.apache.pekko.persistence.snapshot.japi.SnapshotStore;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializer;
import org.apache.pekko.serialization.Serializers;
import scala.concurrent.Future;

/** The snapshot plugin of a simulated actor system, in its {@link RoomStore}. */
public final class SimulatedSnapshots extends SnapshotStore {
    private final RoomStore store = StoreSetup.of(context().system());
    private final Serialization serialization =
            SerializationExtension.get(context().system());

    @Override
    public Future<Optional<SelectedSnapshot>> doLoadAsync(String persistenceId, SnapshotSelectionCriteria criteria) {
        return SimulatedJournal.answer(store.load(ActorLoop.branch(sender()), persistenceId, criteria.maxSequenceNr())
                .thenApply(found -> found.map(snapshot -> SelectedSnapshot.create(
                        new SnapshotMetadata(persistenceId, snapshot.seq(), snapshot.timestamp()),
                        serialization
                                .deserialize(snapshot.bytes(), snapshot.serializer(), snapshot.manifest())
                                .get()))));
    }

    @Override
    public Future<Void> doSaveAsync(SnapshotMetadata metadata, Object snapshot) {
        Serializer serializer = serialization.findSerializerFor(snapshot);
        return SimulatedJournal.answer(store.save(
                ActorLoop.branch(sender()),
                metadata.persistenceId(),
                new Snapshot(
                        metadata.sequenceNr(),
                        metadata.timestamp(),
                        serializer.identifier(),
                        Serializers.manifestFor(serializer, snapshot),
                        serializer.toBinary(snapshot),
                        false)));
    }

    /** Rooms delete none. */
    @Override
    public Future<Void> doDeleteAsync(SnapshotMetadata metadata) {
        throw new UnsupportedOperationException("snapshots are kept");
    }

    @Override
    public Future<Void> doDeleteAsync(String persistenceId, SnapshotSelectionCriteria criteria) {
        throw new UnsupportedOperationException("snapshots are kept");
    }
}
