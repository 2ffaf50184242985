package dev.parley.edge.main;

import dev.parley.core.history.Signatures;
import dev.parley.core.id.PeerId;
import dev.parley.edge.admin.Meters;
import dev.parley.persistence.entity.RoomContext;
import dev.parley.persistence.entity.RoomEntity;
import dev.parley.persistence.entity.RoomLedger;
import dev.parley.persistence.relay.RelayContext;
import dev.parley.persistence.relay.RelayDirectory;
import dev.parley.persistence.relay.RelaySettings;
import dev.parley.persistence.room.RoomMessage;
import java.security.SecureRandom;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;

/** Starts what this member does for rooms: the shard region that may host them, and the relays that reach them. */
final class MemberRooms {
    private MemberRooms() {}

    static ActorRef<RelayDirectory.Command> start(
            ActorSystem<?> system,
            Settings settings,
            PeerId key,
            Meters meters,
            Signatures signatures,
            RoomLedger ledger,
            SecureRandom random) {
        Settings.Room bounds = settings.room();
        ActorRef<ShardingEnvelope<RoomMessage>> region = RoomEntity.init(
                ClusterSharding.get(system),
                new RoomContext(
                        bounds.each(),
                        key,
                        signatures,
                        System::currentTimeMillis,
                        meters,
                        ProfileFile.read(settings.access().capabilityProfileFile()),
                        settings.access().policies(),
                        ledger));
        RelayContext context = new RelayContext(
                (room, message) -> region.tell(new ShardingEnvelope<>(room.value(), message)),
                RelaySettings.DEFAULT
                        .withRoomWait(bounds.roomWait())
                        .withSocketBuffer(
                                settings.edge().relayBuffer(), settings.edge().relayBufferBytes())
                        .with(bounds.submits(), bounds.each().intake().reassemblyBytesMax())
                        .with(bounds.presence(), bounds.parents()),
                () -> System.nanoTime() / 1_000_000,
                meters,
                random::nextLong,
                random::nextLong);
        return system.systemActorOf(RelayDirectory.create(context), "relays", Props.empty());
    }
}
