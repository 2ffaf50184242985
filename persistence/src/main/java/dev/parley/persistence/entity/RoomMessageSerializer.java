package dev.parley.persistence.entity;

import dev.parley.core.history.Decoded;
import dev.parley.core.history.PostcardReader;
import dev.parley.core.history.PostcardWriter;
import dev.parley.core.id.PeerId;
import dev.parley.persistence.room.RoomCodec;
import dev.parley.persistence.room.ToRelay;
import dev.parley.persistence.room.ToRoom;
import java.io.NotSerializableException;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/**
 * Writes what crosses members: relays' messages to rooms with the relay's address, rooms' to relays, and the questions of
 * operators.
 *
 * <pre>
 * manifest  form (primitives as in postcard, spec 01 §2)
 * from1     address of the relay (string), message as {@link RoomCodec} writes it (bytes)
 * relay1    message as {@link RoomCodec} writes it, and nothing else
 * ask1      address of the asker (string)
 * is1       the description, as {@link DescriptionForm} writes it
 * lock1     key (32), address of the asker (string)
 * stop1     nothing
 * </pre>
 */
public final class RoomMessageSerializer extends SerializerWithStringManifest {
    private static final int IDENTIFIER = 70_411_002;
    private static final String FROM_RELAY = "from1";
    private static final String TO_RELAY = "relay1";
    private static final String DESCRIBE = "ask1";
    private static final String DESCRIPTION = "is1";
    private static final String LOCK = "lock1";
    private static final String STOP = "stop1";

    private final ActorRefResolver addresses;

    public RoomMessageSerializer(ExtendedActorSystem system) {
        addresses = ActorRefResolver.get(Adapter.toTyped(system));
    }

    @Override
    public int identifier() {
        return IDENTIFIER;
    }

    @Override
    public String manifest(Object message) {
        return switch (message) {
            case RoomEntity.FromRelay m -> FROM_RELAY;
            case ToRelay m -> TO_RELAY;
            case RoomEntity.Describe m -> DESCRIBE;
            case RoomEntity.Description m -> DESCRIPTION;
            case RoomEntity.LockRoom m -> LOCK;
            case RoomEntity.StopRoom m -> STOP;
            default -> throw unknown(message);
        };
    }

    @Override
    public byte[] toBinary(Object message) {
        return switch (message) {
            case RoomEntity.FromRelay(ToRoom said, ActorRef<ToRelay> relay) -> {
                byte[] bytes = RoomCodec.encode(said);
                yield new PostcardWriter(bytes.length + 128)
                        .string(address(relay))
                        .bytes(bytes)
                        .toBytes();
            }
            case ToRelay m -> RoomCodec.encode(m);
            case RoomEntity.Describe(ActorRef<RoomEntity.Description> replyTo) ->
                new PostcardWriter().string(address(replyTo)).toBytes();
            case RoomEntity.Description m -> DescriptionForm.encode(m);
            case RoomEntity.LockRoom(PeerId key, ActorRef<Boolean> replyTo) ->
                new PostcardWriter().peer(key).string(address(replyTo)).toBytes();
            case RoomEntity.StopRoom m -> new byte[0];
            default -> throw unknown(message);
        };
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
        PostcardReader in = new PostcardReader(bytes);
        switch (manifest) {
            case FROM_RELAY -> {
                String relay = in.string();
                byte[] said = in.bytes();
                whole(in);
                return new RoomEntity.FromRelay(value(RoomCodec.decodeToRoom(said)), addresses.resolveActorRef(relay));
            }
            case TO_RELAY -> {
                return value(RoomCodec.decodeToRelay(bytes));
            }
            case DESCRIBE -> {
                String asker = in.string();
                whole(in);
                return new RoomEntity.Describe(addresses.resolveActorRef(asker));
            }
            case DESCRIPTION -> {
                return value(DescriptionForm.decode(bytes));
            }
            case LOCK -> {
                PeerId key = in.peer();
                String asker = in.string();
                whole(in);
                return new RoomEntity.LockRoom(key, addresses.resolveActorRef(asker));
            }
            case STOP -> {
                return new RoomEntity.StopRoom();
            }
            default -> throw new NotSerializableException("unknown message " + manifest + ": of a newer version?");
        }
    }

    private String address(ActorRef<?> ref) {
        return addresses.toSerializationFormat(ref);
    }

    private static void whole(PostcardReader in) throws NotSerializableException {
        value(in.result(true));
    }

    private static <T> T value(Decoded<T> decoded) throws NotSerializableException {
        return switch (decoded) {
            case Decoded.Whole<T>(T value) -> value;
            case Decoded.Broken<T>(String what, long offsetBytes) ->
                throw new NotSerializableException(what + " at byte " + offsetBytes);
        };
    }

    private static IllegalArgumentException unknown(Object message) {
        return new IllegalArgumentException("no message of rooms: " + message.getClass());
    }
}
