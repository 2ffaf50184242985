package dev.parley.persistence.entity;

import static dev.parley.persistence.room.Fixtures.ROOM;
import static dev.parley.persistence.room.Fixtures.S1;
import static dev.parley.persistence.room.Fixtures.node;
import static dev.parley.persistence.room.Fixtures.submit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.parley.core.id.PeerId;
import dev.parley.persistence.journal.SegmentedSnapshot;
import dev.parley.persistence.room.Fixtures;
import dev.parley.persistence.room.RoomRules;
import dev.parley.persistence.room.RoomSettings;
import dev.parley.persistence.room.RoomState;
import dev.parley.persistence.room.ToRelay;
import dev.parley.persistence.room.ToRoom;
import java.io.NotSerializableException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.SerializerWithStringManifest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is stored and what crosses members goes through our own serializers and comes back as it was. */
class RoomSerializersTest {
    private static ActorTestKit kit;
    private static Serialization serialization;

    @BeforeAll
    static void start() {
        kit = ActorTestKit.create(
                ConfigFactory.parseString("pekko.loglevel = WARNING").withFallback(ConfigFactory.load()));
        serialization = SerializationExtension.get(kit.system());
    }

    @AfterAll
    static void stop() {
        kit.shutdownTestKit();
    }

    private static SerializerWithStringManifest serializer(Object message) throws Exception {
        return (SerializerWithStringManifest) serialization.findSerializerFor(message);
    }

    private static Object throughBytes(Object message) throws Exception {
        SerializerWithStringManifest serializer = serializer(message);
        return serializer.fromBinary(serializer.toBinary(message), serializer.manifest(message));
    }

    private static List<Object> messages() {
        PeerId key = Fixtures.peer(7);
        return List.of(
                new RoomEntity.FromRelay(
                        Fixtures.attach(Fixtures.R1),
                        kit.<ToRelay>createTestProbe().ref()),
                new RoomEntity.Describe(
                        kit.<RoomEntity.Description>createTestProbe().ref()),
                new RoomEntity.LockRoom(key, kit.<Boolean>createTestProbe().ref()),
                new RoomEntity.StopRoom(),
                new RoomEntity.Description(
                        ROOM,
                        5,
                        4,
                        300,
                        -1,
                        List.of(node(1, 1, "a").id()),
                        node(1, 1, "b").id(),
                        Optional.of(key),
                        1,
                        2,
                        3,
                        4),
                new ToRelay.Head(1, 2, 3));
    }

    @Test
    void messagesComeBackAsTheyWere() throws Exception {
        for (Object message : messages()) {
            assertThat(serializer(message)).isInstanceOf(RoomMessageSerializer.class);
            assertThat(throughBytes(message)).isEqualTo(message);
        }
    }

    @Test
    void cutMessagesAreRefusedAndNothingElse() throws Exception {
        for (Object message : messages()) {
            SerializerWithStringManifest serializer = serializer(message);
            byte[] bytes = serializer.toBinary(message);
            for (int length = 0; length < bytes.length; length++) {
                byte[] cut = Arrays.copyOf(bytes, length);
                assertThatThrownBy(() -> serializer.fromBinary(cut, serializer.manifest(message)))
                        .isInstanceOf(NotSerializableException.class);
            }
        }
        assertThatThrownBy(() -> serializer(new RoomEntity.StopRoom()).fromBinary(new byte[0], "stop2"))
                .isInstanceOf(NotSerializableException.class);
    }

    @Test
    void eventsAndSnapshotsComeBackAsTheyWere() throws Exception {
        RoomRules rules = new RoomRules(RoomSettings.DEFAULT, Fixtures.SERVER, Fixtures.TRUSTING);
        RoomState room = RoomState.empty(ROOM);
        List<ToRoom.Submit> submits =
                List.of(submit(S1, 1, node(1, 1, "large", 1_000_000)), submit(S1, 1, node(1, 2, "a")));
        for (var event : rules.decide(room, submits, 0).events()) {
            assertThat(serializer(event)).isInstanceOf(RoomEventSerializer.class);
            assertThat(throughBytes(event)).isEqualTo(event);
            room = RoomRules.evolve(room, event);
        }

        RoomState restored = RoomSnapshot.restore(ROOM, throughBytes(RoomSnapshot.of(room)));

        assertThat(restored.seq()).isEqualTo(room.seq());
        assertThat(restored.view().root()).isEqualTo(room.view().root());
        assertThat(serializer(RoomSnapshot.of(room)).manifest(RoomSnapshot.of(room)))
                .isEqualTo("parley.room-snapshot.v1");
        assertThat(RoomSnapshot.of(room)).isInstanceOf(SegmentedSnapshot.class);
    }
}
