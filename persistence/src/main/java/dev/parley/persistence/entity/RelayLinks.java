package dev.parley.persistence.entity;

import dev.parley.persistence.room.Fragments;
import dev.parley.persistence.room.RelayId;
import dev.parley.persistence.room.ToRelay;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.typed.ActorRef;

/** Where a room's relays are, and the cutting of what they are told. */
final class RelayLinks {
    /** One relay's link; may be used from any thread. */
    record Link(ActorRef<ToRelay> relay, AtomicLong transfers) {
        void tell(ToRelay message) {
            for (ToRelay piece : Fragments.forRelay(transfers.getAndIncrement(), message)) {
                relay.tell(piece);
            }
        }
    }

    private final Map<RelayId, ActorRef<ToRelay>> relays = new HashMap<>();
    private final AtomicLong transfers;

    /** Transfers are numbered from the incarnation on, so that those of two lives of a room do not meet. */
    RelayLinks(long incarnation) {
        transfers = new AtomicLong(incarnation);
    }

    void link(RelayId id, ActorRef<ToRelay> relay) {
        relays.put(id, relay);
    }

    void forget(RelayId id) {
        relays.remove(id);
    }

    Link to(RelayId id) {
        return new Link(relays.get(id), transfers);
    }

    void tell(RelayId id, ToRelay message) {
        to(id).tell(message);
    }

    /** Cut once for all. */
    void tell(List<RelayId> ids, ToRelay message) {
        List<ToRelay> pieces = Fragments.forRelay(transfers.getAndIncrement(), message);
        for (RelayId id : ids) {
            ActorRef<ToRelay> relay = relays.get(id);
            pieces.forEach(relay::tell);
        }
    }
}
