package dev.parley.core.session;

import dev.parley.core.failure.CloseCode;
import dev.parley.core.failure.Failures;
import dev.parley.core.failure.SyncFailure;
import dev.parley.core.wire.ToPeer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The working copy of a live session for the length of one step: the line of messages without a reply, the rate limit,
 * and the effects gathered so far. It never leaves the step.
 *
 * <p>Invariants: replies leave in the order of the messages; packs are submitted in that order too, whichever is
 * verified first; at most one exchange with the room is under way.
 */
final class LiveTurn {
    private final Phase.Live before;
    private final long nowMs;
    private final List<Pending> line;
    private final List<Effect> effects = new ArrayList<>();
    private Access access;
    private RateLimit rate;
    private AckDamping damping;
    private long next;
    private Optional<SyncFailure> failure = Optional.empty();

    LiveTurn(Phase.Live phase, long nowMs) {
        this.before = phase;
        this.nowMs = nowMs;
        this.line = new ArrayList<>(phase.pipeline());
        this.access = phase.access();
        this.rate = phase.rate();
        this.damping = phase.damping();
        this.next = phase.next();
    }

    Joined joined() {
        return before.joined();
    }

    Access access() {
        return access;
    }

    /** The line, to be changed in place. */
    List<Pending> line() {
        return line;
    }

    /** The next number of the session's counter. */
    long number() {
        return next++;
    }

    /** Does something that needs no turn in the line. */
    void perform(Effect effect) {
        effects.add(effect);
    }

    /** Joins the line. */
    void stand(Pending pending) {
        line.add(pending);
    }

    void reply(ToPeer message) {
        stand(ready(message));
    }

    void refuse(String text) {
        reply(new ToPeer.Failure(text));
    }

    static Pending ready(ToPeer message) {
        return new Pending.Ready(List.of(new Effect.Send(message)));
    }

    /** Ends the session with this step; replies not yet sent are dropped. */
    void fail(SyncFailure why) {
        failure = Optional.of(why);
    }

    RateLimit.Cost shortage(RateLimit.Cost cost) {
        return rate.shortage(cost, nowMs);
    }

    void charge(RateLimit.Cost cost) {
        rate = rate.charge(cost, nowMs);
    }

    void refund(RateLimit.Cost cost) {
        rate = rate.refund(cost, nowMs);
    }

    /** The token has not ended yet by the clock: winds its timer again. */
    void windExpiry() {
        access = access.timedBy(number());
        access.wind(access.timer(), nowMs).ifPresent(this::perform);
    }

    /** Lets go out what may, and ends the turn. */
    Step done() {
        if (failure.isPresent()) {
            return Session.end(before, failure.get());
        }
        sendReplies();
        if (!line.isEmpty() && line.get(0) instanceof Pending.Goodbye) {
            perform(new Effect.Send(new ToPeer.SessionClosed(joined().room(), joined().self())));
            return Session.hangUp(before, effects, CloseCode.SESSION_CLOSED, CloseCode.SESSION_CLOSED.reason());
        }
        PackSteps.submitInOrder(this);
        Phase.Live after = new Phase.Live(joined(), access, before.lastSeq(), line, rate, damping, next);
        return new Step(after.equals(before) ? before : after, effects);
    }

    private void sendReplies() {
        while (!line.isEmpty()) {
            switch (line.get(0)) {
                case Pending.Ready(var replies) -> {
                    effects.addAll(replies);
                    line.remove(0);
                }
                case Pending.Pack pack -> {
                    if (!(pack.stage() instanceof Pending.Stage.Settled(var answer))) {
                        return;
                    }
                    answer.ifPresentOrElse(this::acknowledge, () -> say(Failures.ROOM_NOT_AVAILABLE));
                    line.remove(0);
                }
                case Pending.Exchange exchange -> {
                    line.set(0, ExchangeSteps.begun(this, exchange));
                    return;
                }
            }
        }
    }

    /**
     * Errors first, then the acknowledgement. It waits when something was refused and nothing stored (spec 03 §12.1): a
     * stock peer sends the pack again as soon as it hears of a refusal, also one whose other nodes are known or parked.
     */
    private void acknowledge(Input.PackAnswer answer) {
        answer.errors().ifPresent(this::say);
        ToPeer.PackAck ack = new ToPeer.PackAck(
                joined().room(),
                answer.incoming(),
                answer.stored() + answer.known() + answer.parked(),
                answer.rejected(),
                answer.parked());
        if (answer.rejected() == 0 || answer.stored() > 0) {
            damping = damping.reset();
            perform(new Effect.Send(ack));
            return;
        }
        long number = number();
        perform(new Effect.StartTimer(Effect.Timer.DELAYED_ACK, number, damping.delay()));
        damping = damping.delayed(number, ack);
    }

    /** A delayed acknowledgement goes out now, before whatever else waits. */
    void ackDue(long number) {
        damping.due(number).ifPresent(ack -> {
            perform(new Effect.Send(ack));
            damping = damping.without(number);
        });
    }

    private void say(String text) {
        perform(new Effect.Send(new ToPeer.Failure(text)));
    }
}
