package dev.parley.persistence.entity;

import dev.parley.persistence.room.Fragments;
import dev.parley.persistence.room.RelayId;
import dev.parley.persistence.room.ToRelay;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;

/**
 * Where a room's relays are, and the cutting of what they are told.
 *
 * <p>{@code R} is what stands for a relay: an actor, or what a simulator has.
 */
public final class RelayLinks<R> {
    /** One relay's link; may be used from any thread. */
    public record Link<R>(R relay, AtomicLong transfers, int pieceBytesMax, BiConsumer<R, ToRelay> way) {
        public void tell(ToRelay message) {
            for (ToRelay piece : Fragments.forRelay(transfers.getAndIncrement(), message, pieceBytesMax)) {
                way.accept(relay, piece);
            }
        }

        /** The same relay, reached another way. */
        public Link<R> by(BiConsumer<R, ToRelay> other) {
            return new Link<>(relay, transfers, pieceBytesMax, other);
        }
    }

    private final Map<RelayId, R> relays = new HashMap<>();
    private final AtomicLong transfers;
    private final int pieceBytesMax;
    private final BiConsumer<R, ToRelay> way;

    /**
     * Transfers are numbered from the incarnation on, so that those of two lives of a room do not meet. {@code way} takes
     * one piece to a relay.
     */
    public RelayLinks(long incarnation, BiConsumer<R, ToRelay> way) {
        this(incarnation, Fragments.SIZE_BYTES_MAX, way);
    }

    /** The same, over ways that carry {@code pieceBytesMax} bytes. */
    public RelayLinks(long incarnation, int pieceBytesMax, BiConsumer<R, ToRelay> way) {
        this.transfers = new AtomicLong(incarnation);
        this.pieceBytesMax = pieceBytesMax;
        this.way = way;
    }

    public void link(RelayId id, R relay) {
        relays.put(id, relay);
    }

    public void forget(RelayId id) {
        relays.remove(id);
    }

    /** Errors: {@link IllegalStateException} for a relay that nobody linked, or that was forgotten. */
    public Link<R> to(RelayId id) {
        return new Link<>(known(id), transfers, pieceBytesMax, way);
    }

    public void tell(RelayId id, ToRelay message) {
        to(id).tell(message);
    }

    /** Cut once for all. */
    public void tell(List<RelayId> ids, ToRelay message) {
        List<ToRelay> pieces = Fragments.forRelay(transfers.getAndIncrement(), message, pieceBytesMax);
        for (RelayId id : ids) {
            R relay = known(id);
            pieces.forEach(piece -> way.accept(relay, piece));
        }
    }

    private R known(RelayId id) {
        R relay = relays.get(id);
        if (relay == null) {
            throw new IllegalStateException("relay " + id + " is not linked");
        }
        return relay;
    }
}
