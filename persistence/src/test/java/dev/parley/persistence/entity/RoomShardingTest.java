package dev.parley.persistence.entity;

import static dev.parley.persistence.room.Fixtures.R1;
import static dev.parley.persistence.room.Fixtures.S1;
import static dev.parley.persistence.room.Fixtures.attach;
import static dev.parley.persistence.room.Fixtures.node;
import static dev.parley.persistence.room.Fixtures.submit;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.parley.core.id.RoomId;
import dev.parley.persistence.room.Fixtures;
import dev.parley.persistence.room.RoomMessage;
import dev.parley.persistence.room.RoomMeters;
import dev.parley.persistence.room.RoomSettings;
import dev.parley.persistence.room.ToRelay;
import dev.parley.persistence.room.ToRoom;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.persistence.testkit.PersistenceTestKitSnapshotPlugin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rooms under cluster sharding, in a cluster of one: room ids are entity ids as they are. */
class RoomShardingTest {
    private static final String LONGEST =
            "\uD83C\uDF3B\uD83C\uDF3B\uD83C\uDF3B\uD83C\uDF3B\uD83C\uDF3B\uD83C\uDF3B\uD83C\uDF3B\uD83C\uDF3B"
                    + "\uD83C\uDF3B\uD83C\uDF3B\uD83C\uDF3B\uD83C\uDF3B\uD83C\uDF3B\uD83C\uDF3B\uD83C\uDF3B\uD83C\uDF3B";

    private static ActorTestKit kit;
    private static ActorRef<ShardingEnvelope<RoomMessage>> rooms;

    @BeforeAll
    static void start() {
        kit = ActorTestKit.create(ConfigFactory.parseString("""
                        pekko.actor.provider = cluster
                        pekko.actor.serialize-messages = on
                        pekko.remote.artery.canonical.hostname = "127.0.0.1"
                        pekko.remote.artery.canonical.port = 0
                        pekko.cluster.jmx.multi-mbeans-in-same-jvm = on
                        pekko.cluster.sharding.number-of-shards = 256
                        pekko.cluster.sharding.passivation.strategy = none
                        pekko.coordinated-shutdown.exit-jvm = off
                        pekko.loglevel = WARNING
                        pekko.actor.testkit.typed.single-expect-default = 20s
                        pekko.actor.testkit.typed.default-timeout = 20s
                        """)
                .withFallback(HeldJournal.config())
                .withFallback(PersistenceTestKitSnapshotPlugin.config())
                .withFallback(ConfigFactory.load()));
        Cluster cluster = Cluster.get(kit.system());
        cluster.manager().tell(Join.create(cluster.selfMember().address()));
        rooms = RoomEntity.init(
                ClusterSharding.get(kit.system()),
                new RoomContext(
                        RoomSettings.DEFAULT,
                        Fixtures.SERVER,
                        Fixtures.TRUSTING,
                        () -> 1_700_000_000_000L,
                        RoomMeters.NONE));
    }

    @AfterAll
    static void stop() {
        kit.shutdownTestKit();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "a/b",
                "a|b",
                "100%",
                "%2F",
                "a b+c",
                "../..",
                "$a#b?c",
                "room|x",
                "\u00e4\u00f6\u00fc",
                LONGEST + LONGEST + LONGEST + LONGEST
            })
    void anyRoomIdNamesItsOwnRoom(String id) {
        assertThat(RoomId.parse(id)).isPresent();
        TestProbe<ToRelay> relay = kit.createTestProbe();
        TestProbe<RoomEntity.Description> operator = kit.createTestProbe();

        tell(id, relay, attach(R1));
        tell(id, relay, new ToRoom.Submits(R1, 1, List.of(submit(S1, 1, node(1, 1, id)))));
        relay.fishForMessage(
                Duration.ofSeconds(15),
                message -> message instanceof ToRelay.Answered
                        ? FishingOutcomes.complete()
                        : FishingOutcomes.continueAndIgnore());
        rooms.tell(new ShardingEnvelope<>(id, new RoomEntity.Describe(operator.ref())));

        assertThat(operator.receiveMessage())
                .satisfies(room -> assertThat(room.room().value()).isEqualTo(id))
                .satisfies(room -> assertThat(room.nodes()).isEqualTo(1));
        assertThat(HeldJournal.room("room|" + id).events()).isEqualTo(1);
    }

    private static void tell(String id, TestProbe<ToRelay> relay, ToRoom message) {
        rooms.tell(new ShardingEnvelope<>(id, new RoomEntity.FromRelay(message, relay.ref())));
    }
}
