package dev.parley.persistence.fuzz;

import dev.parley.core.fuzz.FuzzRun;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Fuzzes this module's decoders and machines, shortly in every build and for long when asked: see {@link FuzzRun}. */
class FuzzingTest {
    @TestFactory
    Stream<DynamicTest> theShortRunFindsNothing() {
        return FuzzRun.inEveryBuild(Map.of(
                "dev.parley.persistence.fuzz.MixedFuzzTest#decoders", 5_000L,
                "dev.parley.persistence.fuzz.MixedFuzzTest#machines", 500L));
    }

    @TestFactory
    Stream<DynamicTest> theLongRunFindsNothing() {
        return FuzzRun.whenAsked(
                "dev.parley.persistence.room.RoomFormsFuzzTest#forms",
                "dev.parley.persistence.journal.StoredRowsFuzzTest#rows",
                "dev.parley.persistence.room.RoomDeskFuzzTest#desk",
                "dev.parley.persistence.relay.RelayRulesFuzzTest#relay");
    }
}
