package dev.parley.core.session;

import dev.parley.core.failure.CloseCode;
import dev.parley.core.failure.Failures;
import dev.parley.core.failure.SyncFailure;
import dev.parley.core.wire.ToPeer;
import java.util.ArrayList;
import java.util.List;

/**
 * The conversation of one peer with one room (spec 03).
 *
 * <p>Pure: the same phase, input and time give the same step. Whatever a peer sends gives a step; an inside input that no
 * race can make throws {@link IllegalStateException}, since it is our own bug. Cost: small and independent of the room,
 * except for the nodes of a pack in hand.
 */
public final class Session {
    private static final long FIRST_NUMBER = 1;

    private Session() {}

    /** The first phase. The shell performs the effects of {@link #opening} first. */
    public static Phase open(About about) {
        return opening(about).next();
    }

    /** The first phase with its effects: the deadline for hello starts. */
    public static Step opening(About about) {
        return Step.to(
                new Phase.Handshaking(about, FIRST_NUMBER),
                new Effect.StartTimer(
                        Effect.Timer.HELLO, FIRST_NUMBER, about.settings().helloTimeout()));
    }

    /** The only way a session changes. {@code nowMs} is milliseconds since the epoch. */
    public static Step step(Phase phase, Input input, long nowMs) {
        return switch (input) {
            case Input.Failed(var why) -> end(phase, why);
            case Input.PeerGone gone -> leave(phase);
            case Input.FromPeer(var message) ->
                switch (phase) {
                    case Phase.Handshaking p -> HandshakeSteps.heard(p, message);
                    case Phase.Reconciling p -> ReconcileSteps.heard(p, message);
                    case Phase.CatchingUp p -> CatchUpSteps.heard(p, message);
                    case Phase.Live p -> LiveSteps.heard(p, message, nowMs);
                    case Phase.Closed p -> Step.to(p);
                };
            case Input.Inside inside ->
                switch (phase) {
                    case Phase.Handshaking p -> HandshakeSteps.inside(p, inside);
                    case Phase.Reconciling p -> ReconcileSteps.inside(p, inside, nowMs);
                    case Phase.CatchingUp p -> CatchUpSteps.inside(p, inside, nowMs);
                    case Phase.Live p -> LiveSteps.inside(p, inside, nowMs);
                    case Phase.Closed p -> Step.to(p); // What was in flight at the end still arrives here.
                };
        };
    }

    /** Ends a session as {@link Failures} says: envelope, close code, and the room is left. */
    static Step end(Phase phase, SyncFailure why) {
        List<Effect> effects = new ArrayList<>();
        Failures.envelope(why).ifPresent(text -> effects.add(new Effect.Send(new ToPeer.Failure(text))));
        return hangUp(phase, effects, Failures.code(why), Failures.reason(why));
    }

    /** Ends a session after {@code first}; one that has ended stays as it is. */
    static Step hangUp(Phase phase, List<Effect> first, CloseCode code, String reason) {
        if (phase instanceof Phase.Closed) {
            return Step.to(phase);
        }
        List<Effect> effects = new ArrayList<>(first);
        effects.add(new Effect.HangUp(code, reason));
        if (entered(phase)) {
            effects.add(new Effect.Leave());
        }
        return new Step(new Phase.Closed(code), effects);
    }

    private static Step leave(Phase phase) {
        if (phase instanceof Phase.Closed) {
            return Step.to(phase);
        }
        Phase closed = new Phase.Closed(CloseCode.NORMAL);
        return entered(phase) ? Step.to(closed, new Effect.Leave()) : Step.to(closed);
    }

    private static boolean entered(Phase phase) {
        return switch (phase) {
            case Phase.Handshaking p -> false;
            case Phase.Reconciling p -> true;
            case Phase.CatchingUp p -> true;
            case Phase.Live p -> true;
            case Phase.Closed p -> false;
        };
    }

    static IllegalStateException impossible(Phase phase, Input.Inside input) {
        return new IllegalStateException(
                phase.name() + " cannot get " + input.getClass().getSimpleName());
    }
}
