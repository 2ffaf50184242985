package dev.parley.core.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.provider.MethodSource;

/** This module's fuzz tests in as few processes as a build can afford; their seeds run as tests of their own. */
@EnabledIfSystemProperty(named = "JAZZER_FUZZ", matches = ".+", disabledReason = "nothing is fuzzed in this JVM")
class MixedFuzzTest {
    private static final Mixture DECODERS = new Mixture(
            "dev.parley.core.history.NodesFuzzTest#nodes",
            "dev.parley.core.wire.MessagesFuzzTest#messages",
            "dev.parley.core.access.AccessFuzzTest#access");

    private static final Mixture MACHINES = new Mixture(
            "dev.parley.core.reconcile.SketchesFuzzTest#sketches",
            "dev.parley.core.state.StateFuzzTest#state",
            "dev.parley.core.session.ConversationFuzzTest#conversation");

    static Stream<byte[]> decodersSeeds() {
        return DECODERS.seeds();
    }

    @MethodSource("decodersSeeds")
    @FuzzTest
    void decoders(byte[] input) throws Throwable {
        DECODERS.run(input);
    }

    static Stream<byte[]> machinesSeeds() {
        return MACHINES.seeds();
    }

    @MethodSource("machinesSeeds")
    @FuzzTest
    void machines(byte[] input) throws Throwable {
        MACHINES.run(input);
    }
}
