package dev.parley.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.id.NodeId;
import dev.parley.core.reconcile.PeerLacks;
import dev.parley.core.wire.FromPeer;
import dev.parley.core.wire.MessageReader;
import dev.parley.core.wire.ToPeer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The document client would leave out of its upload just what {@code missing} asks for, and an edit that nobody else has
 * would never arrive. It is known by the roots in its hello, and is asked for nothing (spec 02 §3.2).
 */
class InvertedMissingTest {
    private static final String HASH = "ab".repeat(32);

    @Test
    void aHelloWithBothRootsIsAskedForNothing() {
        assertThat(missing("\"root\":\"" + HASH + "\",\"mst_root\":\"" + HASH + "\","))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\"root\":\"abababababababababababababababababababababababababababababababab\",",
                "\"mst_root\":\"abababababababababababababababababababababababababababababababab\",",
                "\"root\":\"ab\",\"mst_root\":\"ab\",",
                "\"root\":7,\"mst_root\":null,"
            })
    void anyOtherIsToldWhatTheServerLacks(String roots) {
        assertThat(missing(roots)).containsExactly(Talk.id(7));
    }

    private static List<NodeId> missing(String roots) {
        byte[] utf8 =
                ("{\"type\":\"hello\"," + roots + "\"pubkey\":\"" + Talk.PEER + "\"}").getBytes(StandardCharsets.UTF_8);
        FromPeer hello = MessageReader.read(utf8, 0, utf8.length);
        List<Effect> effects = Talk.opened()
                .saying(hello)
                .step(new Input.Admitted(2, Talk.admission(new PeerLacks.Nothing(), Set.of())));
        return effects.stream()
                .filter(Effect.Send.class::isInstance)
                .map(effect -> ((Effect.Send) effect).message())
                .filter(ToPeer.Welcome.class::isInstance)
                .map(message -> ((ToPeer.Welcome) message).missing())
                .findFirst()
                .orElseThrow();
    }
}
