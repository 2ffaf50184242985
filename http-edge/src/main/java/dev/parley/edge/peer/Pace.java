package dev.parley.edge.peer;

/**
 * How fast nodes may go out: a burst once, then a steady rate with room for a quarter of a second.
 *
 * <p>Units: nodes and milliseconds; a node of more than {@value #NODE_BYTES} bytes counts as several, because servers
 * bound bytes as well. Time is handed in.
 */
final class Pace {
    private static final int NODE_BYTES = 18 << 10;

    private double perSecond;
    private double burst;
    private double level;
    private long atMs;

    /** {@code perSecond} 0 means no pacing at all. */
    Pace(long perSecond, long burst) {
        this.perSecond = perSecond;
        this.burst = burst;
    }

    /** How many nodes may go out now. */
    int allowed(long nowMs) {
        if (perSecond == 0) {
            return Integer.MAX_VALUE;
        }
        if (burst >= 1) {
            return (int) Math.min(Integer.MAX_VALUE, burst);
        }
        level = Math.min(levelMax(), level + Math.max(0, nowMs - atMs) * perSecond / 1_000);
        atMs = nowMs;
        return (int) level;
    }

    void sent(int nodes, long bytes) {
        double cost = Math.max(nodes, (double) bytes / NODE_BYTES);
        if (burst >= 1) {
            burst -= cost;
        } else {
            level -= cost;
        }
    }

    /** How long until a node may go out. */
    long waitMs(long nowMs) {
        return allowed(nowMs) >= 1 ? 0 : (long) Math.ceil((1 - level) * 1_000 / perSecond);
    }

    /** Half as fast from here on, and without what was left of the burst; {@code otherwise} if there was no pace. */
    void slowDown(long otherwise) {
        perSecond = perSecond == 0 ? otherwise : Math.max(1, perSecond / 2);
        burst = 0;
        level = 0;
    }

    private double levelMax() {
        return Math.max(1, perSecond / 4);
    }
}
