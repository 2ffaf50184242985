package dev.parley.sim.check;

import dev.parley.core.failure.SyncFailure;
import dev.parley.core.session.Effect;
import dev.parley.core.session.Input;
import dev.parley.core.session.Phase;
import dev.parley.core.wire.FromPeer;
import java.util.Set;

/**
 * With which code a session may end, by what happened to it (spec 03 §9.1, rulings on 1008 and 1011), and what it may
 * not survive.
 */
final class Ends {
    private static final Set<Integer> GONE = Set.of(1000, 1006);
    private static final Set<Integer> REFUSED = Set.of(1006, 1008);
    private static final Set<Integer> GOODBYE = Set.of(1000);
    private static final Set<Integer> TOO_MUCH = Set.of(4008);
    private static final Set<Integer> EXPIRED = Set.of(4002);
    private static final Set<Integer> NEVER = Set.of();

    private Ends() {}

    /**
     * A session made this step; {@code expired} says whether its token is good no more, by the clock of its member.
     * Errors: it ended with another code than it should, or should have ended.
     */
    static void stepped(Phase before, Input input, Phase after, boolean expired) {
        if (before instanceof Phase.Closed) {
            return;
        }
        if (after instanceof Phase.Closed(var code)) {
            Set<Integer> codes = expired && notices(before, input) ? EXPIRED : codes(before, input);
            Violation.unless(
                    codes.contains(code.number()),
                    () -> "a session that was " + before.name() + " ended with " + code.number() + " by " + input
                            + ", which allows " + codes);
        } else {
            Violation.unless(!ends(input), () -> "a session that was " + before.name() + " survived " + input);
        }
    }

    private static boolean ends(Input input) {
        return input instanceof Input.Failed || input instanceof Input.PeerGone;
    }

    /**
     * A token is valid only before its expiry (spec 03 §2.3), and its clock may have been set since its timer was: so a
     * session also looks before it hears its peer, and before it lets it in.
     */
    private static boolean notices(Phase before, Input input) {
        return switch (input) {
            case Input.TimerFired(var timer, var number) -> timer == Effect.Timer.TOKEN_EXPIRY;
            case Input.FromPeer message -> before instanceof Phase.Live;
            case Input.Admitted admitted -> true;
            case Input.FeedJoined joined -> true;
            default -> false;
        };
    }

    private static Set<Integer> codes(Phase before, Input input) {
        if (before instanceof Phase.Live && !(input instanceof Input.Failed) && !(input instanceof Input.PeerGone)) {
            return live(input);
        }
        return switch (input) {
            case Input.Failed(var why) -> Set.of(code(why));
            case Input.PeerGone gone -> GONE;
            case Input.NotAdmitted(var number, var why) -> Set.of(code(why));
            case Input.FromPeer(var message) -> before instanceof Phase.Handshaking ? REFUSED : NEVER;
            case Input.Unanswered unanswered -> Set.of(1011);
            case Input.TimerFired(var timer, var number) ->
                switch (timer) {
                    case HELLO -> Set.of(1006);
                    case ROOM_WAIT -> Set.of(1011);
                    case TOKEN_EXPIRY, DELAYED_ACK -> NEVER;
                };
            default -> NEVER;
        };
    }

    /** A live session whose token is good ends by itself beyond its rate, and when it has said goodbye. */
    private static Set<Integer> live(Input input) {
        return switch (input) {
            case Input.FromPeer(FromPeer.Pack pack) -> TOO_MUCH;
            case Input.FromPeer(FromPeer.CloseSession close) -> GOODBYE;
            case Input.FromPeer(var message) -> NEVER;
            case Input.TimerFired(var timer, var number) when timer == Effect.Timer.TOKEN_EXPIRY -> NEVER;
            case Input.TimerFired(var timer, var number) -> GOODBYE; // A delayed reply may be the last before it.
            case Input.Answer answer -> Set.of(1000, 4008);
            case Input.Drained drained -> GOODBYE;
            default -> NEVER;
        };
    }

    private static int code(SyncFailure why) {
        return switch (why) {
            case SyncFailure.MalformedHello f -> 1008;
            case SyncFailure.HelloTimeout f -> 1006;
            case SyncFailure.Unauthorized f -> 1008;
            case SyncFailure.TokenExpiredAtHello f -> 4002;
            case SyncFailure.TokenExpired f -> 4002;
            case SyncFailure.RateExceeded f -> 4008;
            case SyncFailure.PeerTooSlow f -> 4001;
            case SyncFailure.FeedLost f -> 4001;
            case SyncFailure.SendStalled f -> 1011;
            case SyncFailure.PeerDead f -> 1011;
            case SyncFailure.RoomUnavailable f -> 1011;
            case SyncFailure.TooManySessions f -> 1011;
            case SyncFailure.MessageFarTooLarge f -> 1009;
            case SyncFailure.MemberLeaving f -> 1012;
            case SyncFailure.Internal f -> 1011;
        };
    }
}
