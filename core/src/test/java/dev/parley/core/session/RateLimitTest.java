package dev.parley.core.session;

import static dev.parley.core.session.Talk.ack;
import static dev.parley.core.session.Talk.candidates;
import static dev.parley.core.session.Talk.ids;
import static dev.parley.core.session.Talk.nodes;
import static dev.parley.core.session.Talk.pack;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.failure.CloseCode;
import dev.parley.core.history.Node;
import dev.parley.core.history.Packs;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** What a peer may send (spec 03 §8, ruling 7). */
class RateLimitTest {
    private static SessionSettings limits(long nodesPerSecond, long bytesPerSecond) {
        SessionSettings other = Talk.UNLIMITED;
        return new SessionSettings(
                other.helloTimeout(),
                other.roomWait(),
                other.maxMessageBytes(),
                other.packsInFlight(),
                nodesPerSecond,
                bytesPerSecond,
                other.chunkBytes(),
                other.mstPathsMax());
    }

    private static long sizeBytes(int first, int end) {
        return Packs.encode(nodes(first, end)).length;
    }

    @Test
    void aPackOfNewNodesOverTheQuotaEndsTheSessionWithoutAnError() {
        Talk talk = Talk.live(limits(2, 0));

        assertThat(talk.hears(pack(0, 5))).containsExactly(new Effect.AskLacking(6, ids(0, 5)));
        assertThat(talk.step(new Input.Lacking(6, ids(0, 5)))).containsExactly(new Effect.DrawAllowance(7, 3, 0));
        assertThat(talk.step(new Input.AllowanceDrawn(7, false)))
                .containsExactly(Talk.hangUp(CloseCode.RATE_LIMITED), new Effect.Leave());
        assertThat(talk.phase).isEqualTo(new Phase.Closed(CloseCode.RATE_LIMITED));
    }

    @Test
    void theAllowanceCoversWhatTheQuotaDoesNot() {
        Talk talk = Talk.live(limits(2, 0)).saying(pack(0, 5)).then(new Input.Lacking(6, ids(0, 5)));

        assertThat(talk.step(new Input.AllowanceDrawn(7, true)))
                .containsExactly(new Effect.Verify(8, nodes(0, 5), Optional.of(ids(0, 5))));
        assertThat(talk.hears(pack(5, 6)))
                .as("the quota is used up")
                .containsExactly(new Effect.AskLacking(9, ids(5, 6)));
    }

    @Test
    void nodesTheRoomHasCostNothing() {
        Talk talk = Talk.live(limits(2, sizeBytes(18, 20)));

        assertThat(talk.hears(pack(0, 20))).containsExactly(new Effect.AskLacking(6, ids(0, 20)));
        assertThat(talk.step(new Input.Lacking(6, ids(18, 20))))
                .containsExactly(new Effect.Verify(7, nodes(0, 20), Optional.of(ids(18, 20))));
    }

    @Test
    void aSmallPackIsChargedAtOnceAndKnownNodesAreGivenBack() {
        long bytes = sizeBytes(0, 2);
        Talk talk = Talk.live(limits(2, bytes));
        assertThat(talk.hears(pack(0, 2))).containsExactly(new Effect.Verify(6, nodes(0, 2), Optional.empty()));
        talk.then(new Input.Verified(6, candidates(0, 2)));

        long knownBytes = nodes(0, 2).stream().mapToLong(Node::sizeBytes).sum();
        assertThat(talk.step(new Input.Answered(7, new Input.PackAnswer(2, 0, 2, 0, 0, knownBytes, Optional.empty()))))
                .containsExactly(ack(2, 2));
        assertThat(talk.hears(pack(2, 3))).containsExactly(new Effect.Verify(8, nodes(2, 3), Optional.empty()));
    }

    @Test
    void refusedNodesAreChargedAndTheQuotaRefills() {
        Talk talk = Talk.live(limits(2, 0)).saying(pack(0, 2)).then(new Input.Verified(6, candidates(0, 2)));
        talk.then(new Input.Answered(7, Talk.rejected(2)));

        assertThat(talk.after(499).hears(pack(2, 3))).containsExactly(new Effect.AskLacking(9, ids(2, 3)));
        talk.then(new Input.Lacking(9, List.of()));
        assertThat(talk.after(1).hears(pack(2, 3)))
                .containsExactly(new Effect.Verify(10, nodes(2, 3), Optional.empty()));
    }

    @Test
    void bytesAreLimitedLikeNodes() {
        Talk talk = Talk.live(limits(0, 100)).saying(pack(0, 1));
        long cost = sizeBytes(0, 1);

        assertThat(talk.step(new Input.Lacking(6, ids(0, 1))))
                .containsExactly(new Effect.DrawAllowance(7, 0, cost - 100));
        assertThat(talk.step(new Input.AllowanceDrawn(7, false))).contains(Talk.hangUp(CloseCode.RATE_LIMITED));
    }

    @Test
    void copiesWithinAPackAreChargedOnce() {
        Node node = nodes(0, 1).get(0);
        Node[] copies = {node, node, node, node, node, node, node, node, node};
        Talk talk = Talk.live(limits(1, 0)).saying(pack(copies));

        assertThat(talk.step(new Input.Lacking(6, List.of(node.id()))))
                .containsExactly(new Effect.Verify(7, List.of(copies), Optional.of(List.of(node.id()))));
    }

    @Test
    void nodesThatBecameKnownMeanwhileAreGivenBack() {
        Talk talk = Talk.live(limits(9, 0)).saying(pack(0, 9)).then(new Input.Lacking(6, ids(1, 9)));
        talk.then(new Input.Verified(7, candidates(0, 9)));
        talk.then(new Input.Answered(8, new Input.PackAnswer(9, 1, 8, 0, 0, 0, Optional.empty())));

        assertThat(talk.hears(pack(0, 8))).as("one of nine was used").hasOnlyElementsOfType(Effect.Verify.class);
        assertThat(talk.hears(pack(0, 1))).as("and eight more").hasOnlyElementsOfType(Effect.AskLacking.class);
    }

    @Test
    void anEmptyPackCostsNoNodes() {
        Talk talk = Talk.live(limits(1, 0)).saying(pack(0, 1));

        assertThat(talk.hears(pack())).isEmpty();
        talk.then(new Input.Verified(6, candidates(0, 1)));
        assertThat(talk.step(new Input.Answered(7, Talk.stored(1)))).containsExactly(ack(1, 1), ack(0, 0));
    }

    @Property
    void aBucketNeverGivesMoreThanItsQuotaAndOneSecondAhead(
            @ForAll @IntRange(min = 1, max = 1000) int perSecond,
            @ForAll @Size(max = 40) List<@IntRange(max = 2000) Integer> tokens,
            @ForAll @IntRange(max = 500) int stepMs) {
        TokenBucket bucket = TokenBucket.full(perSecond, 0);
        long given = 0;
        long nowMs = 0;
        for (int wanted : tokens) {
            long part = wanted - bucket.shortage(wanted, nowMs);
            bucket = bucket.charge(part, nowMs);
            given += part;
            assertThat(part).isNotNegative();
            assertThat(given).isLessThanOrEqualTo(perSecond + perSecond * nowMs / 1000);
            nowMs += stepMs;
        }
    }

    @Test
    void aBucketIsFullAgainAfterOneSecondAndNeverFuller() {
        TokenBucket empty = TokenBucket.full(200, 0).charge(200, 0);

        assertThat(empty.shortage(1, 0)).isEqualTo(1);
        assertThat(empty.shortage(1, 5)).isZero();
        assertThat(empty.shortage(200, 999)).isEqualTo(1);
        assertThat(empty.shortage(200, 1000)).isZero();
        assertThat(empty.shortage(201, 1_000_000)).isEqualTo(1);
        assertThat(empty.refund(500, 0).shortage(201, 0)).isEqualTo(1);
        assertThat(empty.shortage(200, -50)).as("a clock that goes back").isEqualTo(200);
    }

    @Test
    void zeroIsNoLimit() {
        TokenBucket unlimited = TokenBucket.full(0, 0);

        assertThat(unlimited.shortage(Long.MAX_VALUE, 0)).isZero();
        assertThat(unlimited.charge(Long.MAX_VALUE, 0)).isEqualTo(unlimited);
    }
}
