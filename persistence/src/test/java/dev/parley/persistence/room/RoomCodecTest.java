package dev.parley.persistence.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.failure.SyncFailure;
import dev.parley.core.history.Decoded;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RoomCodecTest {
    static List<ToRoom> toRoom() {
        return Messages.toRoom();
    }

    static List<ToRelay> toRelay() {
        return Messages.toRelay();
    }

    @Test
    void everyKindOfMessageIsTried() {
        assertThat(kinds(toRoom().stream())).containsExactlyInAnyOrder(subclasses(ToRoom.class));
        assertThat(kinds(toRelay().stream())).containsExactlyInAnyOrder(subclasses(ToRelay.class));
        assertThat(kinds(Messages.failures())).containsExactlyInAnyOrder(subclasses(SyncFailure.class));
    }

    private static List<Class<?>> kinds(Stream<?> messages) {
        return messages.<Class<?>>map(Object::getClass).distinct().toList();
    }

    /** Messages only: the parts that are nested beside them are no messages. */
    private static Class<?>[] subclasses(Class<?> sealed) {
        return Arrays.stream(sealed.getPermittedSubclasses())
                .filter(sealed::isAssignableFrom)
                .toArray(Class<?>[]::new);
    }

    @ParameterizedTest
    @MethodSource("toRoom")
    void aRequestComesBackAsItWas(ToRoom message) {
        byte[] bytes = RoomCodec.encode(message);

        ToRoom back = whole(RoomCodec.decodeToRoom(bytes));

        assertThat(back).usingRecursiveComparison().isEqualTo(message);
        assertThat(RoomCodec.encode(back)).isEqualTo(bytes);
        assertThat((long) bytes.length).isLessThanOrEqualTo(MessageSize.of(message));
    }

    @ParameterizedTest
    @MethodSource("toRelay")
    void anAnswerComesBackAsItWas(ToRelay message) {
        byte[] bytes = RoomCodec.encode(message);

        ToRelay back = whole(RoomCodec.decodeToRelay(bytes));

        assertThat(back).usingRecursiveComparison().isEqualTo(message);
        assertThat(RoomCodec.encode(back)).isEqualTo(bytes);
        assertThat((long) bytes.length).isLessThanOrEqualTo(MessageSize.of(message));
    }

    @ParameterizedTest
    @MethodSource("toRoom")
    void aDamagedRequestIsAValueOrBroken(ToRoom message) {
        damage(RoomCodec.encode(message), RoomCodec::decodeToRoom);
    }

    @ParameterizedTest
    @MethodSource("toRelay")
    void aDamagedAnswerIsAValueOrBroken(ToRelay message) {
        damage(RoomCodec.encode(message), RoomCodec::decodeToRelay);
    }

    static <T> void damage(byte[] bytes, Function<byte[], Decoded<T>> decode) {
        for (int length = 0; length < bytes.length; length++) {
            assertThat(decode.apply(Arrays.copyOf(bytes, length))).isInstanceOf(Decoded.Broken.class);
        }
        for (int bit = 0; bit < 8 * bytes.length; bit++) {
            byte[] flipped = bytes.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThat(decode.apply(flipped)).isNotNull();
        }
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
        assertThat(decode.apply(longer)).isInstanceOf(Decoded.Broken.class);
    }

    static <T> T whole(Decoded<T> decoded) {
        assertThat(decoded).isInstanceOf(Decoded.Whole.class);
        return ((Decoded.Whole<T>) decoded).value();
    }
}
