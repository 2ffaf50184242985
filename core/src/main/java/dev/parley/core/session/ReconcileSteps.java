package dev.parley.core.session;

import dev.parley.core.access.TokenCheck;
import dev.parley.core.failure.SyncFailure;
import dev.parley.core.id.NodeId;
import dev.parley.core.reconcile.PeerLacks;
import dev.parley.core.wire.FromPeer;
import dev.parley.core.wire.ToPeer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Between hello and welcome: the room looks at the token and finds the difference (spec 03 §2.3–2.7). */
final class ReconcileSteps {
    private ReconcileSteps() {}

    /** Reading has stopped; what was on its way is kept for later. */
    static Step heard(Phase.Reconciling phase, FromPeer message) {
        List<FromPeer> early = new ArrayList<>(phase.early());
        early.add(message);
        return Step.to(new Phase.Reconciling(phase.joined(), phase.subscription(), phase.enter(), phase.next(), early));
    }

    static Step inside(Phase.Reconciling phase, Input.Inside input, long nowMs) {
        return switch (input) {
            case Input.Admitted(var number, var admission)
            when number == phase.enter() && expired(admission, nowMs) ->
                // It ran out while the room was looked for; what it would open is over before it begins.
                Session.end(phase, new SyncFailure.TokenExpiredAtHello(TokenCheck.EXPIRED));
            case Input.Admitted(var number, var admission)
            when number == phase.enter() -> welcome(phase, admission, nowMs);
            case Input.NotAdmitted(var number, var why) when number == phase.enter() -> Session.end(phase, why);
            case Input.Unanswered(var number) when number == phase.enter() -> unavailable(phase);
            case Input.TimerFired(var timer, var number)
            when timer == Effect.Timer.ROOM_WAIT && number == phase.enter() -> unavailable(phase);
            case Input.TimerFired stale -> Step.to(phase);
            case Input.Answer stale -> Step.to(phase);
            // The room's news overtook its answer, and the answer will tell them: peers are counted at that moment.
            case Input.PeerJoined news -> Step.to(phase);
            case Input.PeerLeft news -> Step.to(phase);
            case Input.Announced news -> Step.to(phase);
            case Input.OrphansDropped news -> Step.to(phase);
            case Input.Relayed relayed -> throw Session.impossible(phase, relayed);
            case Input.Drained drained -> throw Session.impossible(phase, drained);
        };
    }

    private static boolean expired(Admission admission, long nowMs) {
        return new Access(admission.capabilities(), admission.expirySeconds(), 0).expired(nowMs);
    }

    private static Step unavailable(Phase.Reconciling phase) {
        return Session.end(
                phase, new SyncFailure.RoomUnavailable(phase.joined().settings().roomWait()));
    }

    private static Step welcome(Phase.Reconciling phase, Admission admission, long nowMs) {
        Joined joined = phase.joined();
        long timer = phase.next();
        Access access = new Access(admission.capabilities(), admission.expirySeconds(), timer);
        PeerLacks lacks = admission.difference().peerLacks();
        Feed feed = new Feed(timer + 1, lacks, phase.subscription(), admission.asOfNodes(), admission.asOfSeq(), 0);

        List<Effect> effects = new ArrayList<>();
        effects.add(new Effect.StopTimer(Effect.Timer.ROOM_WAIT, phase.enter()));
        effects.add(new Effect.Send(new ToPeer.Welcome(
                joined.room(),
                joined.self(),
                admission.root(),
                admission.frontier().stream().sorted().toList(),
                // With nothing asked for it compares the roots and brings all it has.
                joined.invertsMissing()
                        ? List.<NodeId>of()
                        : admission.difference().weLack(),
                joined.caps(),
                joined.about().server(),
                admission.peers(),
                joined.caps().mst() ? admission.mstRoot() : Optional.<NodeId>empty())));
        access.wind(timer, nowMs).ifPresent(effects::add);
        Backlog backlog = new Backlog(phase.early(), List.of());
        return lacks instanceof PeerLacks.Nothing
                ? CatchUpSteps.join(joined, access, feed, timer + 2, backlog, effects)
                : CatchUpSteps.pull(joined, access, feed, true, timer + 2, backlog, effects);
    }
}
