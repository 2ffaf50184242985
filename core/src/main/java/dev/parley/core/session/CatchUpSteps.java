package dev.parley.core.session;

import dev.parley.core.failure.SyncFailure;
import dev.parley.core.reconcile.PeerLacks;
import dev.parley.core.session.Phase.CatchingUp;
import dev.parley.core.session.Phase.Waiting;
import dev.parley.core.wire.FromPeer;
import dev.parley.core.wire.ToPeer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Between welcome and live: chunk after chunk of what the peer lacks, each asked for when the socket has drained the one
 * before, then the room's feed from just there on.
 */
final class CatchUpSteps {
    private CatchUpSteps() {}

    /** Reading has stopped; what was on its way is kept for later. */
    static Step heard(CatchingUp phase, FromPeer message) {
        return Step.to(keep(phase, phase.backlog().with(message)));
    }

    static Step inside(CatchingUp phase, Input.Inside input, long nowMs) {
        return switch (input) {
            case Input.Pulled(var number, var chunk)
            when phase.waiting() instanceof Waiting.ForChunk w && w.number() == number -> pulled(phase, w, chunk);
            case Input.PlanUnknown(var number)
            when phase.waiting() instanceof Waiting.ForChunk w && w.number() == number -> again(phase, w);
            case Input.FeedJoined(var number, var afterSeq)
            when phase.waiting() instanceof Waiting.ForFeed w && w.number() == number ->
                live(phase, w, afterSeq, nowMs);
            case Input.FeedBehind(var number)
            when phase.waiting() instanceof Waiting.ForFeed w && w.number() == number -> behind(phase, w);
            case Input.Unanswered(var number) when awaits(phase.waiting(), number) -> unavailable(phase);
            case Input.Drained drained -> drained(phase, drained);
            case Input.TimerFired(var timer, var number) -> timer(phase, timer, number, nowMs);
            case Input.Answer stale -> Step.to(phase);
            case Input.PeerJoined joined -> Step.to(keep(phase, phase.backlog().with(joined)));
            case Input.PeerLeft left -> Step.to(keep(phase, phase.backlog().with(left)));
            case Input.Announced announced ->
                Step.to(keep(phase, phase.backlog().with(announced)));
            case Input.OrphansDropped dropped -> Step.to(phase);
            case Input.Relayed relayed -> throw Session.impossible(phase, relayed);
        };
    }

    /** Asks for the next chunk of a plan. {@code effects} go first; {@code next} is the first unused number. */
    static Step pull(
            Joined joined, Access access, Feed feed, boolean rule, long next, Backlog backlog, List<Effect> effects) {
        effects.add(feed.pull(next, joined.self(), joined.settings(), rule));
        effects.add(deadline(joined, next));
        Waiting waiting = new Waiting.ForChunk(next, next);
        return new Step(new CatchingUp(joined, access, feed, waiting, next + 1, backlog), effects);
    }

    /** Asks to be relayed to from the end of the plan on. */
    static Step join(Joined joined, Access access, Feed feed, long next, Backlog backlog, List<Effect> effects) {
        effects.add(new Effect.GoLive(next, feed.asOfSeq()));
        effects.add(deadline(joined, next));
        Waiting waiting = new Waiting.ForFeed(next, next);
        return new Step(new CatchingUp(joined, access, feed, waiting, next + 1, backlog), effects);
    }

    private static Effect deadline(Joined joined, long number) {
        return new Effect.StartTimer(
                Effect.Timer.ROOM_WAIT, number, joined.settings().roomWait());
    }

    private static List<Effect> stopping(long timer) {
        return new ArrayList<>(List.of(new Effect.StopTimer(Effect.Timer.ROOM_WAIT, timer)));
    }

    private static Step pulled(CatchingUp phase, Waiting.ForChunk waiting, Input.Chunk chunk) {
        List<Effect> effects = stopping(waiting.timer());
        Feed feed = phase.feed().after(chunk);
        if (chunk.nodes() > 0) {
            effects.add(new Effect.SendThenTell(new ToPeer.Pack("server", chunk.pack(), Optional.empty())));
            Waiting drain = new Waiting.ForDrain(chunk.last());
            return new Step(
                    new CatchingUp(phase.joined(), phase.access(), feed, drain, phase.next(), phase.backlog()),
                    effects);
        }
        return onward(phase, feed, chunk.last(), effects);
    }

    private static Step drained(CatchingUp phase, Input.Drained input) {
        return switch (phase.waiting()) {
            case Waiting.ForDrain(var last) -> onward(phase, phase.feed(), last, new ArrayList<>());
            case Waiting.ForChunk w -> throw Session.impossible(phase, input);
            case Waiting.ForFeed w -> throw Session.impossible(phase, input);
        };
    }

    private static Step onward(CatchingUp phase, Feed feed, boolean last, List<Effect> effects) {
        return last
                ? join(phase.joined(), phase.access(), feed, phase.next(), phase.backlog(), effects)
                : pull(phase.joined(), phase.access(), feed, false, phase.next(), phase.backlog(), effects);
    }

    /** The room has moved and lost the plan: the rule makes the same one there. The deadline goes on. */
    private static Step again(CatchingUp phase, Waiting.ForChunk waiting) {
        long number = phase.next();
        Joined joined = phase.joined();
        return Step.to(
                new CatchingUp(
                        joined,
                        phase.access(),
                        phase.feed(),
                        new Waiting.ForChunk(number, waiting.timer()),
                        number + 1,
                        phase.backlog()),
                phase.feed().pull(number, joined.self(), joined.settings(), true));
    }

    /** What came after the plan is gone from this member's memory: it becomes a plan of its own. */
    private static Step behind(CatchingUp phase, Waiting.ForFeed waiting) {
        PeerLacks lacks = new PeerLacks.Since(phase.feed().asOfNodes());
        Feed feed = Feed.asOfNow(phase.next(), lacks, phase.feed().subscription());
        return pull(
                phase.joined(),
                phase.access(),
                feed,
                true,
                phase.next() + 1,
                phase.backlog(),
                stopping(waiting.timer()));
    }

    private static Step live(CatchingUp phase, Waiting.ForFeed waiting, long afterSeq, long nowMs) {
        if (phase.access().expired(nowMs)) {
            return Session.end(phase, new SyncFailure.TokenExpired()); // Before what the peer said meanwhile is heard.
        }
        Joined joined = phase.joined();
        Phase.Live live = new Phase.Live(
                joined,
                phase.access(),
                afterSeq,
                List.of(),
                RateLimit.full(joined.settings(), nowMs),
                AckDamping.NONE,
                phase.next());
        LiveTurn turn = new LiveTurn(live, nowMs);
        turn.perform(new Effect.StopTimer(Effect.Timer.ROOM_WAIT, waiting.timer()));
        phase.backlog().news().forEach(news -> LiveSteps.news(live, news).forEach(turn::perform));
        phase.backlog().early().forEach(message -> LiveSteps.hear(turn, message));
        return turn.done();
    }

    private static Step timer(CatchingUp phase, Effect.Timer timer, long number, long nowMs) {
        return switch (timer) {
            case ROOM_WAIT -> times(phase.waiting(), number) ? unavailable(phase) : Step.to(phase);
            case TOKEN_EXPIRY -> number == phase.access().timer() ? expiry(phase, nowMs) : Step.to(phase);
            case HELLO, DELAYED_ACK -> Step.to(phase);
        };
    }

    /** The timer is wound again while the token has not ended by the clock. */
    private static Step expiry(CatchingUp phase, long nowMs) {
        if (phase.access().expired(nowMs)) {
            return Session.end(phase, new SyncFailure.TokenExpired());
        }
        long number = phase.next();
        CatchingUp later = new CatchingUp(
                phase.joined(),
                phase.access().timedBy(number),
                phase.feed(),
                phase.waiting(),
                number + 1,
                phase.backlog());
        return new Step(later, phase.access().wind(number, nowMs).stream().toList());
    }

    private static boolean awaits(Waiting waiting, long number) {
        return switch (waiting) {
            case Waiting.ForChunk w -> w.number() == number;
            case Waiting.ForDrain w -> false;
            case Waiting.ForFeed w -> w.number() == number;
        };
    }

    private static boolean times(Waiting waiting, long timer) {
        return switch (waiting) {
            case Waiting.ForChunk w -> w.timer() == timer;
            case Waiting.ForDrain w -> false;
            case Waiting.ForFeed w -> w.timer() == timer;
        };
    }

    private static Step unavailable(CatchingUp phase) {
        return Session.end(
                phase, new SyncFailure.RoomUnavailable(phase.joined().settings().roomWait()));
    }

    private static CatchingUp keep(CatchingUp phase, Backlog backlog) {
        return new CatchingUp(phase.joined(), phase.access(), phase.feed(), phase.waiting(), phase.next(), backlog);
    }
}
