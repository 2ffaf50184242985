package dev.parley.edge.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

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
    void theMessageUnderWayLongestIsAlwaysReadOnSoThatSomethingEnds() {
        InboundBudget.Part first = part("first");
        InboundBudget.Part second = part("second");
        assertThat(first.mayRead(4 * MIB, 0)).isTrue();

        assertThat(second.mayRead(4 * MIB, 1)).isFalse();
        assertThat(first.mayRead(6 * MIB, 2)).isTrue();
        first.whole(7 * MIB);
        assertThat(told).containsExactly("wake second"); // It is the eldest now.
        assertThat(second.mayRead(5 * MIB, 3)).isTrue();
        second.whole(5 * MIB);
        first.done();
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
        part("eldest").mayRead(70 << 10, 0);
        long before = budget.bytesHeld();
        InboundBudget.Part gone = part("gone");
        assertThat(gone.mayRead(80 << 10, 0)).isFalse();

        gone.done();

        assertThat(budget.partsWaiting()).isZero();
        assertThat(budget.bytesHeld()).isEqualTo(before);
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
}
