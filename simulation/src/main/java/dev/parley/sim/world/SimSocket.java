package dev.parley.sim.world;

import dev.parley.core.wire.Encoded;
import java.util.ArrayDeque;
import java.util.Optional;

/** A connection between a peer and a session: both ways keep their order; it breaks as a whole. */
final class SimSocket {
    /** The server's bound of messages that wait for a peer: small, so that it is met. */
    static final int QUEUE_MAX = 24;

    private final World world;
    private final Chance chance;
    private final SimPeer peer;
    private final ArrayDeque<String> arrived = new ArrayDeque<>();
    private Optional<SimSession> session = Optional.empty();
    private boolean open = true;
    private long lastUpMs;
    private long lastDownMs;
    private int queued;

    SimSocket(World world, Chance chance, SimPeer peer) {
        this.world = world;
        this.chance = chance;
        this.peer = peer;
    }

    void acceptedBy(SimSession accepted) {
        session = Optional.of(accepted);
    }

    boolean open() {
        return open;
    }

    /** The peer sends a message. */
    void fromPeer(String json) {
        lastUpMs = Math.max(lastUpMs, world.agenda().nowMs() + chance.between(1, 15));
        world.agenda().after(lastUpMs - world.agenda().nowMs(), () -> {
            if (open) {
                arrived.add(json);
                session.ifPresent(SimSession::readIfWanted);
            }
        });
    }

    /** The next message that has arrived, for a session that reads. */
    Optional<String> take() {
        return Optional.ofNullable(arrived.poll());
    }

    /** The session sends; false when too much waits. {@code then} runs once nothing waits any more. */
    boolean toPeer(Encoded message, Optional<Runnable> then) {
        if (!open) {
            return true;
        }
        if (queued >= QUEUE_MAX) {
            return false;
        }
        queued++;
        long takes = world.faults().readsAgainAt(peer.number(), world.agenda().nowMs());
        lastDownMs = Math.max(lastDownMs, takes + chance.between(1, 15));
        world.agenda().after(lastDownMs - world.agenda().nowMs(), () -> {
            queued--;
            if (open) {
                peer.receive(this, message.json());
                then.ifPresent(Runnable::run);
            }
        });
        return true;
    }

    /** The session closes after what it sent. */
    void hangUp(int code) {
        long now = world.agenda().nowMs();
        // What waits is dropped with a peer that is too slow to take it.
        world.agenda().after(chance.between(1, 15), () -> cut(code));
    }

    /** The connection is over, for both. */
    void cut(int code) {
        if (open) {
            open = false;
            arrived.clear();
            session.ifPresent(SimSession::peerGone);
            peer.disconnected(this, code);
        }
    }
}
