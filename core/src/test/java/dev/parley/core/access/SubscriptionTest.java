package dev.parley.core.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.history.Ed25519;
import dev.parley.core.history.Node;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Op;
import dev.parley.core.history.Transaction;
import dev.parley.core.history.Signer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SubscriptionTest {
    private static final Signer AUTHOR = Ed25519.signer(new byte[32]);

    private final Subscription world = new Subscription(List.of("world/**"));

    @Test
    void aNodeIsWantedForOneMatchingKey() {
        assertThat(world.wants(writing("world/x"))).isTrue();
        assertThat(world.wants(writing("chat/x"))).isFalse();
        assertThat(world.wants(writing("chat/x", "world/y"))).isTrue();
    }

    @Test
    void nodesWithoutOpsAndSystemKeysAreAlwaysWanted() {
        assertThat(world.wants(writing())).isTrue();
        assertThat(world.wants(writing("\0e2ee"))).isTrue();
        assertThat(world.wants(writing("\0snap:hash"))).isTrue();
    }

    @Test
    void noPatternAndDoubleStarMeanEverything() {
        assertThat(Subscription.EVERYTHING.wants(writing("any"))).isTrue();
        assertThat(new Subscription(List.of("a", "**"))).isEqualTo(Subscription.EVERYTHING);
        assertThat(new Subscription(List.of("**/")).isEverything()).isFalse();
    }

    @Test
    void boundsCountPatternsAndTheirBytes() {
        assertThat(Subscription.EVERYTHING.withinBounds()).isTrue();
        assertThat(new Subscription(Collections.nCopies(256, "a")).withinBounds())
                .isTrue();
        assertThat(new Subscription(Collections.nCopies(257, "a")).withinBounds())
                .isFalse();
        assertThat(new Subscription(List.of("é".repeat(512))).withinBounds()).isTrue();
        assertThat(new Subscription(List.of("é".repeat(512) + "a")).withinBounds())
                .isFalse();
    }

    /** The worst that fits: many patterns that take each byte of a key many ways, and never match in the end. */
    static Stream<Arguments> hostile() {
        List<String> stars = new ArrayList<>();
        List<String> folders = new ArrayList<>();
        List<String> runs = new ArrayList<>();
        for (int i = 0; i < Subscription.PATTERNS_MAX; i++) {
            stars.add("**a".repeat(300) + "b" + i + "*a");
            folders.add("/**/a".repeat(190) + "/b" + i + "/**/a");
            runs.add("*a".repeat(480) + "b" + i + "*a");
        }
        String[] longKeys = new String[500];
        String[] shortKeys = new String[4_000];
        for (int i = 0; i < longKeys.length; i++) {
            longKeys[i] = "a/".repeat(2_000) + i + "/a";
        }
        for (int i = 0; i < shortKeys.length; i++) {
            shortKeys[i] = "/a".repeat(20) + i + "/a";
        }
        return Stream.of(stars, folders, runs)
                .flatMap(patterns -> Stream.of(longKeys, shortKeys, new String[] {"a".repeat(4_000)})
                        .map(keys -> Arguments.of(patterns, keys)));
    }

    @ParameterizedTest(name = "{index}")
    @MethodSource("hostile")
    void noSubscriptionTakesMoreStepsForANodeThanItsSizeAllows(List<String> patterns, String[] keys) {
        Node node = writing(keys);
        Subscription subscription = new Subscription(patterns);
        assertThat(subscription.withinBounds()).isTrue();

        Subscription.Matching matching = subscription.matching(node);

        // One pattern's last step may look at the whole of a key a few times over.
        long slack = 8 * 4_096 / 64 + 4_096 + Subscription.PATTERN_BYTES_MAX;
        assertThat(matching.steps())
                .isLessThanOrEqualTo(
                        Subscription.STEPS_MAX + Subscription.STEPS_PER_BYTE_MAX * node.sizeBytes() + slack);
    }

    @Test
    void whatCannotBeDecidedWithinTheBoundPasses() {
        List<String> patterns = new ArrayList<>();
        for (int i = 0; i < Subscription.PATTERNS_MAX; i++) {
            patterns.add("**a".repeat(300) + "b" + i + "*a");
        }

        assertThat(new Subscription(patterns).wants(writing("a".repeat(4_000)))).isTrue();
    }

    @Test
    void manyOrdinaryPatternsOnManyOrdinaryKeysAreDecided() {
        List<String> patterns = new ArrayList<>();
        String[] keys = new String[10];
        for (int i = 0; i < Subscription.PATTERNS_MAX; i++) {
            patterns.add(i % 2 == 0 ? "**/position-" + i : "world/*/player-" + i + "/**");
        }
        for (int i = 0; i < keys.length; i++) {
            keys[i] = "world/zone-" + i % 7 + "/monster-" + i + "/health";
        }

        Subscription.Matching matching = new Subscription(patterns).matching(writing(keys));

        assertThat(matching.wanted()).isFalse();
    }

    private static Node writing(String... keys) {
        List<Op> ops = Stream.of(keys).map(key -> (Op) new Op.MapDelete(key)).toList();
        return Nodes.sign(new Transaction(AUTHOR.peer(), 1, 0, ops, List.of()), AUTHOR);
    }
}
