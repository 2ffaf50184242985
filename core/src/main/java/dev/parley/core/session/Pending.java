package dev.parley.core.session;

import dev.parley.core.access.WritePolicy;
import dev.parley.core.history.Candidate;
import dev.parley.core.history.Node;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.core.reconcile.PeerLacks;
import java.util.List;
import java.util.Optional;

/**
 * One message of the peer that has no reply yet. Replies go out in the order of the messages (spec 03 §13), so these
 * stand in line.
 *
 * <p>A {@link Pack} works on while it stands; an exchange with the room begins when it has come first, and reading
 * pauses from its arrival to its end.
 */
public sealed interface Pending {
    /** Its reply is made and waits for its turn. */
    record Ready(List<Effect> effects) implements Pending {
        public Ready {
            effects = List.copyOf(effects);
        }
    }

    /** A pack of {@code incoming} nodes. {@code charged} is what the rate limit took for it. */
    record Pack(int incoming, long sizeBytes, RateLimit.Cost charged, Stage stage) implements Pending {
        Pack at(Stage next) {
            return new Pack(incoming, sizeBytes, charged, next);
        }
    }

    /** What a pack waits for. {@code number} is that of the request it waits for. */
    sealed interface Stage {
        /** For the room to say what it lacks. */
        record Asking(long number, List<Node> nodes) implements Stage {}

        /** For the allowance of the peer's address. */
        record Drawing(long number, List<Node> nodes, List<NodeId> lacking) implements Stage {}

        record Verifying(long number) implements Stage {}

        /** For the packs before it to be submitted. */
        record Verified(List<Candidate> candidates) implements Stage {}

        record Submitted(long number) implements Stage {}

        /** {@code answer} is empty when no room answered: the outcome is unknown. */
        record Settled(Optional<Input.PackAnswer> answer) implements Stage {}
    }

    /** What needs the room's answer before anything after it is read. */
    sealed interface Exchange extends Pending {}

    /** {@code request} or {@code mst-done}. */
    record Wanted(PeerLacks lacks) implements Exchange {}

    record Pulling(long number, Feed feed) implements Exchange {}

    record Draining(Feed feed, boolean last) implements Exchange {}

    /** {@code mst-request}. */
    record TreeWanted(List<String> paths) implements Exchange {}

    record TreeAsked(long number) implements Exchange {}

    /** {@code set-room-key} with a good key; {@code pubkey} as received. */
    record LockWanted(PeerId key, String pubkey) implements Exchange {}

    record LockAsked(long number, String pubkey) implements Exchange {}

    /** {@code set-policy} with a policy that can be set. */
    record PolicyWanted(WritePolicy policy) implements Exchange {}

    record PolicyAsked(long number) implements Exchange {}

    /** {@code presence-set}, {@code presence-get} or {@code presence-sweep}. */
    record PresenceWanted(PresenceRequest request) implements Exchange {}

    record PresenceAsked(long number) implements Exchange {}

    /** {@code close-session}. */
    record Goodbye() implements Exchange {}

    /** Replies that may wait behind a pack before reading pauses. */
    int REPLIES_MAX = 64;

    static long packBytes(List<Pending> line) {
        long bytes = 0;
        for (Pending pending : line) {
            if (pending instanceof Pack pack) {
                bytes += pack.sizeBytes();
            }
        }
        return bytes;
    }

    static boolean chunkUnderWay(List<Pending> line) {
        return !line.isEmpty() && (line.get(0) instanceof Pulling || line.get(0) instanceof Draining);
    }

    /** True if one more message may join the line: no exchange in it, and room for packs, their bytes and replies. */
    static boolean mayGrow(List<Pending> line, SessionSettings settings) {
        int packs = 0;
        long packBytes = 0;
        int replies = 0;
        for (Pending pending : line) {
            switch (pending) {
                case Pack p -> {
                    packs++;
                    packBytes += p.sizeBytes();
                }
                case Ready p -> replies++;
                case Exchange p -> {
                    return false;
                }
            }
        }
        return packs < settings.packsInFlight() && packBytes < settings.maxMessageBytes() && replies < REPLIES_MAX;
    }
}
