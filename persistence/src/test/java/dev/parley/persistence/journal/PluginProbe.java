package dev.parley.persistence.journal;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.persistence.AtomicWrite;
import org.apache.pekko.persistence.DeleteMessagesSuccess;
import org.apache.pekko.persistence.JournalProtocol;
import org.apache.pekko.persistence.Persistence;
import org.apache.pekko.persistence.PersistentEnvelope;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.persistence.SnapshotProtocol;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.apache.pekko.persistence.SelectedSnapshot;
import org.apache.pekko.persistence.query.PersistenceQuery;
import org.apache.pekko.testkit.javadsl.TestKit;
import scala.jdk.javaapi.CollectionConverters;
import scala.jdk.javaapi.OptionConverters;

/**
 * An actor system with the plugins on a database of its own, spoken to as Pekko's persistent actors do: through the
 * plugin actors' messages.
 */
final class PluginProbe implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(20);

    /** An event that no serializer takes. */
    static final Object UNSERIALIZABLE = new Object();

    final Faults faults = new Faults();
    final RecordingMeters meters = new RecordingMeters();
    final JournalDatabase database;
    final ActorSystem system;
    private final ActorRef journal;
    private final ActorRef snapshots;

    PluginProbe(JournalSettings settings) {
        this(settings, "");
    }

    PluginProbe(JournalSettings settings, String overrides) {
        this.database = JournalDatabase.open(settings, faults.over(settings));
        Config config = ConfigFactory.parseString(overrides)
                .withFallback(ConfigFactory.parseString(
                        "pekko.loglevel = ERROR, pekko.stdout-loglevel = ERROR, pekko.actor.provider = local,"
                                + " pekko.actor.allow-java-serialization = off"))
                .withFallback(ConfigFactory.defaultReference());
        this.system = ActorSystem.create(
                "journal",
                ActorSystemSetup.create(BootstrapSetup.create(config), JournalSetup.opened(database, meters)));
        Persistence persistence = Persistence.get(system);
        this.journal = persistence.journalFor(JdbcJournal.ID, ConfigFactory.empty());
        this.snapshots = persistence.snapshotStoreFor(JdbcSnapshotStore.ID, ConfigFactory.empty());
    }

    JdbcReadJournal queries() {
        return PersistenceQuery.get(system).getReadJournalFor(JdbcReadJournal.class, JdbcReadJournal.ID);
    }

    /** The answer to one call: a failure of the whole, or for each event its rejection, if any. */
    record Written(Optional<Throwable> failure, List<Optional<Throwable>> events) {
        JournalWriteFailed.Why why() {
            return ((JournalWriteFailed) failure.orElseThrow()).why();
        }

        boolean isStored() {
            return failure.isEmpty() && events.stream().allMatch(Optional::isEmpty);
        }
    }

    /** A write whose answer has not been asked for. */
    final class Pending {
        private final TestKit probe = new TestKit(system);
        private final int events;

        private Pending(int events) {
            this.events = events;
        }

        Written await() {
            Object head = probe.receiveOne(PATIENCE);
            List<Optional<Throwable>> each = new ArrayList<>();
            for (int i = 0; i < events; i++) {
                each.add(
                        switch (probe.receiveOne(PATIENCE)) {
                            case JournalProtocol.WriteMessageRejected rejected -> Optional.of(rejected.cause());
                            case JournalProtocol.WriteMessageFailure failure -> Optional.of(failure.cause());
                            case JournalProtocol.WriteMessageSuccess success -> Optional.empty();
                            case null, default -> throw new AssertionError("no answer for an event");
                        });
            }
            return head instanceof JournalProtocol.WriteMessagesFailed failed
                    ? new Written(Optional.of(failed.cause()), each)
                    : new Written(Optional.empty(), each);
        }
    }

    /** One atomic write of these events, from {@code firstSeq} on. */
    Pending begin(String pid, String incarnation, long firstSeq, Object... events) {
        return beginAll(pid, incarnation, firstSeq, List.of(List.of(events)));
    }

    Written write(String pid, String incarnation, long firstSeq, Object... events) {
        return begin(pid, incarnation, firstSeq, events).await();
    }

    /** Several atomic writes in one call, as a persistent actor sends what it gathered. */
    Pending beginAll(String pid, String incarnation, long firstSeq, List<List<Object>> atomicWrites) {
        List<PersistentEnvelope> messages = new ArrayList<>();
        long seq = firstSeq;
        for (List<Object> events : atomicWrites) {
            List<PersistentRepr> payload = new ArrayList<>();
            for (Object event : events) {
                payload.add(PersistentRepr.apply(event, seq++, pid, "", false, ActorRef.noSender(), incarnation));
            }
            messages.add(AtomicWrite.apply(seq(payload)));
        }
        Pending pending = new Pending((int) (seq - firstSeq));
        journal.tell(new JournalProtocol.WriteMessages(seq(messages), pending.probe.getRef(), 1), ActorRef.noSender());
        return pending;
    }

    private static <T> scala.collection.immutable.Seq<T> seq(List<T> list) {
        return CollectionConverters.asScala(list).toSeq();
    }

    /** What a replay gave, and the highest seq it ended with. */
    record Replayed(List<PersistentRepr> events, long highestSeq, Optional<Throwable> failure) {
        List<Object> payloads() {
            return events.stream().map(PersistentRepr::payload).toList();
        }

        List<Long> seqs() {
            return events.stream().map(PersistentRepr::sequenceNr).toList();
        }
    }

    Replayed replay(String pid) {
        return replay(pid, 1, Long.MAX_VALUE, Long.MAX_VALUE);
    }

    Replayed replay(String pid, long from, long to, long max) {
        TestKit probe = new TestKit(system);
        journal.tell(new JournalProtocol.ReplayMessages(from, to, max, pid, probe.getRef()), ActorRef.noSender());
        List<PersistentRepr> events = new ArrayList<>();
        while (true) {
            switch (probe.receiveOne(PATIENCE)) {
                case JournalProtocol.ReplayedMessage event -> events.add(event.persistent());
                case JournalProtocol.RecoverySuccess end -> {
                    return new Replayed(events, end.highestSequenceNr(), Optional.empty());
                }
                case JournalProtocol.ReplayMessagesFailure failure -> {
                    return new Replayed(events, -1, Optional.of(failure.cause()));
                }
                case null, default -> throw new AssertionError("replay did not end");
            }
        }
    }

    void deleteTo(String pid, long seq) {
        TestKit probe = new TestKit(system);
        journal.tell(new JournalProtocol.DeleteMessagesTo(pid, seq, probe.getRef()), ActorRef.noSender());
        probe.expectMsgClass(PATIENCE, DeleteMessagesSuccess.class);
    }

    /** Tells the snapshot store and gives its answer. */
    Object askSnapshots(SnapshotProtocol.Request request) {
        TestKit probe = new TestKit(system);
        snapshots.tell(request, probe.getRef());
        Object answer = probe.receiveOne(PATIENCE);
        if (answer == null) {
            throw new AssertionError("no answer from the snapshot store");
        }
        return answer;
    }

    Optional<SelectedSnapshot> load(String pid, SnapshotSelectionCriteria criteria) {
        return switch (askSnapshots(new SnapshotProtocol.LoadSnapshot(pid, criteria, Long.MAX_VALUE))) {
            case SnapshotProtocol.LoadSnapshotResult result -> OptionConverters.toJava(result.snapshot());
            case Object other -> throw new AssertionError("snapshot was not loaded: " + other);
        };
    }

    @Override
    public void close() {
        TestKit.shutdownActorSystem(system);
        database.close();
    }
}
