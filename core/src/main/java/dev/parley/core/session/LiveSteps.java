package dev.parley.core.session;

import dev.parley.core.access.Subscription;
import dev.parley.core.failure.SyncFailure;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import dev.parley.core.reconcile.PeerLacks;
import dev.parley.core.session.Phase.Live;
import dev.parley.core.wire.FromPeer;
import dev.parley.core.wire.ToPeer;
import java.util.ArrayList;
import java.util.List;

/** Live: packs in, relays out, and everything a peer may ask meanwhile (spec 03 §§3–8, 12). */
final class LiveSteps {
    /** No node of a tree lies deeper; a longer path is left out of the reply like any other unknown one. */
    private static final int PATH_NIBBLES_MAX = 64;

    private LiveSteps() {}

    static Step heard(Live phase, FromPeer message, long nowMs) {
        if (phase.access().expired(nowMs)) {
            return Session.end(
                    phase, new SyncFailure.TokenExpired()); // The clock was set: its timer comes a little later.
        }
        LiveTurn turn = new LiveTurn(phase, nowMs);
        hear(turn, message);
        return turn.done();
    }

    static void hear(LiveTurn turn, FromPeer message) {
        Joined joined = turn.joined();
        switch (message) {
            case FromPeer.Pack(var content) -> PackSteps.arrived(turn, content);
            case FromPeer.Request(var known) -> turn.stand(new Pending.Wanted(new PeerLacks.Except(known)));
            case FromPeer.MstRequest(var paths) -> mstRequest(turn, paths);
            case FromPeer.MstDone(var ids) -> {
                if (!ids.isEmpty()) {
                    turn.stand(new Pending.Wanted(new PeerLacks.Exactly(ids)));
                }
            }
            case FromPeer.Subscribe(var patterns) -> subscribe(turn, patterns);
            case FromPeer.Presence presence -> PresenceSteps.presence(turn, presence);
            case FromPeer.PresenceSet set -> PresenceSteps.set(turn, set);
            case FromPeer.PresenceGet get -> PresenceSteps.ask(turn, new PresenceRequest.Get());
            case FromPeer.PresenceSweep sweep -> PresenceSteps.sweep(turn, sweep);
            case FromPeer.Signal signal -> PresenceSteps.signal(turn, signal);
            case FromPeer.Noop noop -> turn.reply(new ToPeer.NoopAck());
            case FromPeer.ServerInfo info ->
                turn.reply(new ToPeer.ServerInfo(joined.about().server()));
            case FromPeer.EnsureRoom ensure -> turn.reply(new ToPeer.RoomEnsured(joined.room()));
            case FromPeer.OpenSession open -> turn.reply(new ToPeer.SessionOpened(joined.room(), joined.self()));
            case FromPeer.CloseSession close -> turn.stand(new Pending.Goodbye());
            case FromPeer.SetRoomKey(var pubkey) -> ControlSteps.setRoomKey(turn, pubkey);
            case FromPeer.SetPolicy(var content) -> ControlSteps.setPolicy(turn, content);
            case FromPeer.Gated(var command, var capability) -> ControlSteps.unbuilt(turn, command, capability);
            case FromPeer.Hello again -> turn.refuse(Texts.SECOND_HELLO);
            case FromPeer.Binary binary -> turn.refuse(Texts.TEXT_REQUIRED);
            case FromPeer.TooLarge large -> turn.refuse(Texts.TOO_LARGE);
            case FromPeer.NotJson text -> turn.refuse(Texts.NOT_JSON);
            case FromPeer.Unknown unknown -> {} // Newer and other clients say more than we know (spec 03 §0.3).
        }
    }

    static Step inside(Live phase, Input.Inside input, long nowMs) {
        return switch (input) {
            case Input.Relayed(var seq, var packs) -> relayed(phase, seq, packs);
            case Input.PeerJoined joined -> new Step(phase, news(phase, joined));
            case Input.PeerLeft left -> new Step(phase, news(phase, left));
            case Input.Announced announced -> new Step(phase, news(phase, announced));
            case Input.OrphansDropped(var nodes) ->
                Step.to(phase, new Effect.Send(new ToPeer.Failure("missing_parent: " + nodes + " node(s) unresolved")));
            case Input.Answer answer -> answered(phase, answer, nowMs);
            case Input.Drained drained -> {
                LiveTurn turn = new LiveTurn(phase, nowMs);
                if (!ExchangeSteps.drained(turn)) {
                    throw Session.impossible(phase, drained);
                }
                yield turn.done();
            }
            case Input.TimerFired(var timer, var number) -> timer(phase, timer, number, nowMs);
        };
    }

    /** What the room tells all, as this session's peer gets it: nothing about itself (spec 03 §7.2). */
    static List<Effect> news(Live phase, Input.Inside news) {
        PeerId self = phase.joined().peer();
        RoomId room = phase.joined().room();
        return switch (news) {
            case Input.PeerJoined(var peer, var peerId, var peerType) ->
                peer.equals(self)
                        ? List.of()
                        : List.of(new Effect.Send(new ToPeer.PeerJoined(room, peer, peerId, peerType)));
            case Input.PeerLeft(var peer, var peerId, var peerType) ->
                peer.equals(self)
                        ? List.of()
                        : List.of(new Effect.Send(new ToPeer.PeerLeft(room, peer, peerId, peerType)));
            case Input.Announced(var from, var message, var key, var lasting) -> {
                if (from.equals(self)) {
                    yield List.of();
                }
                yield List.of(lasting ? new Effect.SendEncoded(message) : new Effect.SendDroppable(message, key));
            }
            case Input.Inside other -> throw Session.impossible(phase, other);
        };
    }

    /** The session's own packs are counted, not echoed; another session of the same peer gets them. */
    private static Step relayed(Live phase, long seq, List<Input.RelayedPack> packs) {
        if (seq != phase.lastSeq() + 1) {
            throw new IllegalStateException("relay " + seq + " does not follow " + phase.lastSeq());
        }
        List<Effect> effects = new ArrayList<>();
        for (Input.RelayedPack pack : packs) {
            if (!pack.origin().equals(phase.joined().self())) {
                effects.add(new Effect.SendEncoded(pack.message()));
            }
        }
        Live after = new Live(
                phase.joined(), phase.access(), seq, phase.pipeline(), phase.rate(), phase.damping(), phase.next());
        return new Step(after, effects);
    }

    /** An answer nobody waits for any more changes nothing. */
    private static Step answered(Live phase, Input.Answer answer, long nowMs) {
        LiveTurn turn = new LiveTurn(phase, nowMs);
        long number = answer.number();
        switch (answer) {
            case Input.Lacking a -> PackSteps.lacking(turn, number, a.ids());
            case Input.AllowanceDrawn a -> PackSteps.drawn(turn, number, a.granted());
            case Input.Verified a -> PackSteps.verified(turn, number, a.candidates());
            case Input.Answered a -> PackSteps.answered(turn, number, a.answer());
            case Input.Unanswered a -> {
                PackSteps.unanswered(turn, number);
                ExchangeSteps.unanswered(turn, number);
            }
            case Input.Pulled a -> ExchangeSteps.pulled(turn, number, a.chunk());
            case Input.PlanUnknown a -> ExchangeSteps.planUnknown(turn, number);
            case Input.MstAnswer a -> ExchangeSteps.tree(turn, number, a.nodes());
            case Input.LockAnswered a -> ExchangeSteps.locked(turn, number, a.locked());
            case Input.PolicyAnswered a -> ExchangeSteps.policySet(turn, number, a.refusal());
            case Input.PresenceAnswered a -> ExchangeSteps.presence(turn, number, a.reply());
            case Input.Admitted a -> {}
            case Input.NotAdmitted a -> {}
            case Input.FeedJoined a -> {}
            case Input.FeedBehind a -> {}
        }
        return turn.done();
    }

    private static Step timer(Live phase, Effect.Timer timer, long number, long nowMs) {
        LiveTurn turn = new LiveTurn(phase, nowMs);
        return switch (timer) {
            case DELAYED_ACK -> {
                turn.ackDue(number);
                yield turn.done();
            }
            case TOKEN_EXPIRY -> {
                if (number != phase.access().timer()) {
                    yield Step.to(phase);
                }
                if (phase.access().expired(nowMs)) {
                    yield Session.end(phase, new SyncFailure.TokenExpired());
                }
                turn.windExpiry();
                yield turn.done();
            }
            case HELLO, ROOM_WAIT -> Step.to(phase);
        };
    }

    private static void mstRequest(LiveTurn turn, List<String> paths) {
        if (paths.size() > turn.joined().settings().mstPathsMax()) {
            turn.refuse(Texts.INVALID_FIELD + "paths");
            return;
        }
        List<String> possible = paths.stream()
                .filter(path -> path.length() <= PATH_NIBBLES_MAX)
                .distinct()
                .toList();
        if (possible.isEmpty()) {
            turn.reply(new ToPeer.MstResponse(List.of()));
        } else {
            turn.stand(new Pending.TreeWanted(possible));
        }
    }

    private static void subscribe(LiveTurn turn, List<String> patterns) {
        if (Texts.beyondCaps(patterns)) {
            turn.refuse(Texts.INVALID_FIELD + "subscribe");
            return;
        }
        turn.stand(new Pending.Ready(List.of(
                new Effect.Resubscribe(new Subscription(patterns)),
                new Effect.Send(turn.joined().subscribed(patterns)))));
    }
}
