package dev.parley.edge.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InboundBudgetTest {
    private static final long MIB = 1 << 20;

    private final List<String> told = new ArrayList<>();
    private final InboundBudget budget = new InboundBudget(8 * MIB, Duration.ofSeconds(10));

    private InboundBudget.Part part(String name) {
        return budget.part(() -> told.add("wake " + name), () -> told.add("end " + name));
    }

    private static long second(int seconds) {
        return TimeUnit.SECONDS.toNanos(seconds);
    }

    /** Sessions with small packs use up what is theirs alone. */
    private List<InboundBudget.Held> fillSmall() {
        List<InboundBudget.Held> packs = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            packs.add(budget.held());
            packs.getLast().set(32 << 10);
        }
        return packs;
    }

    @Test
    void whatIsReadOrUnansweredIsHeldUntilItIsDone() {
        InboundBudget.Part part = part("one");
        InboundBudget.Held packs = budget.held();

        assertThat(part.mayRead(MIB, 0)).isTrue();
        part.whole(2 * MIB);
        packs.set(4 * MIB);
        assertThat(budget.bytesHeld()).isEqualTo(6 * MIB);
        part.done();
        assertThat(budget.bytesHeld()).isEqualTo(4 * MIB);
        packs.set(0);

        assertThat(budget.bytesHeld()).isZero();
    }

    @Test
    void fullItIsReadNoFurtherAndOnWhenThereIsSpace() {
        List<InboundBudget.Held> packs = fillSmall();
        InboundBudget.Part idle = part("idle");

        assertThat(idle.mayRead(0, 0)).isFalse();
        assertThat(budget.partsWaiting()).isEqualTo(1);
        packs.getFirst().set(0);

        assertThat(told).containsExactly("wake idle");
        assertThat(idle.mayRead(0, 0)).isTrue();
        assertThat(budget.partsWaiting()).isZero();
    }

    @Test
    void smallMessagesHaveTheLastEighthAlone() {
        InboundBudget.Part eldest = part("eldest");
        eldest.mayRead(MIB, 0);
        budget.held().set(20 * MIB); // A pack that was being read when there was space still.
        InboundBudget.Part large = part("large");
        InboundBudget.Part small = part("small");

        assertThat(large.mayRead(70 << 10, 1)).isFalse();
        assertThat(small.mayRead(10 << 10, 2)).isTrue();
    }

    @Test
    void theMessageUnderWayLongestIsReadOnSoThatSomethingEnds() {
        InboundBudget.Part first = part("first");
        InboundBudget.Part second = part("second");
        assertThat(first.mayRead(4 * MIB, 0)).isTrue();

        assertThat(second.mayRead(4 * MIB, 1)).isFalse();
        assertThat(first.mayRead(6 * MIB, 2)).isTrue();
        first.whole(7 * MIB);
        assertThat(told).isEmpty(); // The second is the eldest now, but the first ends by itself.
        first.done();
        assertThat(told).containsExactly("wake second");
        assertThat(second.mayRead(8 * MIB, 3)).isTrue();
        second.whole(8 * MIB);
        second.done();

        assertThat(budget.bytesHeld()).isZero();
    }

    @Test
    void theLargeAreWokenOneByOneTheSmallAtOnce() {
        InboundBudget.Part eldest = part("eldest");
        eldest.mayRead(8 * MIB, 0);
        part("large 1").mayRead(65 << 10, 1);
        part("large 2").mayRead(65 << 10, 1);
        List<InboundBudget.Held> packs = fillSmall();
        part("small 1").mayRead(0, 1);
        part("small 2").mayRead(1, 1);
        assertThat(told).isEmpty();

        packs.getFirst().set(0);
        assertThat(told).containsExactly("wake small 1", "wake small 2");
        eldest.done();

        assertThat(told)
                .contains("wake small 1", "wake small 2", "wake large 1")
                .doesNotContain("wake large 2");
    }

    @Test
    void whoHasReadForTooLongWhileOthersWaitIsEnded() {
        InboundBudget.Part slow = part("slow");
        slow.mayRead(8 * MIB, second(0));
        InboundBudget.Part waits = part("waits");
        assertThat(waits.mayRead(70 << 10, second(1))).isFalse();

        assertThat(waits.askRelief(second(9))).isFalse();
        assertThat(waits.askRelief(second(11))).isTrue();

        assertThat(told).containsExactly("end slow");
        slow.done();
        assertThat(told).containsExactly("end slow", "wake waits");
    }

    @Test
    void nobodyIsEndedForPacksThatAreBeingAnswered() {
        budget.held().set(8 * MIB);
        InboundBudget.Part waits = part("waits");
        fillSmall();
        waits.mayRead(0, second(1));

        assertThat(waits.askRelief(second(100))).isFalse();
        assertThat(waits.waiting()).isTrue();
    }

    @Test
    void aConnectionThatEndsWaitsNoMore() {
        budget.held().set(8 * MIB);
        InboundBudget.Part eldest = part("eldest");
        assertThat(eldest.mayRead(70 << 10, 0)).isFalse();
        long before = budget.bytesHeld();
        InboundBudget.Part gone = part("gone");
        assertThat(gone.mayRead(80 << 10, 0)).isFalse();

        gone.done();

        assertThat(budget.partsWaiting()).isEqualTo(1);
        assertThat(budget.bytesHeld()).isEqualTo(before);
        eldest.done();
        assertThat(budget.partsWaiting()).isZero();
    }

    @Test
    void whoMayReadBeforeItIsWokenWaitsNoMore() {
        InboundBudget.Part eldest = part("eldest");
        eldest.mayRead(8 * MIB, 0);
        part("first").mayRead(70 << 10, 1);
        part("second").mayRead(70 << 10, 1);
        InboundBudget.Part last = part("last");
        assertThat(last.mayRead(70 << 10, 1)).isFalse();

        eldest.done();
        assertThat(last.mayRead(70 << 10, 2)).isTrue();

        assertThat(last.waiting()).isFalse();
        assertThat(budget.partsWaiting()).isZero();
    }

    @Test
    void whoIsWokenAndCannotReadPassesItOn() {
        InboundBudget.Part eldest = part("eldest");
        eldest.mayRead(8 * MIB, 0);
        InboundBudget.Part first = part("first");
        first.mayRead(70 << 10, 1);
        part("second").mayRead(70 << 10, 1);
        eldest.done();
        assertThat(told).containsExactly("wake first");

        first.passOn();

        assertThat(told).containsExactly("wake first", "wake second");
    }

    /** Otherwise each message that is read to its end would make place for another, and their packs pile up. */
    @Test
    void whilePacksOfAQuarterAreBeingAnsweredNotEvenTheEldestIsReadOn() {
        InboundBudget.Held packs = budget.held();
        packs.set(2 * MIB);
        InboundBudget.Part eldest = part("eldest");
        InboundBudget.Part other = part("other");
        assertThat(eldest.mayRead(4 * MIB, 0)).isTrue();
        assertThat(other.mayRead(2 * MIB, 0)).isFalse();
        assertThat(eldest.mayRead(5 * MIB, 0)).isFalse();
        assertThat(told).isEmpty();

        packs.set(MIB);

        assertThat(told).containsExactly("wake eldest");
        assertThat(eldest.mayRead(5 * MIB, 0)).isTrue();
    }

    /**
     * Two hundred peers send messages of 16 MiB, as twice their bytes, in reads of 128 KiB; their packs are answered late,
     * or not at all for a while.
     */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void manyLargeMessagesAtOnceStayWithinTheBoundAndAllEnd(long seed) {
        long boundBytes = 128 * MIB;
        InboundBudget member = new InboundBudget(boundBytes, Duration.ofSeconds(10));
        Random random = new Random(seed);
        List<Sender> senders = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            senders.add(new Sender(member));
        }
        long most = 0;
        for (int steps = 0; senders.stream().anyMatch(sender -> sender.messagesLeft > 0); steps++) {
            List<Sender> ready = senders.stream().filter(Sender::ready).toList();
            if (ready.isEmpty() || steps % 5_000 == 4_999) {
                senders.forEach(Sender::answered); // Without it nothing would go on, or it is time.
                assertThat(senders).anyMatch(sender -> sender.messagesLeft == 0 || sender.ready());
            } else {
                ready.get(random.nextInt(ready.size())).step();
            }
            most = Math.max(most, member.bytesHeld());
        }

        long reads = 200 * 2 * Sender.READ_BYTES;
        assertThat(most).isBetween(boundBytes / 2, boundBytes + boundBytes / 4 + Sender.MESSAGE_BYTES + reads);
        assertThat(member.bytesHeld()).isZero();
        assertThat(member.partsWaiting()).isZero();
    }

    private static final class Sender {
        private static final long READ_BYTES = 128 << 10;
        private static final long MESSAGE_BYTES = 32 * MIB;

        private final InboundBudget.Part part;
        private final InboundBudget.Held packs;
        private int messagesLeft = 2;
        private long readBytes;
        private boolean asked;
        private boolean whole;
        private boolean mayAsk = true;

        Sender(InboundBudget member) {
            part = member.part(() -> mayAsk = true, () -> {});
            packs = member.held();
        }

        boolean ready() {
            return messagesLeft > 0 && !whole && (asked || mayAsk);
        }

        void answered() {
            if (whole) {
                whole = false;
                messagesLeft--;
                packs.set(0);
            }
        }

        void step() {
            if (!asked) {
                mayAsk = false;
                asked = part.mayRead(readBytes, 0);
                return;
            }
            asked = false;
            mayAsk = true;
            readBytes += 2 * READ_BYTES;
            if (readBytes == MESSAGE_BYTES) {
                readBytes = 0;
                whole = true;
                part.whole(MESSAGE_BYTES);
                packs.set(MESSAGE_BYTES * 3 / 4);
                part.done();
            }
        }
    }
}
