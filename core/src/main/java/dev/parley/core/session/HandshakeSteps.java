package dev.parley.core.session;

import dev.parley.core.access.Capabilities;
import dev.parley.core.access.Subscription;
import dev.parley.core.failure.CloseCode;
import dev.parley.core.failure.SyncFailure;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import dev.parley.core.reconcile.Summary;
import dev.parley.core.wire.FromPeer;
import dev.parley.core.wire.ToPeer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Before hello (spec 03 §2.2). On the route with a room the first message must be a usable hello; on the route without
 * one other messages are answered and the deadline goes on.
 */
final class HandshakeSteps {
    private static final String EXPECTED_HELLO = "expected hello";
    /** Bounds what a peer has us tell all others about it. */
    private static final int LABEL_BYTES_MAX = 256;

    private HandshakeSteps() {}

    static Step heard(Phase.Handshaking phase, FromPeer message) {
        if (message instanceof FromPeer.Hello hello) {
            return hello(phase, hello);
        }
        boolean lenient = phase.about().room().isEmpty();
        return switch (message) {
            case FromPeer.Binary m ->
                lenient
                        ? say(phase, Texts.TEXT_REQUIRED)
                        : Session.hangUp(phase, List.of(), CloseCode.DROPPED, CloseCode.DROPPED.reason());
            case FromPeer.TooLarge m -> lenient ? say(phase, Texts.TOO_LARGE) : refuse(phase, Texts.TOO_LARGE);
            case FromPeer other -> lenient ? say(phase, "hello must be sent first") : refuse(phase, EXPECTED_HELLO);
        };
    }

    static Step inside(Phase.Handshaking phase, Input.Inside input) {
        return switch (input) {
            case Input.TimerFired(var timer, var number)
            when timer == Effect.Timer.HELLO && number == phase.timer() ->
                Session.end(
                        phase,
                        new SyncFailure.HelloTimeout(phase.about().settings().helloTimeout()));
            case Input.TimerFired stale -> Step.to(phase);
            case Input.Inside other -> throw Session.impossible(phase, other);
        };
    }

    private static Step hello(Phase.Handshaking phase, FromPeer.Hello hello) {
        Optional<RoomId> room = phase.about().room().or(() -> hello.room().flatMap(RoomId::parse));
        if (room.isEmpty()) {
            return say(phase, "hello.room is required");
        }
        Optional<PeerId> peer = PeerId.parse(hello.pubkey());
        if (peer.isEmpty()) {
            return refuse(phase, "hello.pubkey is required");
        }
        if (Texts.beyondCaps(hello.subscribe())) {
            return refuse(phase, Texts.INVALID_FIELD + "subscribe");
        }
        String peerId = hello.peerId().orElse(peer.get().toHex());
        String peerType = hello.peerType().orElse("ui");
        if (tooLong(peerId) || tooLong(peerType)) {
            return refuse(phase, Texts.INVALID_FIELD + (tooLong(peerId) ? "peer_id" : "peer_type"));
        }
        Capabilities caps = Capabilities.DEFAULT.and(hello.caps());
        Subscription subscription = new Subscription(hello.subscribe());
        Joined joined = new Joined(phase.about(), room.get(), peer.get(), caps, hello.namesRoots());
        long enter = phase.timer() + 1;
        return Step.to(
                new Phase.Reconciling(joined, subscription, enter, enter + 1, List.of()),
                new Effect.StopTimer(Effect.Timer.HELLO, phase.timer()),
                new Effect.Enter(
                        enter,
                        room.get(),
                        peer.get(),
                        peerId,
                        peerType,
                        new Summary(hello.heads(), hello.sketch(), caps.ibf()),
                        subscription,
                        caps.mst(),
                        hello.token()),
                new Effect.StartTimer(
                        Effect.Timer.ROOM_WAIT, enter, joined.settings().roomWait()));
    }

    private static boolean tooLong(String label) {
        return label.length() > LABEL_BYTES_MAX || label.getBytes(StandardCharsets.UTF_8).length > LABEL_BYTES_MAX;
    }

    private static Step say(Phase.Handshaking phase, String text) {
        return Step.to(phase, new Effect.Send(new ToPeer.Failure(text)));
    }

    private static Step refuse(Phase.Handshaking phase, String text) {
        return Session.end(phase, new SyncFailure.MalformedHello(text));
    }
}
