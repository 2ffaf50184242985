package dev.parley.persistence.journal;

import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializer;
import org.apache.pekko.serialization.Serializers;

/** Objects to bytes and back through the serializers that the actor system is configured with. */
final class Payloads {
    private final Serialization serialization;

    Payloads(ActorSystem system) {
        this.serialization = SerializationExtension.get(system);
    }

    /** Bytes with what finds their reader again. */
    record Payload(int serializer, String manifest, byte[] bytes) {}

    /** Errors: whatever the serializer throws, checked exceptions included. */
    Payload write(Object value) throws Exception {
        Serializer serializer = serialization.findSerializerFor(value);
        byte[] bytes = serialization.serialize(value).get();
        return new Payload(serializer.identifier(), Serializers.manifestFor(serializer, value), bytes);
    }

    /** Errors: {@link JournalReadFailed} if there is no such serializer or it refuses the bytes. */
    Object read(int serializer, String manifest, byte[] bytes) {
        try {
            return serialization.deserialize(bytes, serializer, manifest).get();
        } catch (Exception e) {
            throw new JournalReadFailed(
                    "stored bytes cannot be read: serializer " + serializer + ", manifest " + manifest, e);
        }
    }
}
