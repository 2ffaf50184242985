package dev.parley.edge.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.wire.Encoded;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutboundBudgetTest {
    private static final int KIB = 1 << 10;

    private final List<String> behind = new ArrayList<>();
    private final OutboundBudget budget = new OutboundBudget(500 * KIB);

    private Outbox outbox(String name) {
        return new Outbox(1_000, 1 << 30, budget, () -> behind.add(name));
    }

    private static SharedFrames.Shared frame(int textBytes) {
        Encoded message = new Encoded("x".repeat(textBytes), textBytes);
        return new SharedFrames.Shared(message, Frames.text(message));
    }

    @Test
    void theLargestQueueFallsBehindFirst() {
        Outbox large = outbox("large");
        Outbox middle = outbox("middle");
        Outbox small = outbox("small");
        large.offer(frame(300 * KIB));
        middle.offer(frame(150 * KIB));
        small.offer(frame(10 * KIB));
        budget.relieve();
        assertThat(behind).isEmpty();

        middle.offer(frame(60 * KIB));
        budget.relieve();

        assertThat(behind).containsExactly("large");
        assertThat(large.offer(frame(1))).isEqualTo(Outbox.Offered.FULL);
        assertThat(middle.messagesQueued()).isEqualTo(2);
        assertThat(budget.bytesHeld()).isLessThan(230 * KIB);
    }

    @Test
    void aFrameThatManyQueuesShareIsHeldOnce() {
        SharedFrames.Shared shared = frame(100 * KIB);
        List<Outbox> many = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            Outbox outbox = outbox("peer " + i);
            outbox.offer(shared);
            many.add(outbox);
        }
        budget.relieve();

        assertThat(behind).isEmpty();
        assertThat(budget.bytesHeld()).isBetween(100L * KIB, 101L * KIB);
        many.forEach(Outbox::poll);
        assertThat(budget.bytesHeld()).isZero();
    }

    @Test
    void repliesDoNotCountAndWhatIsShutIsGivenBack() {
        Outbox outbox = outbox("one");
        outbox.reply(frame(900 * KIB));
        assertThat(budget.bytesHeld()).isZero();
        outbox.offer(frame(100 * KIB));

        outbox.shut();

        assertThat(budget.bytesHeld()).isZero();
        budget.relieve();
        assertThat(behind).isEmpty();
    }

    @Test
    void queuesTooSmallToMatterAreLeftAlone() {
        List<Outbox> many = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            Outbox outbox = outbox("peer " + i);
            outbox.offer(frame(10 * KIB));
            many.add(outbox);
        }

        budget.relieve();

        assertThat(behind).isEmpty();
        assertThat(many).allMatch(outbox -> outbox.messagesQueued() == 1);
    }
}
