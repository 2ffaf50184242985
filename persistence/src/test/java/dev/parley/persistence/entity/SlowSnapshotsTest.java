package dev.parley.persistence.entity;

import static dev.parley.persistence.room.Fixtures.R1;
import static dev.parley.persistence.room.Fixtures.S1;
import static dev.parley.persistence.room.Fixtures.attach;
import static dev.parley.persistence.room.Fixtures.chain;
import static dev.parley.persistence.room.Fixtures.submit;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.parley.core.history.Node;
import dev.parley.core.id.RoomId;
import dev.parley.persistence.room.Fixtures;
import dev.parley.persistence.room.RoomMessage;
import dev.parley.persistence.room.RoomMeters;
import dev.parley.persistence.room.RoomSettings;
import dev.parley.persistence.room.ToRelay;
import dev.parley.persistence.room.ToRoom;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.junit.jupiter.api.Test;

/** A snapshot is only ever a shortcut: how long its store takes is nobody's concern. */
class SlowSnapshotsTest {
    @Test
    void aSnapshotThatIsNotSavedHoldsBackNoAnswer() {
        ActorTestKit kit = ActorTestKit.create(ConfigFactory.parseString("""
                        pekko.loglevel = WARNING
                        pekko.actor.testkit.typed.single-expect-default = 20s
                        pekko.actor.testkit.typed.system-shutdown-default = 60s
                        """)
                .withFallback(HeldJournal.config())
                .withFallback(HeldSnapshots.config())
                .withFallback(ConfigFactory.load()));
        try {
            TestProbe<ToRelay> relay = kit.createTestProbe();
            TestProbe<ClusterSharding.ShardCommand> shard = kit.createTestProbe();
            ActorRef<RoomMessage> room = kit.spawn(RoomEntity.create(
                    new RoomId("slow snapshots"),
                    new RoomContext(
                            RoomSettings.DEFAULT.with(new RoomSettings.Snapshots(1, 0)),
                            Fixtures.SERVER,
                            Fixtures.TRUSTING,
                            () -> 1_700_000_000_000L,
                            RoomMeters.NONE),
                    shard.ref()));
            room.tell(new RoomEntity.FromRelay(attach(R1), relay.ref()));
            List<Node> chain = chain(1, 3, 1);

            for (int i = 0; i < 3; i++) {
                room.tell(new RoomEntity.FromRelay(
                        new ToRoom.Submits(R1, i + 1, List.of(submit(S1, 1, chain.get(i)))), relay.ref()));
                ToRelay.Answered answered = null;
                while (answered == null) {
                    answered = relay.receiveMessage() instanceof ToRelay.Answered it ? it : null;
                }
                assertThat(answered.answers().getFirst().stored()).isEqualTo(1);
            }

            relay.awaitAssert(() -> assertThat(HeldSnapshots.SAVES).hasValue(1));
        } finally {
            kit.shutdownTestKit();
        }
    }
}
