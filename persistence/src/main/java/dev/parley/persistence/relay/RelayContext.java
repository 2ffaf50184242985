package dev.parley.persistence.relay;

import dev.parley.core.id.RoomId;
import dev.parley.persistence.room.RoomMessage;
import dev.parley.persistence.room.RoomMeters;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;

/**
 * What the relays of one member need from outside.
 *
 * <p>{@code rooms} reaches a room wherever it is. {@code nowMs} is milliseconds, monotonic enough for time-outs.
 * {@code ids} gives numbers that no other relay of the cluster has had; {@code seeds} where a relay's jitter starts.
 */
public record RelayContext(
        Rooms rooms,
        RelaySettings settings,
        LongSupplier nowMs,
        RoomMeters meters,
        LongSupplier ids,
        LongSupplier seeds) {
    /** The way to rooms, by cluster sharding. It is asked anew for each message: a room may move at any time. */
    public interface Rooms {
        void tell(RoomId room, RoomMessage message);

        /** Through the shard region of rooms; a room's entity id is its room id. */
        static Rooms through(ActorRef<ShardingEnvelope<RoomMessage>> region) {
            return (room, message) -> region.tell(new ShardingEnvelope<>(room.value(), message));
        }
    }
}
