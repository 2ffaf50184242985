package dev.parley.persistence.room;

import dev.parley.core.failure.SyncFailure;
import java.time.Duration;

/** The binary form of a refusal: an octet that names it, then its fields in order; durations as milliseconds. */
final class WireFailures {
    private WireFailures() {}

    static void write(WireWriter to, SyncFailure failure) {
        switch (failure) {
            case SyncFailure.MalformedHello(String text) -> to.octet(0).text(text);
            case SyncFailure.HelloTimeout(Duration waited) -> to.octet(1).number(waited.toMillis());
            case SyncFailure.Unauthorized(String text) -> to.octet(2).text(text);
            case SyncFailure.TokenExpiredAtHello(String text) -> to.octet(3).text(text);
            case SyncFailure.TokenExpired f -> to.octet(4);
            case SyncFailure.RateExceeded(long nodes, long bytes) ->
                to.octet(5).number(nodes).number(bytes);
            case SyncFailure.PeerTooSlow(int messages, long bytes) ->
                to.octet(6).number(messages).number(bytes);
            case SyncFailure.FeedLost(long seq) -> to.octet(7).number(seq);
            case SyncFailure.SendStalled(Duration waited) -> to.octet(8).number(waited.toMillis());
            case SyncFailure.PeerDead f -> to.octet(9);
            case SyncFailure.RoomUnavailable(Duration waited) -> to.octet(10).number(waited.toMillis());
            case SyncFailure.TooManySessions(String text) -> to.octet(11).text(text);
            case SyncFailure.MessageFarTooLarge(long limitBytes) -> to.octet(12).number(limitBytes);
            case SyncFailure.MemberLeaving f -> to.octet(13);
            case SyncFailure.Internal(String what) -> to.octet(14).text(what);
        }
    }

    static SyncFailure read(WireReader from) {
        return switch (from.octet()) {
            case 0 -> new SyncFailure.MalformedHello(from.text());
            case 1 -> new SyncFailure.HelloTimeout(Duration.ofMillis(from.number()));
            case 2 -> new SyncFailure.Unauthorized(from.text());
            case 3 -> new SyncFailure.TokenExpiredAtHello(from.text());
            case 4 -> new SyncFailure.TokenExpired();
            case 5 -> new SyncFailure.RateExceeded(from.number(), from.number());
            case 6 -> new SyncFailure.PeerTooSlow(from.count(), from.number());
            case 7 -> new SyncFailure.FeedLost(from.number());
            case 8 -> new SyncFailure.SendStalled(Duration.ofMillis(from.number()));
            case 9 -> new SyncFailure.PeerDead();
            case 10 -> new SyncFailure.RoomUnavailable(Duration.ofMillis(from.number()));
            case 11 -> new SyncFailure.TooManySessions(from.text());
            case 12 -> new SyncFailure.MessageFarTooLarge(from.number());
            case 13 -> new SyncFailure.MemberLeaving();
            case 14 -> new SyncFailure.Internal(from.text());
            default -> throw from.broken("unknown failure");
        };
    }
}
