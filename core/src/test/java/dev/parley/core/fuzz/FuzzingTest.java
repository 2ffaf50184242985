package dev.parley.core.fuzz;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Fuzzes this module's decoders and machines, shortly in every build and for long when asked: see {@link FuzzRun}. */
class FuzzingTest {
    @TestFactory
    Stream<DynamicTest> theShortRunFindsNothing() {
        return FuzzRun.inEveryBuild(Map.of(
                "dev.parley.core.fuzz.MixedFuzzTest#decoders", 5_000L,
                "dev.parley.core.fuzz.MixedFuzzTest#machines", 500L));
    }

    @TestFactory
    Stream<DynamicTest> theLongRunFindsNothing() {
        return FuzzRun.whenAsked(
                "dev.parley.core.history.NodesFuzzTest#nodes",
                "dev.parley.core.wire.MessagesFuzzTest#messages",
                "dev.parley.core.access.AccessFuzzTest#access",
                "dev.parley.core.reconcile.SketchesFuzzTest#sketches",
                "dev.parley.core.state.StateFuzzTest#state",
                "dev.parley.core.session.ConversationFuzzTest#conversation");
    }
}
