package dev.parley.edge.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.id.RoomId;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RoomPathTest {
    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void aTargetNamesOneRoomOrNone(String target, RoomPath expected) {
        assertThat(RoomPath.parse(target)).isEqualTo(expected);
    }

    static Stream<Arguments> targets() {
        return Stream.of(
                Arguments.of("/ws/demo", room("demo")),
                Arguments.of("/ws/demo?x=/y", room("demo")),
                Arguments.of("/ws/a+b", room("a+b")),
                Arguments.of("/ws/a%20b%2Fc%7Cd", room("a b/c|d")),
                Arguments.of("/ws/%F0%9F%8E%89", room("🎉")),
                Arguments.of("/ws/" + "%61".repeat(256), room("a".repeat(256))),
                Arguments.of("/ws/" + "a".repeat(257), new RoomPath.Bad(RoomPath.RULE)),
                Arguments.of("/ws/%00", new RoomPath.Bad(RoomPath.RULE)),
                Arguments.of("/ws/%7F", new RoomPath.Bad(RoomPath.RULE)),
                Arguments.of("/ws/", new RoomPath.Bad(RoomPath.RULE)),
                Arguments.of("/ws/%zz", new RoomPath.Bad("The room id in the path is not percent-encoded UTF-8.")),
                Arguments.of("/ws/%ff", new RoomPath.Bad("The room id in the path is not percent-encoded UTF-8.")),
                Arguments.of("/ws/%e9%", new RoomPath.Bad("The room id in the path is not percent-encoded UTF-8.")),
                Arguments.of("/ws/runtime", new RoomPath.OfHello()),
                Arguments.of("/ws/runtime2", room("runtime2")),
                Arguments.of("/ws/a/b", new RoomPath.Elsewhere()),
                Arguments.of("/ws", new RoomPath.Elsewhere()),
                Arguments.of("/", new RoomPath.Elsewhere()));
    }

    private static RoomPath room(String id) {
        return new RoomPath.OfRoom(new RoomId(id));
    }
}
