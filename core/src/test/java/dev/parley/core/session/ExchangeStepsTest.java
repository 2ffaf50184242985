package dev.parley.core.session;

import static dev.parley.core.session.Talk.candidates;
import static dev.parley.core.session.Talk.chunk;
import static dev.parley.core.session.Talk.failure;
import static dev.parley.core.session.Talk.pack;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.parley.core.access.Subscription;
import dev.parley.core.id.NodeId;
import dev.parley.core.reconcile.MstNode;
import dev.parley.core.reconcile.PeerLacks;
import dev.parley.core.wire.FromPeer;
import dev.parley.core.wire.MessageWriter;
import dev.parley.core.wire.ToPeer;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests of a live peer that need the room. */
class ExchangeStepsTest {
    private static final List<NodeId> KNOWN = List.of(Talk.id(1), Talk.id(2));

    private static Effect pull(long number, Optional<PeerLacks> lacks, int asOfNodes, int position) {
        return new Effect.Pull(
                number, new PullPlan(Talk.SELF, 6, lacks, asOfNodes, Subscription.EVERYTHING, position, 384 << 10));
    }

    private static Effect sent(int nodes, Optional<NodeId> root) {
        return new Effect.SendThenTell(new ToPeer.Pack("server", Talk.bytes(nodes), root));
    }

    static Stream<Arguments> pulls() {
        return Stream.of(
                arguments(new FromPeer.Request(KNOWN), new PeerLacks.Except(KNOWN)),
                arguments(new FromPeer.Request(List.of()), new PeerLacks.Except(List.of())),
                arguments(new FromPeer.MstDone(KNOWN), new PeerLacks.Exactly(KNOWN)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pulls")
    void nodesComeInChunksAndTheLastHasTheRoot(FromPeer message, PeerLacks lacks) {
        Talk talk = Talk.live();

        assertThat(talk.hears(message)).containsExactly(pull(7, Optional.of(lacks), PullPlan.NOW, 0));
        assertThat(talk.phase.readsNext()).isFalse();
        assertThat(talk.step(new Input.Pulled(7, chunk(3, 3, false)))).containsExactly(sent(3, Optional.empty()));
        assertThat(talk.step(new Input.Drained())).containsExactly(pull(8, Optional.empty(), 120, 3));
        assertThat(talk.step(new Input.Pulled(8, chunk(0, 5, false))))
                .containsExactly(pull(9, Optional.empty(), 120, 5));
        assertThat(talk.step(new Input.PlanUnknown(9))).containsExactly(pull(10, Optional.of(lacks), 120, 5));
        assertThat(talk.step(new Input.Pulled(10, chunk(2, 7, true)))).containsExactly(sent(2, Optional.of(Talk.ROOT)));
        assertThat(talk.phase.readsNext()).isFalse();
        assertThat(talk.step(new Input.Drained())).isEmpty();
        assertThat(talk.phase.readsNext()).isTrue();
    }

    @Test
    void aRequestAlwaysHasAReply() {
        List<Effect> effects =
                Talk.live().saying(new FromPeer.Request(KNOWN)).step(new Input.Pulled(7, chunk(0, 0, true)));

        assertThat(effects)
                .singleElement()
                .isInstanceOfSatisfying(
                        Effect.SendThenTell.class,
                        send -> assertThat(MessageWriter.encode(send.message()).json())
                                .isEqualTo("{\"type\":\"pack\",\"from\":\"server\",\"nodes\":\"AA==\",\"root\":\""
                                        + Talk.ROOT.toHex() + "\"}"));
    }

    /** An answer is a hundred times as long as its path: naming one path often must not multiply it. */
    @Test
    void aPathThatIsNamedTwiceIsAskedForOnce() {
        Talk talk = Talk.live();

        assertThat(talk.hears(new FromPeer.MstRequest(List.of("0", "a", "0", "A"))))
                .containsExactly(new Effect.AskMst(6, List.of("0", "a", "A")));
    }

    @Test
    void theTreeIsAskedForAndTold() {
        List<MstNode> tree = List.of(new MstNode("", Talk.TREE, List.of(), KNOWN));
        Talk talk = Talk.live();

        assertThat(talk.hears(new FromPeer.MstRequest(List.of("", "Zz", "0a", "1"))))
                .containsExactly(new Effect.AskMst(6, List.of("", "Zz", "0a", "1")));
        assertThat(talk.phase.readsNext()).isFalse();
        assertThat(talk.step(new Input.MstAnswer(6, tree)))
                .containsExactly(new Effect.Send(new ToPeer.MstResponse(tree)));
        assertThat(talk.phase.readsNext()).isTrue();
    }

    @Test
    void exchangesWaitForThePacksBeforeThem() {
        Talk talk = Talk.live().saying(pack(0, 1));

        assertThat(talk.hears(new FromPeer.Request(KNOWN))).isEmpty();
        assertThat(talk.phase.readsNext()).isFalse();
        talk.then(new Input.Verified(6, candidates(0, 1)));
        assertThat(talk.step(new Input.Answered(7, Talk.stored(1))))
                .containsExactly(
                        Talk.ack(1, 1),
                        new Effect.Pull(
                                9,
                                new PullPlan(
                                        Talk.SELF,
                                        8,
                                        Optional.of(new PeerLacks.Except(KNOWN)),
                                        PullPlan.NOW,
                                        Subscription.EVERYTHING,
                                        0,
                                        384 << 10)));
    }

    @Test
    void onlyOneIsUnderWayAndLaterMessagesWait() {
        Talk talk = Talk.live().saying(new FromPeer.MstRequest(List.of("")));

        assertThat(talk.hears(new FromPeer.MstRequest(List.of("0")))).isEmpty();
        assertThat(talk.hears(new FromPeer.Noop())).isEmpty();
        assertThat(talk.step(new Input.MstAnswer(6, List.of())))
                .containsExactly(
                        new Effect.Send(new ToPeer.MstResponse(List.of())), new Effect.AskMst(7, List.of("0")));
        assertThat(talk.step(new Input.MstAnswer(7, List.of())))
                .containsExactly(
                        new Effect.Send(new ToPeer.MstResponse(List.of())), new Effect.Send(new ToPeer.NoopAck()));
    }

    static Stream<Arguments> silent() {
        return Stream.of(
                arguments(new FromPeer.Request(KNOWN), 7),
                arguments(new FromPeer.MstDone(KNOWN), 7),
                arguments(new FromPeer.MstRequest(List.of("")), 6),
                arguments(
                        new FromPeer.SetRoomKey(Optional.of(
                                Talk.nodes(0, 1).get(0).transaction().author().toHex())),
                        6));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("silent")
    void aRoomThatDoesNotAnswerIsAnErrorAndTheSessionGoesOn(FromPeer message, long number) {
        Talk talk = Talk.live("room.admin").saying(message);

        assertThat(talk.step(new Input.Unanswered(number)))
                .containsExactly(failure("room is not available, try again"));
        assertThat(talk.phase.readsNext()).isTrue();
        assertThat(talk.step(new Input.Pulled(number, chunk(1, 1, true))))
                .as("late")
                .isEmpty();
    }

    @Test
    void aRoomThatFallsSilentMidwayIsAnErrorToo() {
        Talk talk = Talk.live()
                .saying(new FromPeer.Request(KNOWN))
                .then(new Input.Pulled(7, chunk(3, 3, false)))
                .then(new Input.Drained());

        assertThat(talk.step(new Input.Unanswered(8))).containsExactly(failure("room is not available, try again"));
    }
}
