package dev.parley.core.session;

import dev.parley.core.access.Subscription;
import dev.parley.core.failure.Failures;
import dev.parley.core.reconcile.MstNode;
import dev.parley.core.wire.ToPeer;
import java.util.List;
import java.util.Optional;

/**
 * Exchanges with the room other than packs: {@code request}, {@code mst-done}, {@code mst-request},
 * {@code set-room-key}, {@code set-policy} (spec 03 §5, 04 §§4–5). One is under way only when it stands first in the line.
 */
final class ExchangeSteps {
    private static final byte[] EMPTY_PACK = {0};

    private ExchangeSteps() {}

    /** An exchange that has come first asks the room; one that has asked stays as it is. */
    static Pending begun(LiveTurn turn, Pending.Exchange exchange) {
        return switch (exchange) {
            case Pending.Wanted(var lacks) ->
                pulling(turn, Feed.asOfNow(turn.number(), lacks, Subscription.EVERYTHING), true);
            case Pending.TreeWanted(var paths) -> {
                long number = turn.number();
                turn.perform(new Effect.AskMst(number, paths));
                yield new Pending.TreeAsked(number);
            }
            case Pending.LockWanted(var key, var pubkey) -> {
                long number = turn.number();
                turn.perform(new Effect.Lock(number, key));
                yield new Pending.LockAsked(number, pubkey);
            }
            case Pending.PolicyWanted(var policy) -> {
                long number = turn.number();
                turn.perform(new Effect.SetPolicy(number, policy));
                yield new Pending.PolicyAsked(number);
            }
            case Pending.PresenceWanted(var request) -> {
                long number = turn.number();
                turn.perform(new Effect.AskPresence(number, request));
                yield new Pending.PresenceAsked(number);
            }
            case Pending.PresenceAsked p -> p;
            case Pending.Pulling p -> p;
            case Pending.Draining p -> p;
            case Pending.TreeAsked p -> p;
            case Pending.LockAsked p -> p;
            case Pending.PolicyAsked p -> p;
            case Pending.Goodbye p -> p;
        };
    }

    private static Pending pulling(LiveTurn turn, Feed feed, boolean rule) {
        long number = turn.number();
        turn.perform(feed.pull(number, turn.joined().self(), turn.joined().settings(), rule));
        return new Pending.Pulling(number, feed);
    }

    /** The last chunk carries the root, also when it is empty: this reply always comes (spec 03 §5.1). */
    static void pulled(LiveTurn turn, long number, Input.Chunk chunk) {
        List<Pending> line = turn.line();
        if (line.isEmpty() || !(line.get(0) instanceof Pending.Pulling(var asked, var feed)) || asked != number) {
            return;
        }
        Feed after = feed.after(chunk);
        if (chunk.nodes() == 0 && !chunk.last()) {
            line.set(0, pulling(turn, after, false));
            return;
        }
        byte[] pack = chunk.nodes() == 0 ? EMPTY_PACK.clone() : chunk.pack();
        turn.perform(new Effect.SendThenTell(
                new ToPeer.Pack("server", pack, chunk.last() ? chunk.root() : Optional.empty())));
        line.set(0, new Pending.Draining(after, chunk.last()));
    }

    /** Goes on after a chunk has left. False when none was on its way. */
    static boolean drained(LiveTurn turn) {
        List<Pending> line = turn.line();
        if (line.isEmpty() || !(line.get(0) instanceof Pending.Draining(var feed, var last))) {
            return false;
        }
        if (last) {
            line.remove(0);
        } else {
            line.set(0, pulling(turn, feed, false));
        }
        return true;
    }

    /** The room has moved and lost the plan: the rule makes the same one there. */
    static void planUnknown(LiveTurn turn, long number) {
        List<Pending> line = turn.line();
        if (!line.isEmpty() && line.get(0) instanceof Pending.Pulling(var asked, var feed) && asked == number) {
            line.set(0, pulling(turn, feed, true));
        }
    }

    static void tree(LiveTurn turn, long number, List<MstNode> nodes) {
        List<Pending> line = turn.line();
        if (!line.isEmpty() && line.get(0) instanceof Pending.TreeAsked(var asked) && asked == number) {
            line.set(0, LiveTurn.ready(new ToPeer.MstResponse(nodes)));
        }
    }

    static void locked(LiveTurn turn, long number, boolean locked) {
        List<Pending> line = turn.line();
        if (!line.isEmpty() && line.get(0) instanceof Pending.LockAsked(var asked, var pubkey) && asked == number) {
            ToPeer reply = locked ? new ToPeer.RoomLocked(pubkey) : new ToPeer.Failure(Texts.ALREADY_LOCKED);
            line.set(0, LiveTurn.ready(reply));
        }
    }

    static void policySet(LiveTurn turn, long number, Optional<String> refusal) {
        List<Pending> line = turn.line();
        if (!line.isEmpty() && line.get(0) instanceof Pending.PolicyAsked(var asked) && asked == number) {
            line.set(
                    0,
                    LiveTurn.ready(refusal.<ToPeer>map(ToPeer.Failure::new)
                            .orElseGet(() -> new ToPeer.PolicySet(turn.joined().room()))));
        }
    }

    static void presence(LiveTurn turn, long number, PresenceReply reply) {
        List<Pending> line = turn.line();
        if (!line.isEmpty() && line.get(0) instanceof Pending.PresenceAsked(var asked) && asked == number) {
            line.set(0, PresenceSteps.replied(turn.joined(), reply));
        }
    }

    static void unanswered(LiveTurn turn, long number) {
        List<Pending> line = turn.line();
        if (!line.isEmpty() && line.get(0) instanceof Pending.Exchange exchange && awaits(exchange, number)) {
            line.set(0, LiveTurn.ready(new ToPeer.Failure(Failures.ROOM_NOT_AVAILABLE)));
        }
    }

    private static boolean awaits(Pending.Exchange exchange, long number) {
        return switch (exchange) {
            case Pending.Pulling(var asked, var feed) -> asked == number;
            case Pending.TreeAsked(var asked) -> asked == number;
            case Pending.LockAsked(var asked, var pubkey) -> asked == number;
            case Pending.PolicyAsked(var asked) -> asked == number;
            case Pending.PresenceAsked(var asked) -> asked == number;
            case Pending.PresenceWanted e -> false;
            case Pending.Wanted e -> false;
            case Pending.Draining e -> false;
            case Pending.TreeWanted e -> false;
            case Pending.LockWanted e -> false;
            case Pending.PolicyWanted e -> false;
            case Pending.Goodbye e -> false;
        };
    }
}
