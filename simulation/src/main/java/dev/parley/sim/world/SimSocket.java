package dev.parley.sim.world;

import dev.parley.edge.socket.Connection;
import dev.parley.edge.socket.Wire;
import dev.parley.edge.socket.Wish;
import dev.parley.sim.fault.End;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;
import org.apache.pekko.util.ByteString;

/**
 * A connection between a peer and a member: the production connection over a simulated network. Both ways keep their
 * order; the network holds a few bytes towards the peer, and all that the peer has sent.
 */
final class SimSocket implements Wire {
    private final World world;
    private final Chance chance;
    private final SimPeer peer;
    private final long windowBytes;
    private final Pipe up;
    private final Pipe down;
    private final Map<Connection.Timer, Long> timers = new EnumMap<>(Connection.Timer.class);
    private final ArrayDeque<ByteString> arrived = new ArrayDeque<>();
    private Connection connection; // Null until the member has accepted.
    private boolean over; // At the member.
    private boolean gone; // At the peer.
    private boolean asked;
    private boolean ready = true;
    private long heldBytes;
    private long timerNumbers;

    SimSocket(World world, Chance chance, SimPeer peer, SimMember member) {
        this.world = world;
        this.chance = chance;
        this.peer = peer;
        this.windowBytes = world.plan().bounds().edge().windowBytes();
        End.Peer there = new End.Peer(peer.number());
        this.up = new Pipe(world.agenda(), chance.split(), () -> world.network().closedForMs(there, member.end()));
        this.down = new Pipe(
                world.agenda(),
                chance.split(),
                () -> Math.max(
                        world.network().closedForMs(member.end(), there),
                        peer.reads()
                                ? world.faults()
                                                .readsAgainAt(
                                                        peer.number(),
                                                        world.agenda().nowMs())
                                        - world.agenda().nowMs()
                                : Long.MAX_VALUE));
    }

    SimPeer peer() {
        return peer;
    }

    /** The member has accepted it; {@code accepted} starts now. */
    void opened(Connection accepted) {
        connection = accepted;
        connection.start();
    }

    // The peer's side.

    /** The peer sends a text message. */
    void fromPeer(String json) {
        fromPeer(PeerFrames.text(json));
    }

    /** The peer sends these bytes, which the network may cut anywhere. */
    void fromPeer(ByteString bytes) {
        if (gone) {
            return;
        }
        if (bytes.size() > 1 && chance.percent(5)) {
            int at = (int) chance.between(1, bytes.size() - 1);
            up.send(() -> arrive(ByteString.fromArrayUnsafe(bytes.take(at).toArray())));
            up.send(() -> arrive(ByteString.fromArrayUnsafe(bytes.drop(at).toArray())));
        } else {
            up.send(() -> arrive(bytes));
        }
    }

    /** The peer drops the connection. Its member learns of it soon, or never when nothing comes through any more. */
    void drop(boolean silently) {
        if (gone) {
            return;
        }
        lost(1006, "");
        if (!silently) {
            up.breakWith(this::ended);
        }
    }

    private void lost(int code, String reason) {
        if (!gone) {
            gone = true;
            peer.disconnected(this, code, reason);
        }
    }

    private void receive(ByteString frame) {
        heldBytes -= frame.size();
        takeMore();
        if (gone) {
            return;
        }
        PeerFrames.Read read = PeerFrames.read(frame);
        switch (read.opcode()) {
            case PeerFrames.TEXT -> peer.receive(this, read.text());
            case PeerFrames.PING -> {
                if (peer.answersPings()) {
                    fromPeer(PeerFrames.frame(PeerFrames.PONG, read.payload()));
                }
            }
            case PeerFrames.CLOSE -> {
                fromPeer(PeerFrames.close(read.code()));
                lost(read.code(), read.reason());
            }
            default -> {}
        }
    }

    // The member's side.

    private void arrive(ByteString bytes) {
        if (!over) {
            arrived.add(bytes);
            hand();
        }
    }

    private void hand() {
        if (asked && !arrived.isEmpty() && !over) {
            asked = false;
            connection.arrived(arrived.poll());
        }
    }

    private void ended() {
        if (!over) {
            connection.end();
        }
    }

    /** The member dies: its system resets what it had open. */
    void memberDied() {
        over = true;
        down.breakWith(() -> lost(1006, ""));
    }

    private void takeMore() {
        if (!ready && !over && heldBytes <= windowBytes) {
            ready = true;
            connection.taken();
        }
    }

    @Override
    public long nowNanos() {
        return world.agenda().nowMs() * 1_000_000;
    }

    @Override
    public void later(Wish wish) {
        world.agenda().after(0, () -> {
            if (!over) {
                connection.on(wish);
            }
        });
    }

    @Override
    public void start(Connection.Timer timer, Duration after) {
        long number = ++timerNumbers;
        timers.put(timer, number);
        world.agenda().after(after.toMillis(), () -> {
            if (!over && timers.remove(timer, number)) {
                connection.fired(timer);
            }
        });
    }

    @Override
    public void repeat(Connection.Timer timer, Duration every) {
        long number = ++timerNumbers;
        timers.put(timer, number);
        repeatLater(timer, number, every.toMillis());
    }

    private void repeatLater(Connection.Timer timer, long number, long everyMs) {
        world.agenda().after(everyMs, () -> {
            if (!over && timers.get(timer) == number) {
                connection.fired(timer);
                repeatLater(timer, number, everyMs);
            }
        });
    }

    @Override
    public void cancel(Connection.Timer timer) {
        timers.remove(timer);
    }

    @Override
    public boolean mayAsk() {
        return !asked && !over;
    }

    @Override
    public void ask() {
        asked = true;
        if (!arrived.isEmpty()) {
            world.agenda().after(0, this::hand);
        }
    }

    @Override
    public boolean asking() {
        return asked && !over;
    }

    @Override
    public boolean mayGive() {
        return ready && !over;
    }

    @Override
    public void give(ByteString frame) {
        ready = false;
        heldBytes += frame.size();
        down.send(() -> receive(frame));
        world.agenda().after(0, this::takeMore);
    }

    @Override
    public void end() {
        if (!over) {
            over = true;
            down.send(() -> lost(1006, ""));
            stopped();
        }
    }

    @Override
    public void reset() {
        if (!over) {
            over = true;
            down.breakWith(() -> lost(1006, ""));
            stopped();
        }
    }

    private void stopped() {
        arrived.clear();
        timers.clear();
        world.agenda().after(0, connection::stopped);
    }
}
