package dev.parley.edge.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.parley.core.fuzz.Mixture;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.provider.MethodSource;

/** This module's fuzz tests in as few processes as a build can afford; their seeds run as tests of their own. */
@EnabledIfSystemProperty(named = "JAZZER_FUZZ", matches = ".+", disabledReason = "nothing is fuzzed in this JVM")
class MixedFuzzTest {
    private static final Mixture DECODERS =
            new Mixture("dev.parley.edge.socket.FramesFuzzTest#frames", "dev.parley.edge.peer.PeerInputFuzzTest#input");

    static Stream<byte[]> decodersSeeds() {
        return DECODERS.seeds();
    }

    @MethodSource("decodersSeeds")
    @FuzzTest
    void decoders(byte[] input) throws Throwable {
        DECODERS.run(input);
    }
}
