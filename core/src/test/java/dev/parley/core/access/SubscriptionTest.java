package dev.parley.core.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.history.Ed25519;
import dev.parley.core.history.Node;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Op;
import dev.parley.core.history.Transaction;
import dev.parley.core.history.Signer;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

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

    private static Node writing(String... keys) {
        List<Op> ops = Stream.of(keys).map(key -> (Op) new Op.MapDelete(key)).toList();
        return Nodes.sign(new Transaction(AUTHOR.peer(), 1, 0, ops, List.of()), AUTHOR);
    }
}
