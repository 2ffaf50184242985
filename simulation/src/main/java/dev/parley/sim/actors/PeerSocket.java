package dev.parley.sim.actors;

import dev.parley.edge.socket.Connection;
import dev.parley.edge.socket.Wire;
import dev.parley.edge.socket.Wish;
import dev.parley.sim.fault.End;
import dev.parley.sim.world.Chance;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.util.ByteString;

/**
 * The network between a peer and the {@link Connection} of its member: both ways keep their order and take a while; a
 * peer that reads nothing, and a way that is closed, fill what the network holds, and then the member's queue.
 */
final class PeerSocket implements Wire {
    /** What a peer sees of a connection that ends without a close frame. */
    private static final int DROPPED = 1006;

    /** A way that is closed is looked at again so often. */
    private static final long LOOK_AGAIN_MS = 500;

    /** What arrives at the far end of a way, in order. */
    private interface Arrival {
        void arrive();
    }

    private final class Way {
        private final ArrayDeque<Arrival> under = new ArrayDeque<>();
        private final boolean down;
        private boolean moving;

        Way(boolean down) {
            this.down = down;
        }

        void carry(Arrival what) {
            under.add(what);
            if (!moving) {
                moving = true;
                world.loop().after(chance.between(1, 15), this::move);
            }
        }

        private void move() {
            long now = world.nowMs();
            long closedForMs = (down ? downAgainAt(now) : upAgainAt(now)) - now;
            if (closedForMs > 0) {
                world.loop().after(Math.min(closedForMs, LOOK_AGAIN_MS), this::move);
                return;
            }
            Arrival first = under.poll();
            if (first == null) {
                moving = false;
                return;
            }
            first.arrive();
            world.loop().after(chance.between(0, 2), this::move);
        }
    }

    private final ActorWorld world;
    private final Chance chance;
    private final ActorPeer peer;
    private final ActorMember member;
    private final Executor turns;
    private final Way up = new Way(false);
    private final Way down = new Way(true);
    private final ArrayDeque<ByteString> arrived = new ArrayDeque<>();
    private final ArrayDeque<Runnable> later = new ArrayDeque<>();
    private final Map<Connection.Timer, Long> timers = new EnumMap<>(Connection.Timer.class);
    private Connection connection; // Null until the member accepts.
    private long timersStarted;
    private long heldBytes;
    private boolean asked;
    private boolean bringing; // What was asked for has come and not been taken.
    private boolean givingHeldUp;
    private boolean giving;
    private boolean over; // The member's side has ended.
    private boolean gone; // The peer's side has ended.

    PeerSocket(ActorWorld world, Chance chance, ActorPeer peer, ActorMember member) {
        this.world = world;
        this.chance = chance;
        this.peer = peer;
        this.member = member;
        this.turns = world.loop().executor(member.branch());
    }

    void acceptedBy(Connection accepted) {
        connection = accepted;
        connection.start();
        deliver();
    }

    private long downAgainAt(long now) {
        long open = world.faults().openAgainAt(new End.Member(member.number()), new End.Peer(peer.number()), now);
        return Math.max(open, world.faults().readsAgainAt(peer.number(), now));
    }

    private long upAgainAt(long now) {
        return world.faults().openAgainAt(new End.Peer(peer.number()), new End.Member(member.number()), now);
    }

    // The peer's side.

    /** The peer sends a message. */
    void fromPeer(String json) {
        send(ClientFrames.text(json));
    }

    private void send(ByteString frame) {
        if (!gone) {
            up.carry(() -> {
                arrived.add(frame);
                deliver();
            });
        }
    }

    /** The peer's side breaks; the member hears of it later. */
    void cut() {
        if (!gone) {
            gone = true;
            up.carry(() -> turn(() -> {
                if (!over) {
                    connection.end();
                }
            }));
            peer.disconnected(this, DROPPED, "");
        }
    }

    /** The process at the other end died. */
    void memberDied() {
        over = true;
        down.carry(() -> ended(DROPPED, ""));
    }

    private void ended(int code, String reason) {
        if (!gone) {
            gone = true;
            peer.disconnected(this, code, reason);
        }
    }

    private void heard(ByteString frame) {
        if (gone) {
            return;
        }
        switch (ClientFrames.read(frame)) {
            case ClientFrames.FromServer.Text(var json) -> peer.receive(this, json);
            case ClientFrames.FromServer.Ping p -> send(ClientFrames.pong());
            case ClientFrames.FromServer.Pong p -> {}
            case ClientFrames.FromServer.Close(var code, var reason) -> {
                send(ClientFrames.close(code == 1005 ? 1000 : code));
                ended(code, reason);
            }
        }
    }

    // The member's side. What is told to the connection is told in turns of its own, in order.

    private void turn(Runnable task) {
        later.add(task);
        turns.execute(() -> later.poll().run());
    }

    private void deliver() {
        if (asked && !bringing && !over && connection != null && !arrived.isEmpty()) {
            bringing = true;
            ByteString next = arrived.poll();
            turn(() -> {
                if (!over) {
                    bringing = false;
                    asked = false;
                    connection.arrived(next);
                }
            });
        }
    }

    @Override
    public long nowNanos() {
        return TimeUnit.MILLISECONDS.toNanos(world.nowMs());
    }

    @Override
    public void later(Wish wish) {
        turn(() -> {
            if (!over) {
                connection.on(wish);
            }
        });
    }

    @Override
    public void start(Connection.Timer timer, Duration after) {
        long number = timersStarted++;
        timers.put(timer, number);
        fireLater(timer, number, after, Duration.ZERO);
    }

    @Override
    public void repeat(Connection.Timer timer, Duration every) {
        long number = timersStarted++;
        timers.put(timer, number);
        fireLater(timer, number, every, every);
    }

    private void fireLater(Connection.Timer timer, long number, Duration after, Duration every) {
        world.loop()
                .after(
                        after.toMillis(),
                        () -> turn(() -> {
                            if (!over && timers.containsKey(timer) && timers.get(timer) == number) {
                                if (every.isZero()) {
                                    timers.remove(timer);
                                } else {
                                    fireLater(timer, number, every, every);
                                }
                                connection.fired(timer);
                            }
                        }));
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
        deliver();
    }

    @Override
    public boolean asking() {
        return asked && !over;
    }

    @Override
    public boolean mayGive() {
        return !giving && !over;
    }

    @Override
    public void give(ByteString frame) {
        giving = true;
        heldBytes += frame.size();
        down.carry(() -> {
            heldBytes -= frame.size();
            heard(frame);
            if (givingHeldUp) {
                givingHeldUp = false;
                taken();
            }
        });
        if (heldBytes > world.plan().bounds().edge().windowBytes()) {
            givingHeldUp = true;
        } else {
            taken();
        }
    }

    private void taken() {
        turn(() -> {
            if (!over) {
                giving = false;
                connection.taken();
            }
        });
    }

    @Override
    public void end() {
        if (!over) {
            over = true;
            stopped();
            down.carry(() -> ended(DROPPED, ""));
        }
    }

    @Override
    public void reset() {
        if (!over) {
            over = true;
            stopped();
            down.under.clear();
            down.carry(() -> ended(DROPPED, ""));
        }
    }

    private void stopped() {
        timers.clear();
        member.closed(this);
        turn(connection::stopped);
    }
}
