package dev.parley.edge.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.wire.Encoded;
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
