package dev.parley.core.session;

import static dev.parley.core.session.Talk.failure;
import static dev.parley.core.session.Talk.hello;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.parley.core.access.Subscription;
import dev.parley.core.failure.CloseCode;
import dev.parley.core.failure.SyncFailure;
import dev.parley.core.history.Ed25519;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.SessionId;
import dev.parley.core.reconcile.PeerLacks;
import dev.parley.core.wire.Encoded;
import dev.parley.core.wire.FromPeer;
import dev.parley.core.wire.FromPeer.PackContent;
import dev.parley.core.wire.ToPeer;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Transitions from {@code Live} that are done in one step. Packs and exchanges have tests of their own. */
class LiveTest {
    private static final PeerId KEY = Ed25519.signer(new byte[32]).peer();
    private static final Encoded MESSAGE = new Encoded("{}", 2);

    private static Arguments row(FromPeer message, Effect... wanted) {
        return arguments(message, List.of(wanted));
    }

    static Stream<Arguments> replies() {
        List<String> tooMany = Collections.nCopies(257, "a");
        Map<String, String> denied = Map.of(
                "reason_class", "reject.control_plane_forbidden",
                "command", "set-policy",
                "required_capability", "policy.admin");
        return Stream.of(
                row(hello(), failure("hello already processed for this connection")),
                row(new FromPeer.Binary(), failure("text messages required")),
                row(new FromPeer.TooLarge(9), failure("message too large")),
                row(new FromPeer.NotJson(), failure("invalid JSON")),
                row(new FromPeer.Unknown("")),
                row(new FromPeer.Unknown("blob-upload")),
                row(new FromPeer.Noop(), new Effect.Send(new ToPeer.NoopAck())),
                row(new FromPeer.ServerInfo(), new Effect.Send(new ToPeer.ServerInfo(Talk.SERVER))),
                row(new FromPeer.EnsureRoom(), new Effect.Send(new ToPeer.RoomEnsured(Talk.ROOM))),
                row(new FromPeer.OpenSession(), new Effect.Send(new ToPeer.SessionOpened(Talk.ROOM, Talk.SELF))),
                row(
                        new FromPeer.CloseSession(),
                        new Effect.Send(new ToPeer.SessionClosed(Talk.ROOM, Talk.SELF)),
                        Talk.hangUp(CloseCode.SESSION_CLOSED),
                        new Effect.Leave()),
                row(new FromPeer.Pack(new PackContent.BadBase64()), failure("invalid pack: bad base64")),
                row(new FromPeer.Pack(new PackContent.BadPostcard()), failure("invalid pack: bad postcard")),
                row(Talk.pack(), Talk.ack(0, 0)),
                row(new FromPeer.MstDone(List.of())),
                row(new FromPeer.MstRequest(List.of()), new Effect.Send(new ToPeer.MstResponse(List.of()))),
                row(
                        new FromPeer.MstRequest(List.of("0".repeat(65))),
                        new Effect.Send(new ToPeer.MstResponse(List.of()))),
                row(
                        new FromPeer.MstRequest(List.of("", "0", "1", "2", "3")),
                        failure("reject.protocol_invalid_field: paths")),
                row(
                        new FromPeer.Subscribe(List.of("a/*")),
                        new Effect.Resubscribe(new Subscription(List.of("a/*"))),
                        new Effect.Send(new ToPeer.SubscribeAck(Talk.ROOM, Talk.SELF, List.of("a/*")))),
                row(
                        new FromPeer.Subscribe(List.of()),
                        new Effect.Resubscribe(Subscription.EVERYTHING),
                        new Effect.Send(new ToPeer.SubscribeAck(Talk.ROOM, Talk.SELF, List.of()))),
                row(new FromPeer.Subscribe(tooMany), failure("reject.protocol_invalid_field: subscribe")),
                row(
                        new FromPeer.Subscribe(List.of("x".repeat(1025))),
                        failure("reject.protocol_invalid_field: subscribe")),
                row(
                        new FromPeer.Presence("{\"x\":1}", Optional.empty(), Optional.empty()),
                        new Effect.Announce(Optional.empty(), new ToPeer.Presence(Talk.PEER, "{\"x\":1}"))),
                row(
                        new FromPeer.Presence("null", Optional.of("5"), Optional.of("0")),
                        new Effect.Announce(Optional.empty(), new ToPeer.Presence(Talk.PEER, "null"))),
                row(
                        new FromPeer.Presence("\"" + "é".repeat(8192) + "\"", Optional.empty(), Optional.empty()),
                        failure("reject.protocol_message_too_large: presence")),
                row(
                        new FromPeer.Signal("webrtc-ice", Optional.of(Talk.OTHER.toHex()), "{}"),
                        new Effect.Announce(Optional.of(Talk.OTHER), new ToPeer.Signal(Talk.PEER, "{}"))),
                row(
                        new FromPeer.Signal("webrtc-ice", Optional.empty(), "{}"),
                        new Effect.Announce(Optional.empty(), new ToPeer.Signal(Talk.PEER, "{}"))),
                row(new FromPeer.Signal("webrtc-ice", Optional.of("nobody"), "{}")),
                row(
                        new FromPeer.Signal("webrtc-offer", Optional.empty(), "x".repeat(65_537)),
                        failure("reject.protocol_message_too_large: webrtc-offer")),
                row(
                        new FromPeer.SetPolicy(new FromPeer.PolicyContent.Broken("set-policy: wrong")),
                        new Effect.Send(new ToPeer.Failure(
                                "reject.control_plane_forbidden: command=set-policy requires=policy.admin", denied))),
                row(
                        new FromPeer.SetRoomKey(Optional.empty()),
                        new Effect.Send(new ToPeer.Failure(
                                "reject.control_plane_forbidden: command=set-room-key requires=room.admin",
                                Map.of(
                                        "reason_class", "reject.control_plane_forbidden",
                                        "command", "set-room-key",
                                        "required_capability", "room.admin")))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("replies")
    void aMessageHasItsReply(FromPeer message, List<Effect> wanted) {
        Talk talk = Talk.live();

        assertThat(talk.hears(message)).isEqualTo(wanted);
        assertThat(talk.phase.name()).isEqualTo(message instanceof FromPeer.CloseSession ? "closed" : "live");
        assertThat(talk.phase.readsNext()).isEqualTo(talk.phase instanceof Phase.Live);
    }

    @Test
    void aCommandThatIsNotBuiltIsSaidToBeNone() {
        assertThat(Talk.live("tick.admin").hears(new FromPeer.Gated("start-tick", "tick.admin")))
                .containsExactly(new Effect.Send(new ToPeer.Failure(
                        "reject.protocol_unsupported_command: command=start-tick",
                        Map.of("reason_class", "reject.protocol_unsupported_command", "command", "start-tick"))));
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            nullValues = "-",
            value = {
                "0,5,ttl_ms_must_be_positive_u64",
                "-1,5,ttl_ms_must_be_positive_u64",
                "1.5,5,ttl_ms_must_be_positive_u64",
                "null,5,ttl_ms_must_be_positive_u64",
                "'\"7\"',5,ttl_ms_must_be_positive_u64",
                "18446744073709551616,5,ttl_ms_must_be_positive_u64",
                "null,-,ttl_ms_must_be_positive_u64",
                "7,null,now_unix_ms_must_be_u64",
                "7,-5,now_unix_ms_must_be_u64",
                "-,1e3,now_unix_ms_must_be_u64",
                "7,-,ttl_ms_requires_now_unix_ms",
                "18446744073709551615,-,ttl_ms_requires_now_unix_ms",
                "-,7,now_unix_ms_requires_ttl_ms"
            })
    void leasesAreCheckedAndRefusedPresenceGoesToNobody(String ttl, String now, String reason) {
        FromPeer presence = new FromPeer.Presence("{}", Optional.ofNullable(ttl), Optional.ofNullable(now));

        assertThat(Talk.live().hears(presence)).containsExactly(failure("reject.presence_lease_invalid:" + reason));
    }

    @Test
    void relaysAreSentInOrderAndOwnPacksAreOnlyCounted() {
        Encoded second = new Encoded("[]", 2);
        Talk talk = Talk.live();

        assertThat(talk.step(new Input.Relayed(
                        11,
                        List.of(
                                new Input.RelayedPack(new SessionId(1), MESSAGE),
                                new Input.RelayedPack(Talk.SELF, second),
                                new Input.RelayedPack(new SessionId(2), second)))))
                .containsExactly(new Effect.SendEncoded(MESSAGE), new Effect.SendEncoded(second));
        assertThat(talk.step(new Input.Relayed(12, List.of()))).isEmpty();
        assertThat(talk.phase)
                .isInstanceOfSatisfying(
                        Phase.Live.class, live -> assertThat(live.lastSeq()).isEqualTo(12));
    }

    @ParameterizedTest
    @CsvSource({"10", "9", "12", "0"})
    void aRelayThatDoesNotFollowIsOurBug(long seq) {
        assertThatThrownBy(() -> Talk.live().step(new Input.Relayed(seq, List.of())))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void relaysDoNotWaitForTheRepliesOfAPack() {
        Talk talk = Talk.live().saying(Talk.pack(0, 1));

        assertThat(talk.step(new Input.Relayed(11, List.of(new Input.RelayedPack(new SessionId(1), MESSAGE)))))
                .containsExactly(new Effect.SendEncoded(MESSAGE));
    }

    static Stream<Arguments> news() {
        PeerId other = Talk.OTHER;
        PeerId own = Talk.PEER;
        return Stream.of(
                arguments(
                        new Input.PeerJoined(other, "p", "ui"),
                        List.of(new Effect.Send(new ToPeer.PeerJoined(Talk.ROOM, other, "p", "ui")))),
                arguments(
                        new Input.PeerLeft(other, "p", "ui"),
                        List.of(new Effect.Send(new ToPeer.PeerLeft(Talk.ROOM, other, "p", "ui")))),
                arguments(
                        new Input.Announced(other, MESSAGE),
                        List.of(new Effect.SendDroppable(MESSAGE, Optional.empty()))),
                arguments(
                        new Input.Announced(other, MESSAGE, Optional.of("leave 1"), true),
                        List.of(new Effect.SendEncoded(MESSAGE))),
                arguments(new Input.PeerJoined(own, "p", "ui"), List.of()),
                arguments(new Input.PeerLeft(own, "p", "ui"), List.of()),
                arguments(new Input.Announced(own, MESSAGE), List.of()),
                arguments(new Input.OrphansDropped(3), List.of(failure("missing_parent: 3 node(s) unresolved"))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("news")
    void theRoomsNewsReachThePeerExceptAboutItself(Input input, List<Effect> wanted) {
        Talk talk = Talk.live();

        assertThat(talk.step(input)).isEqualTo(wanted);
    }

    static Stream<Arguments> endings() {
        return Stream.of(
                arguments(new SyncFailure.PeerTooSlow(512, 9), CloseCode.RESYNC_REQUIRED),
                arguments(new SyncFailure.FeedLost(12), CloseCode.RESYNC_REQUIRED),
                arguments(new SyncFailure.SendStalled(Duration.ofSeconds(5)), CloseCode.OVERLOADED),
                arguments(new SyncFailure.PeerDead(), CloseCode.OVERLOADED),
                arguments(new SyncFailure.MessageFarTooLarge(9), CloseCode.TOO_BIG),
                arguments(new SyncFailure.MemberLeaving(), CloseCode.RESTARTING),
                arguments(new SyncFailure.Internal("bug"), CloseCode.INTERNAL_ERROR));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("endings")
    void aFailureEndsItWithItsCode(SyncFailure why, CloseCode code) {
        Talk talk = Talk.live().saying(Talk.pack(0, 1));

        assertThat(talk.step(new Input.Failed(why))).containsExactly(Talk.hangUp(code), new Effect.Leave());
        assertThat(talk.phase).isEqualTo(new Phase.Closed(code));
    }

    @Test
    void anExpiredTokenEndsItWithoutAMessage() {
        long expiry = Talk.START_MS / 1000 + 2;
        Talk talk = Talk.reconciling()
                .then(new Input.Admitted(2, Talk.admission(new PeerLacks.Nothing(), Set.of(), OptionalLong.of(expiry))))
                .then(new Input.FeedJoined(5, 10));

        assertThat(talk.step(new Input.TimerFired(Effect.Timer.TOKEN_EXPIRY, 99)))
                .isEmpty();
        assertThat(talk.after(2000).step(new Input.TimerFired(Effect.Timer.TOKEN_EXPIRY, 3)))
                .containsExactly(Talk.hangUp(CloseCode.TOKEN_EXPIRED), new Effect.Leave());
    }

    @Test
    void aPeerThatIsGoneLeavesTheRoom() {
        Talk talk = Talk.live();

        assertThat(talk.step(new Input.PeerGone())).containsExactly(new Effect.Leave());
        assertThat(talk.phase).isEqualTo(new Phase.Closed(CloseCode.NORMAL));
    }

    static Stream<Arguments> keys() {
        PeerId notOnTheCurve = Stream.iterate(2, i -> i + 1)
                .map(Talk::peer)
                .filter(key -> !Ed25519.best().isKey(key))
                .findFirst()
                .orElseThrow();
        return Stream.of(
                arguments(Optional.empty()),
                arguments(Optional.of("")),
                arguments(Optional.of("zz".repeat(32))),
                arguments(Optional.of(notOnTheCurve.toHex())));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("keys")
    void aRoomIsNotLockedWithWhatIsNoKey(Optional<String> pubkey) {
        assertThat(Talk.live("room.admin").hears(new FromPeer.SetRoomKey(pubkey)))
                .containsExactly(failure("set-room-key: invalid pubkey hex"));
    }

    @ParameterizedTest(name = "locked {0}")
    @CsvSource({"true", "false"})
    void aRoomIsLockedOnce(boolean locked) {
        String received = KEY.toHex().toUpperCase(java.util.Locale.ROOT);
        Talk talk = Talk.live("room.admin");

        assertThat(talk.hears(new FromPeer.SetRoomKey(Optional.of(received)))).containsExactly(new Effect.Lock(6, KEY));
        assertThat(talk.phase.readsNext()).isFalse();
        assertThat(talk.step(new Input.LockAnswered(6, locked)))
                .containsExactly(
                        locked ? new Effect.Send(new ToPeer.RoomLocked(received)) : failure("room already locked"));
        assertThat(talk.phase.readsNext()).isTrue();
    }

    static Stream<Input> inFlight() {
        return Stream.of(
                new Input.Admitted(2, Talk.admission(new PeerLacks.Nothing(), Set.of())),
                new Input.NotAdmitted(2, new SyncFailure.TokenExpired()),
                new Input.Lacking(5, List.of()),
                new Input.Verified(5, List.of()),
                new Input.Answered(5, Talk.stored(1)),
                new Input.Unanswered(5),
                new Input.Pulled(5, Talk.chunk(1, 1, true)),
                new Input.PlanUnknown(5),
                new Input.MstAnswer(5, List.of()),
                new Input.FeedJoined(5, 10),
                new Input.FeedBehind(5),
                new Input.AllowanceDrawn(5, false),
                new Input.LockAnswered(5, true),
                new Input.PolicyAnswered(5, Optional.empty()),
                new Input.TimerFired(Effect.Timer.HELLO, 1),
                new Input.TimerFired(Effect.Timer.ROOM_WAIT, 5),
                new Input.TimerFired(Effect.Timer.DELAYED_ACK, 5));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("inFlight")
    void aStaleAnswerChangesNothing(Input input) {
        Talk talk = Talk.live();
        Phase before = talk.phase;

        assertThat(talk.step(input)).isEmpty();
        assertThat(talk.phase).isSameAs(before);
    }

    @Test
    void nothingDrainsThatWasNotSent() {
        assertThatThrownBy(() -> Talk.live().step(new Input.Drained())).isInstanceOf(IllegalStateException.class);
    }

    static Stream<Input> late() {
        return Stream.concat(
                inFlight(),
                Stream.of(
                        new Input.FromPeer(new FromPeer.Noop()),
                        new Input.FromPeer(hello()),
                        new Input.Failed(new SyncFailure.PeerDead()),
                        new Input.PeerGone(),
                        new Input.Relayed(99, List.of()),
                        new Input.Drained(),
                        new Input.OrphansDropped(1),
                        new Input.PeerJoined(Talk.OTHER, "p", "ui"),
                        new Input.PeerLeft(Talk.OTHER, "p", "ui"),
                        new Input.Announced(Talk.OTHER, MESSAGE)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("late")
    void whatComesAfterTheEndIsSwallowed(Input input) {
        Talk talk = Talk.live().then(new Input.PeerGone());
        Phase before = talk.phase;

        assertThat(talk.step(input)).isEmpty();
        assertThat(talk.phase).isSameAs(before);
        assertThat(talk.phase.readsNext()).isFalse();
    }
}
