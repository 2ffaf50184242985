package dev.parley.core.session;

import static dev.parley.core.session.Talk.failure;
import static dev.parley.core.session.Talk.hello;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.parley.core.access.Capabilities;
import dev.parley.core.access.RoomToken;
import dev.parley.core.access.Subscription;
import dev.parley.core.failure.CloseCode;
import dev.parley.core.failure.SyncFailure;
import dev.parley.core.id.RoomId;
import dev.parley.core.reconcile.Summary;
import dev.parley.core.wire.FromPeer;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Transitions from {@code Handshaking}. */
class HandshakingTest {
    private static final String TOO_LONG = "x".repeat(257);

    private static List<Effect> refused(String text) {
        return List.of(failure(text), new Effect.HangUp(CloseCode.POLICY_VIOLATION, text));
    }

    @Test
    void openingStartsTheDeadlineForHello() {
        Step opening = Session.opening(new About(Talk.SELF, Optional.of(Talk.ROOM), Talk.SERVER, Talk.UNLIMITED));

        assertThat(opening.effects())
                .containsExactly(new Effect.StartTimer(Effect.Timer.HELLO, 1, Duration.ofSeconds(15)));
        assertThat(opening.next().name()).isEqualTo("handshaking");
        assertThat(opening.next().readsNext()).isTrue();
    }

    static Stream<Arguments> refusals() {
        String key = Talk.PEER.toHex();
        List<String> tooMany = Collections.nCopies(257, "a");
        List<String> tooLong = List.of("é".repeat(513));
        return Stream.of(
                arguments("no JSON", new FromPeer.NotJson(), refused("expected hello")),
                arguments("another type", new FromPeer.Noop(), refused("expected hello")),
                arguments("a pack", Talk.pack(0, 1), refused("expected hello")),
                arguments("an unknown type", new FromPeer.Unknown("x"), refused("expected hello")),
                arguments("a binary message", new FromPeer.Binary(), List.of(new Effect.HangUp(CloseCode.DROPPED, ""))),
                arguments("too large", new FromPeer.TooLarge(9), refused("message too large")),
                arguments("no pubkey", hello("", List.of()), refused("hello.pubkey is required")),
                arguments("short pubkey", hello(key.substring(2), List.of()), refused("hello.pubkey is required")),
                arguments("odd pubkey", hello("é".repeat(64), List.of()), refused("hello.pubkey is required")),
                arguments(
                        "too many patterns", hello(key, tooMany), refused("reject.protocol_invalid_field: subscribe")),
                arguments(
                        "too long a pattern", hello(key, tooLong), refused("reject.protocol_invalid_field: subscribe")),
                arguments(
                        "too long a peer id",
                        labelled(TOO_LONG, "ui"),
                        refused("reject.protocol_invalid_field: peer_id")),
                arguments(
                        "too long a peer type",
                        labelled("p", TOO_LONG),
                        refused("reject.protocol_invalid_field: peer_type")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void whatIsNoUsableHelloIsRefused(String name, FromPeer message, List<Effect> wanted) {
        Talk talk = Talk.opened();

        assertThat(talk.hears(message)).isEqualTo(wanted);
        CloseCode code = message instanceof FromPeer.Binary ? CloseCode.DROPPED : CloseCode.POLICY_VIOLATION;
        assertThat(talk.phase).isEqualTo(new Phase.Closed(code));
    }

    private static FromPeer.Hello labelled(String peerId, String peerType) {
        return new FromPeer.Hello(
                Talk.PEER.toHex().toUpperCase(java.util.Locale.ROOT),
                Optional.of("from hello"),
                List.of(Talk.id(1)),
                new Summary.TheirSketch.Bad(),
                new Capabilities(false, false, true, true, true, OptionalLong.of(5), true, true),
                List.of("world/**"),
                Optional.of(token()),
                Optional.of(peerId),
                Optional.of(peerType),
                OptionalLong.of(7));
    }

    private static RoomToken token() {
        return new RoomToken(
                Optional.empty(), Optional.empty(), List.of(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    @Test
    void helloEntersTheRoomOfTheRoute() {
        Talk talk = Talk.opened();

        assertThat(talk.hears(hello()))
                .containsExactly(
                        new Effect.StopTimer(Effect.Timer.HELLO, 1),
                        new Effect.Enter(
                                2,
                                Talk.ROOM,
                                Talk.PEER,
                                Talk.PEER.toHex(),
                                "ui",
                                new Summary(List.of(Talk.id(1)), new Summary.TheirSketch.Absent(), true),
                                Subscription.EVERYTHING,
                                true,
                                Optional.empty()),
                        new Effect.StartTimer(Effect.Timer.ROOM_WAIT, 2, Talk.WAIT));
        assertThat(talk.phase).isInstanceOf(Phase.Reconciling.class);
    }

    @Test
    void helloNamesTheRoomWhereTheRouteDoesNot() {
        Talk talk = Talk.openedWithoutRoom();

        assertThat(talk.hears(labelled("p", "agent")))
                .contains(new Effect.Enter(
                        2,
                        new RoomId("from hello"),
                        Talk.PEER,
                        "p",
                        "agent",
                        new Summary(List.of(Talk.id(1)), new Summary.TheirSketch.Bad(), false),
                        new Subscription(List.of("world/**")),
                        false,
                        Optional.of(token())));
    }

    static Stream<Arguments> lenient() {
        FromPeer.Hello hello = hello();
        FromPeer.Hello roomless = new FromPeer.Hello(
                "",
                Optional.empty(),
                List.of(),
                hello.sketch(),
                hello.caps(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty());
        FromPeer.Hello badRoom = new FromPeer.Hello(
                Talk.PEER.toHex(),
                Optional.of("a\u0001"),
                List.of(),
                hello.sketch(),
                hello.caps(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty());
        return Stream.of(
                arguments(new FromPeer.Noop(), "hello must be sent first"),
                arguments(new FromPeer.NotJson(), "hello must be sent first"),
                arguments(Talk.pack(0, 1), "hello must be sent first"),
                arguments(new FromPeer.Binary(), "text messages required"),
                arguments(new FromPeer.TooLarge(9), "message too large"),
                arguments(roomless, "hello.room is required"),
                arguments(badRoom, "hello.room is required"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("lenient")
    void theRouteWithoutARoomWaitsForABetterMessage(FromPeer message, String text) {
        Talk talk = Talk.openedWithoutRoom();

        assertThat(talk.hears(message)).containsExactly(failure(text));
        assertThat(talk.phase.readsNext()).isTrue();
        assertThat(talk.saying(hello()).phase).isInstanceOf(Phase.Reconciling.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theDeadlineEndsItWithoutAMessage(boolean room) {
        Talk talk = room ? Talk.opened() : Talk.openedWithoutRoom();

        assertThat(talk.step(new Input.TimerFired(Effect.Timer.HELLO, 1)))
                .containsExactly(new Effect.HangUp(CloseCode.DROPPED, ""));
        assertThat(talk.phase).isEqualTo(new Phase.Closed(CloseCode.DROPPED));
    }

    @Test
    void nobodyEnteredSoNobodyLeaves() {
        assertThat(Talk.opened().step(new Input.PeerGone())).isEmpty();
        assertThat(Talk.opened().step(new Input.Failed(new SyncFailure.MemberLeaving())))
                .containsExactly(Talk.hangUp(CloseCode.RESTARTING));
    }

    @Test
    void aStaleTimerChangesNothing() {
        Talk talk = Talk.opened();
        Phase before = talk.phase;

        assertThat(talk.step(new Input.TimerFired(Effect.Timer.HELLO, 9))).isEmpty();
        assertThat(talk.phase).isSameAs(before);
    }

    @Test
    void noRoomCanAnswerYet() {
        Talk talk = Talk.opened();

        assertThatThrownBy(() -> talk.step(new Input.Relayed(1, List.of()))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> talk.step(new Input.Drained())).isInstanceOf(IllegalStateException.class);
    }
}
