package dev.parley.edge.fuzz;

import dev.parley.core.fuzz.FuzzRun;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Fuzzes this module's decoders and machines, shortly in every build and for long when asked: see {@link FuzzRun}. */
class FuzzingTest {
    @TestFactory
    Stream<DynamicTest> theShortRunFindsNothing() {
        return FuzzRun.inEveryBuild(Map.of("dev.parley.edge.fuzz.MixedFuzzTest#decoders", 5_000L));
    }

    @TestFactory
    Stream<DynamicTest> theLongRunFindsNothing() {
        return FuzzRun.whenAsked(
                "dev.parley.edge.socket.FramesFuzzTest#frames", "dev.parley.edge.peer.PeerInputFuzzTest#input");
    }
}
