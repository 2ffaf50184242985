package dev.parley.persistence.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.parley.core.fuzz.Mixture;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.provider.MethodSource;

/** This module's fuzz tests in as few processes as a build can afford; their seeds run as tests of their own. */
@EnabledIfSystemProperty(named = "JAZZER_FUZZ", matches = ".+", disabledReason = "nothing is fuzzed in this JVM")
class MixedFuzzTest {
    private static final Mixture DECODERS = new Mixture(
            "dev.parley.persistence.room.RoomFormsFuzzTest#forms",
            "dev.parley.persistence.journal.StoredRowsFuzzTest#rows");

    private static final Mixture MACHINES = new Mixture(
            "dev.parley.persistence.room.RoomDeskFuzzTest#desk",
            "dev.parley.persistence.relay.RelayRulesFuzzTest#relay");

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
