package dev.parley.core.session;

import dev.parley.core.id.PeerId;
import dev.parley.core.wire.FromPeer;
import dev.parley.core.wire.PresenceEntry;
import dev.parley.core.wire.ToPeer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Presence in both families, and signalling (spec 03 §§7.3, 7.4, 12.3). */
final class PresenceSteps {
    /** A larger value is refused (spec 03 §7.3). */
    private static final int PRESENCE_BYTES_MAX = 16 << 10;

    /** Signalling goes to others too; the second host takes no message above this (spec 03 §12.2). */
    private static final int SIGNAL_BYTES_MAX = 64 << 10;

    private static final String SWEEP_NEEDS_NOW = "presence-sweep.now_unix_ms is required";
    private static final String STORE_FULL = "presence store is full";

    private PresenceSteps() {}

    /** The first family: relayed, not kept; the lease is checked and not used. */
    static void presence(LiveTurn turn, FromPeer.Presence presence) {
        Optional<String> refusal = Lease.refusal(presence.ttlMsJson(), presence.nowMsJson());
        if (refusal.isPresent()) {
            turn.refuse(refusal.get());
        } else if (tooLarge(presence.dataJson(), PRESENCE_BYTES_MAX)) {
            turn.refuse(Texts.PART_TOO_LARGE + "presence");
        } else {
            turn.perform(new Effect.Announce(
                    Optional.empty(), new ToPeer.Presence(turn.joined().peer(), presence.dataJson())));
        }
    }

    /** The second family: the value stays until it is swept or the session ends. */
    static void set(LiveTurn turn, FromPeer.PresenceSet set) {
        if (tooLarge(set.dataJson(), PRESENCE_BYTES_MAX)) {
            turn.refuse(Texts.PART_TOO_LARGE + "presence-set");
        } else {
            ask(turn, new PresenceRequest.Put(set.dataJson(), expiry(set.nowMs(), set.ttlMs())));
        }
    }

    static void sweep(LiveTurn turn, FromPeer.PresenceSweep sweep) {
        if (sweep.nowMs().isEmpty()) {
            turn.refuse(SWEEP_NEEDS_NOW);
        } else {
            ask(turn, new PresenceRequest.Sweep(sweep.nowMs().getAsLong()));
        }
    }

    static void ask(LiveTurn turn, PresenceRequest request) {
        turn.stand(new Pending.PresenceWanted(request));
    }

    /** The end of a lease, which both fields together say; beyond 2^64 it is the last moment there is. */
    private static OptionalLong expiry(OptionalLong nowMs, OptionalLong ttlMs) {
        if (nowMs.isEmpty() || ttlMs.isEmpty()) {
            return OptionalLong.empty();
        }
        long end = nowMs.getAsLong() + ttlMs.getAsLong();
        return OptionalLong.of(Long.compareUnsigned(end, nowMs.getAsLong()) < 0 ? -1L : end);
    }

    /** The replies to the peer that asked; a value that is kept has none. */
    static Pending replied(Joined joined, PresenceReply reply) {
        List<Effect> replies = new ArrayList<>();
        switch (reply) {
            case PresenceReply.Kept kept -> {}
            case PresenceReply.Full full -> replies.add(new Effect.Send(new ToPeer.Failure(STORE_FULL)));
            case PresenceReply.Entries(var entries) ->
                replies.add(new Effect.Send(new ToPeer.PresenceSnapshot(joined.room(), entries)));
            case PresenceReply.Swept(var entries) -> {
                for (PresenceEntry entry : entries) {
                    replies.add(new Effect.Send(
                            new ToPeer.PresenceLeave(joined.room(), entry.session(), entry.from(), "stale")));
                }
            }
        }
        return new Pending.Ready(replies);
    }

    /** Nobody has a {@code to} that is no key, so such a message goes to nobody. */
    static void signal(LiveTurn turn, FromPeer.Signal signal) {
        if (tooLarge(signal.fieldsJson(), SIGNAL_BYTES_MAX)) {
            turn.refuse(Texts.PART_TOO_LARGE + signal.type());
            return;
        }
        Optional<PeerId> to = signal.to().flatMap(PeerId::parse);
        if (signal.to().isEmpty() || to.isPresent()) {
            turn.perform(new Effect.Announce(to, new ToPeer.Signal(turn.joined().peer(), signal.fieldsJson())));
        }
    }

    private static boolean tooLarge(String text, int bytesMax) {
        return text.length() > bytesMax || Texts.sizeBytes(text) > bytesMax;
    }
}
