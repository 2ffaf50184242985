package dev.parley.sim.fault;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The faults that go on now, asked for what they do at a moment. Times are milliseconds since the start of the run. */
public final class Faults {
    private record Active(Fault.Span fault, long fromMs) {
        boolean at(long ms) {
            return fromMs <= ms && ms < untilMs();
        }

        long untilMs() {
            return fromMs + fault.forMs();
        }
    }

    private final List<Active> active = new ArrayList<>();

    /** {@code fault} goes on from now. */
    public void begin(Fault.Span fault, long nowMs) {
        active.removeIf(one -> one.untilMs() <= nowMs);
        active.add(new Active(fault, nowMs));
    }

    /** All is well again. */
    public void endAll() {
        active.clear();
    }

    /** Those of one kind that go on now. */
    public <T extends Fault.Span> List<T> active(Class<T> kind, long atMs) {
        List<T> found = new ArrayList<>();
        for (Active one : active) {
            if (one.at(atMs) && kind.isInstance(one.fault())) {
                found.add(kind.cast(one.fault()));
            }
        }
        return found;
    }

    /** How many of 100 messages between members are lost now. */
    public int dropPercent(long atMs) {
        int percent = 0;
        for (Active one : active) {
            if (one.at(atMs) && one.fault() instanceof Fault.Drop drop) {
                percent = Math.max(percent, drop.percent());
            }
        }
        return percent;
    }

    /** How much longer at most a message between members takes now. */
    public long delayMs(long atMs) {
        long extra = 0;
        for (Active one : active) {
            if (one.at(atMs) && one.fault() instanceof Fault.Delay delay) {
                extra = Math.max(extra, delay.extraMs());
            }
        }
        return extra;
    }

    /** How many of 100 messages between members come twice now. */
    public int duplicatePercent(long atMs) {
        int percent = 0;
        for (Active one : active) {
            if (one.at(atMs) && one.fault() instanceof Fault.Duplicate duplicate) {
                percent = Math.max(percent, duplicate.percent());
            }
        }
        return percent;
    }

    /** How messages between members overtake each other now. */
    public Optional<Fault.Reorder> reorder(long atMs) {
        for (Active one : active) {
            if (one.at(atMs) && one.fault() instanceof Fault.Reorder reorder) {
                return Optional.of(reorder);
            }
        }
        return Optional.empty();
    }

    /** By how much faster this member's clock runs now, in thousandths. */
    public int skewPerMille(int member, long atMs) {
        int perMille = 0;
        for (Active one : active) {
            if (one.at(atMs) && one.fault() instanceof Fault.SkewClock skew && skew.member() == member) {
                perMille += skew.perMille();
            }
        }
        return perMille;
    }

    /** When the way from {@code from} to {@code to} is open again, or {@code atMs} when it is now. */
    public long openAgainAt(End from, End to, long atMs) {
        long opens = atMs;
        boolean closed = true;
        while (closed) {
            closed = false;
            for (Active one : active) {
                if (one.at(opens) && one.fault() instanceof Fault.Isolate isolate && stands(isolate, from, to)) {
                    closed = true;
                    opens = one.untilMs();
                }
                if (one.at(opens) && one.fault() instanceof Fault.Partition partition && stands(partition, from, to)) {
                    long until = closedUntilMs(partition, one, opens);
                    closed |= until > opens;
                    opens = until;
                }
            }
        }
        return opens;
    }

    private static boolean stands(Fault.Isolate isolate, End from, End to) {
        End alone = new End.Member(isolate.member());
        return from instanceof End.Member
                && to instanceof End.Member
                && !from.equals(to)
                && (from.equals(alone) || to.equals(alone));
    }

    private static boolean stands(Fault.Partition partition, End from, End to) {
        return partition.from().equals(from) && partition.to().equals(to)
                || partition.bothWays()
                        && partition.from().equals(to)
                        && partition.to().equals(from);
    }

    private static long closedUntilMs(Fault.Partition partition, Active one, long atMs) {
        if (partition.flapMs() == 0) {
            return one.untilMs();
        }
        long turn = (atMs - one.fromMs()) / partition.flapMs();
        return turn % 2 == 0 ? Math.min(one.untilMs(), one.fromMs() + (turn + 1) * partition.flapMs()) : atMs;
    }

    /** When {@code peer} takes something from its connection again, or {@code atMs} when it does now. */
    public long readsAgainAt(int peer, long atMs) {
        long reads = atMs;
        for (Active one : active) {
            if (one.at(reads) && one.fault() instanceof Fault.StallPeer stall && stall.peer() == peer) {
                reads = one.untilMs();
            }
        }
        return reads;
    }

    /** True while no member may start a room. */
    public boolean outage(long atMs) {
        return active.stream().anyMatch(one -> one.at(atMs) && one.fault() instanceof Fault.Outage);
    }

    /** How many of 100 writes fail now. */
    public int failPercent(long atMs) {
        int percent = 0;
        for (Active one : active) {
            if (one.at(atMs) && one.fault() instanceof Fault.FailWrites fail) {
                percent = Math.max(percent, fail.percent());
            }
        }
        return percent;
    }
}
