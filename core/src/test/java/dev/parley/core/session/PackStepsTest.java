package dev.parley.core.session;

import static dev.parley.core.session.Talk.ack;
import static dev.parley.core.session.Talk.candidates;
import static dev.parley.core.session.Talk.failure;
import static dev.parley.core.session.Talk.ids;
import static dev.parley.core.session.Talk.nodes;
import static dev.parley.core.session.Talk.pack;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.failure.CloseCode;
import dev.parley.core.history.Packs;
import dev.parley.core.wire.FromPeer;
import dev.parley.core.wire.FromPeer.PackContent;
import dev.parley.core.wire.ToPeer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The way of packs through a live session. */
class PackStepsTest {
    private static Effect submit(long number, int first, int end) {
        return new Effect.Submit(number, candidates(first, end), Packs.encode(nodes(first, end)).length);
    }

    private static Effect verify(long number, int first, int end) {
        return new Effect.Verify(number, nodes(first, end), Optional.empty());
    }

    private static Effect delayed(long number, int seconds) {
        return new Effect.StartTimer(Effect.Timer.DELAYED_ACK, number, Duration.ofSeconds(seconds));
    }

    @Test
    void aSmallPackIsVerifiedSubmittedAndAcknowledged() {
        Talk talk = Talk.live();

        assertThat(talk.hears(pack(0, 8))).containsExactly(verify(6, 0, 8));
        assertThat(talk.step(new Input.Verified(6, candidates(0, 8)))).containsExactly(submit(7, 0, 8));
        assertThat(talk.step(new Input.Answered(7, Talk.stored(8)))).containsExactly(ack(8, 8));
    }

    @Test
    void ofALargePackOnlyWhatTheRoomLacksIsVerified() {
        Talk talk = Talk.live();

        assertThat(talk.hears(pack(0, 9))).containsExactly(new Effect.AskLacking(6, ids(0, 9)));
        assertThat(talk.step(new Input.Lacking(6, ids(7, 9))))
                .containsExactly(new Effect.Verify(7, nodes(0, 9), Optional.of(ids(7, 9))));
        assertThat(talk.step(new Input.Verified(7, candidates(0, 9)))).containsExactly(submit(8, 0, 9));
    }

    @Test
    void aLargePackThatTheRoomHasIsAcknowledgedAtOnce() {
        Talk talk = Talk.live().saying(pack(0, 9));

        assertThat(talk.step(new Input.Lacking(6, List.of()))).containsExactly(ack(9, 9));
    }

    @Test
    void packsAreSubmittedInOrderWhicheverIsVerifiedFirst() {
        Talk talk = Talk.live().saying(pack(0, 1)).saying(pack(1, 2)).saying(pack(2, 3));

        assertThat(talk.step(new Input.Verified(8, candidates(2, 3)))).isEmpty();
        assertThat(talk.step(new Input.Verified(7, candidates(1, 2)))).isEmpty();
        assertThat(talk.step(new Input.Verified(6, candidates(0, 1))))
                .containsExactly(submit(9, 0, 1), submit(10, 1, 2), submit(11, 2, 3));
    }

    @Test
    void aPackBehindOneThatTheRoomIsAskedAboutWaits() {
        Talk talk = Talk.live().saying(pack(0, 9)).saying(pack(9, 10));

        assertThat(talk.step(new Input.Verified(7, candidates(9, 10)))).isEmpty();
        assertThat(talk.step(new Input.Lacking(6, List.of()))).containsExactly(ack(9, 9), submit(8, 9, 10));
    }

    @Test
    void repliesGoOutInTheOrderOfTheMessages() {
        Talk talk = Talk.live()
                .saying(pack(0, 1))
                .saying(new FromPeer.Noop())
                .saying(new FromPeer.Pack(new PackContent.BadPostcard()))
                .saying(pack(1, 2));
        talk.then(new Input.Verified(6, candidates(0, 1))).then(new Input.Verified(7, candidates(1, 2)));

        assertThat(talk.step(new Input.Answered(9, Talk.stored(1)))).isEmpty();
        assertThat(talk.step(new Input.Answered(8, Talk.stored(1))))
                .containsExactly(
                        ack(1, 1),
                        new Effect.Send(new ToPeer.NoopAck()),
                        failure("invalid pack: bad postcard"),
                        ack(1, 1));
    }

    @Test
    void errorsGoBeforeTheAcknowledgementAndParkedNodesCountAsAccepted() {
        Talk talk = Talk.live().saying(pack(0, 5)).then(new Input.Verified(6, candidates(0, 5)));
        Input.PackAnswer answer = new Input.PackAnswer(5, 1, 1, 2, 1, 0, Optional.of("hash mismatch"));

        assertThat(talk.step(new Input.Answered(7, answer)))
                .containsExactly(failure("hash mismatch"), new Effect.Send(new ToPeer.PackAck(Talk.ROOM, 5, 4, 1, 2)));
    }

    @Test
    void readingPausesAtThePacksInFlight() {
        Talk talk = Talk.live();
        for (int i = 0; i < 7; i++) {
            talk.saying(pack(i, i + 1));
        }
        assertThat(talk.phase.readsNext()).isTrue();

        talk.saying(pack(7, 8));
        assertThat(talk.phase.readsNext()).isFalse();

        talk.then(new Input.Verified(6, candidates(0, 1))).then(new Input.Answered(14, Talk.stored(1)));
        assertThat(talk.phase.readsNext()).isTrue();
    }

    @Test
    void readingPausesWhenThePacksInHandAreAsLargeAsTheLargestMessage() {
        FromPeer large = new FromPeer.Pack(new PackContent.Nodes(nodes(0, 1), Talk.UNLIMITED.maxMessageBytes()));
        Talk talk = Talk.live().saying(large);
        assertThat(talk.phase.readsNext()).isFalse();

        talk.then(new Input.Verified(6, candidates(0, 1))).then(new Input.Answered(7, Talk.stored(1)));
        assertThat(talk.phase.readsNext()).isTrue();
    }

    @Test
    void readingPausesWhenManyRepliesWait() {
        Talk talk = Talk.live().saying(pack(0, 1));
        for (int i = 0; i < 64; i++) {
            assertThat(talk.phase.readsNext()).isTrue();
            talk.saying(new FromPeer.Noop());
        }

        assertThat(talk.phase.readsNext()).isFalse();
    }

    @Test
    void aPackThatNoRoomAnswersIsAnErrorAndNoAcknowledgement() {
        Talk submitted = Talk.live().saying(pack(0, 1)).then(new Input.Verified(6, candidates(0, 1)));
        Talk asked = Talk.live().saying(pack(0, 9));

        assertThat(submitted.step(new Input.Unanswered(7)))
                .containsExactly(failure("room is not available, try again"));
        assertThat(submitted.step(new Input.Answered(7, Talk.stored(1))))
                .as("late")
                .isEmpty();
        assertThat(asked.step(new Input.Unanswered(6))).containsExactly(failure("room is not available, try again"));
        assertThat(asked.phase.readsNext()).isTrue();
    }

    @Test
    void closingWaitsForTheAcknowledgements() {
        Talk talk = Talk.live().saying(pack(0, 1)).saying(new FromPeer.CloseSession());
        assertThat(talk.phase.readsNext()).isFalse();
        talk.then(new Input.Verified(6, candidates(0, 1)));

        assertThat(talk.step(new Input.Answered(7, Talk.stored(1))))
                .containsExactly(
                        ack(1, 1),
                        new Effect.Send(new ToPeer.SessionClosed(Talk.ROOM, Talk.SELF)),
                        Talk.hangUp(CloseCode.SESSION_CLOSED),
                        new Effect.Leave());
    }

    private static List<Effect> refuse(Talk talk) {
        List<Effect> verify = talk.hears(pack(0, 1));
        long number = ((Effect.Verify) verify.get(0)).number();
        List<Effect> submit = talk.step(new Input.Verified(number, candidates(0, 1)));
        return talk.step(new Input.Answered(((Effect.Submit) submit.get(0)).number(), Talk.rejected(1)));
    }

    private static List<Effect> accept(Talk talk) {
        List<Effect> verify = talk.hears(pack(0, 1));
        long number = ((Effect.Verify) verify.get(0)).number();
        List<Effect> submit = talk.step(new Input.Verified(number, candidates(0, 1)));
        return talk.step(new Input.Answered(((Effect.Submit) submit.get(0)).number(), Talk.stored(1)));
    }

    @Test
    void acknowledgementsOfRefusedPacksAreDelayedMoreAndMore() {
        Talk talk = Talk.live();
        int[] seconds = {1, 2, 4, 8, 16, 30, 30};

        for (int i = 0; i < seconds.length; i++) {
            assertThat(refuse(talk)).containsExactly(failure("policy violation"), delayed(8 + 3 * i, seconds[i]));
        }
        assertThat(accept(talk)).containsExactly(ack(1, 1));
        assertThat(refuse(talk)).contains(delayed(8 + 3 * 7 + 2, 1));
    }

    @Test
    void aDelayedAcknowledgementHoldsUpNothingAndComesOnce() {
        Talk talk = Talk.live();
        refuse(talk);

        assertThat(talk.hears(new FromPeer.Noop())).containsExactly(new Effect.Send(new ToPeer.NoopAck()));
        talk.saying(pack(1, 2));
        assertThat(talk.step(new Input.TimerFired(Effect.Timer.DELAYED_ACK, 8))).containsExactly(ack(1, 0));
        assertThat(talk.step(new Input.TimerFired(Effect.Timer.DELAYED_ACK, 8))).isEmpty();
    }

    @Test
    void delayedAcknowledgementsAreBounded() {
        Talk talk = Talk.live();
        int delayed = 0;
        while (talk.phase.readsNext()) {
            refuse(talk);
            delayed++;
        }

        assertThat(delayed).isEqualTo(1024);
    }
}
