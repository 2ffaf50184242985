package dev.parley.edge.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.wire.Encoded;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private static SharedFrames.Shared frame(int textBytes) {
        Encoded message = new Encoded("x".repeat(textBytes), textBytes);
        return new SharedFrames.Shared(message, Frames.text(message));
    }

    @Test
    void theSocketIsWokenOnceAnIdleQueueGetsWork() {
        Outbox outbox = new Outbox(10, 1_000);

        assertThat(outbox.offer(frame(1))).isEqualTo(Outbox.Offered.QUEUED_WAKE);
        assertThat(outbox.offer(frame(1))).isEqualTo(Outbox.Offered.QUEUED);
        outbox.poll();
        outbox.poll();
        assertThat(outbox.offer(frame(1))).isEqualTo(Outbox.Offered.QUEUED); // Nobody has seen it empty yet.
        outbox.poll();
        assertThat(outbox.poll()).isNull();
        assertThat(outbox.offer(frame(1))).isEqualTo(Outbox.Offered.QUEUED_WAKE);
    }

    @Test
    void oneMessageTooManyDiscardsAllAndShutsTheQueue() {
        Outbox outbox = new Outbox(2, 1_000);
        outbox.offer(frame(1));
        outbox.offer(frame(1));

        assertThat(outbox.offer(frame(1))).isEqualTo(Outbox.Offered.FULL);
        assertThat(outbox.poll()).isNull();
        assertThat(outbox.offer(frame(1))).isEqualTo(Outbox.Offered.FULL);
    }

    @Test
    void bytesAreBoundedButOneLargeMessagePasses() {
        Outbox outbox = new Outbox(10, 100);

        assertThat(outbox.offer(frame(500))).isEqualTo(Outbox.Offered.QUEUED_WAKE);
        assertThat(outbox.poll()).isNotNull();
        assertThat(outbox.offer(frame(60))).isEqualTo(Outbox.Offered.QUEUED);
        assertThat(outbox.offer(frame(60))).isEqualTo(Outbox.Offered.FULL);
    }

    @Test
    void theNewestOfAKeyTakesThePlaceOfTheOneBefore() {
        Outbox outbox = new Outbox(10, 1_000);
        SharedFrames.Shared news = frame(1);
        SharedFrames.Shared newest = frame(3);
        SharedFrames.Shared other = frame(4);
        outbox.offerDroppable(frame(2), Optional.of("a"));
        outbox.offer(news);
        outbox.offerDroppable(other, Optional.of("b"));
        outbox.offerDroppable(newest, Optional.of("a"));

        assertThat(outbox.poll()).isSameAs(newest);
        assertThat(outbox.poll()).isSameAs(news);
        assertThat(outbox.poll()).isSameAs(other);
        assertThat(outbox.poll()).isNull();
    }

    @Test
    void whatCanBeDoneWithoutNeverFillsTheQueue() {
        Outbox outbox = new Outbox(8, 1_000);
        for (int i = 0; i < 1_000; i++) {
            outbox.offerDroppable(frame(1), i % 2 == 0 ? Optional.empty() : Optional.of("sender " + i));
        }

        assertThat(outbox.messagesQueued()).isEqualTo(8 / Outbox.DROPPABLE_SHARE);
        for (int i = 0; i < 8; i++) {
            assertThat(outbox.offer(frame(1))).isEqualTo(Outbox.Offered.QUEUED);
        }
        assertThat(outbox.offer(frame(1))).isEqualTo(Outbox.Offered.FULL);
    }

    @Test
    void ofTooManyThatCanBeDoneWithoutTheOldestGo() {
        Outbox outbox = new Outbox(8, 1_000);
        SharedFrames.Shared second = frame(2);
        SharedFrames.Shared third = frame(3);
        outbox.offerDroppable(frame(1), Optional.empty());
        outbox.offerDroppable(second, Optional.empty());
        outbox.offerDroppable(third, Optional.empty());

        assertThat(outbox.poll()).isSameAs(second);
        assertThat(outbox.poll()).isSameAs(third);
        assertThat(outbox.poll()).isNull();
    }

    @Test
    void bytesThatCanBeDoneWithoutHaveTheirShare() {
        Outbox outbox = new Outbox(100, 400);
        for (int i = 0; i < 10; i++) {
            outbox.offerDroppable(frame(40), Optional.empty());
        }

        assertThat(outbox.messagesQueued()).isEqualTo(2);
        assertThat(outbox.offer(frame(350))).isEqualTo(Outbox.Offered.QUEUED);
    }

    @Test
    void repliesAreNeitherRefusedNorCounted() {
        Outbox outbox = new Outbox(2, 100);

        for (int i = 0; i < 10; i++) {
            outbox.reply(frame(50));
        }

        assertThat(outbox.offer(frame(1))).isEqualTo(Outbox.Offered.QUEUED);
        assertThat(outbox.offer(frame(1))).isEqualTo(Outbox.Offered.QUEUED);
        assertThat(outbox.offer(frame(1))).isEqualTo(Outbox.Offered.FULL);
    }

    @Test
    void manyRepliesOrLargeOnesCrowdTheQueueUntilSomeAreTaken() {
        Outbox many = new Outbox(2, 100);
        for (int i = 0; i < Outbox.REPLIES_MAX; i++) {
            assertThat(many.crowded()).isFalse();
            many.reply(frame(1));
        }
        assertThat(many.crowded()).isTrue();
        many.poll();
        assertThat(many.crowded()).isFalse();

        Outbox large = new Outbox(2, 100);
        large.reply(frame((int) Outbox.REPLY_BYTES_MAX));
        assertThat(large.crowded()).isTrue();
        large.poll();
        assertThat(large.crowded()).isFalse();
    }

    /** The session is told why the socket shut it; it must not take this for a peer that lags. */
    @Test
    void whatComesAfterItWasShutIsDiscarded() {
        Outbox outbox = new Outbox(1, 100);
        outbox.offer(frame(1));

        outbox.shut();

        assertThat(outbox.offer(frame(1))).isEqualTo(Outbox.Offered.QUEUED);
        assertThat(outbox.offer(frame(1))).isEqualTo(Outbox.Offered.QUEUED);
        assertThat(outbox.poll()).isNull();
    }
}
