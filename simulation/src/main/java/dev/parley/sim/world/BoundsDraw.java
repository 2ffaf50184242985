package dev.parley.sim.world;

/** Draws the settings of a run: the usual ones, or some of them so small that they are met. */
final class BoundsDraw {
    private static final int USUAL_PERCENT = 40;
    private static final int SMALL_PERCENT = 30;
    private static final int TIGHT_PERCENT = 60;

    private final Chance chance;
    private final boolean usual;
    private final int smallPercent;

    private BoundsDraw(Chance chance, boolean usual, int smallPercent) {
        this.chance = chance;
        this.usual = usual;
        this.smallPercent = smallPercent;
    }

    static Bounds draw(Chance chance) {
        return draw(new BoundsDraw(chance, chance.percent(USUAL_PERCENT), SMALL_PERCENT));
    }

    /** Most are small, and those that decide what is kept for relays and groups are smallest. The room is full with so many nodes. */
    static Bounds tight(Chance chance, int nodesMost) {
        return draw(new BoundsDraw(chance, false, TIGHT_PERCENT)).with(chance.split(), nodesMost);
    }

    private static Bounds draw(BoundsDraw draw) {
        Bounds u = Bounds.USUAL;
        return new Bounds(
                EdgeBounds.draw(draw.chance.split(), !draw.usual),
                u.nodes(),
                (int) draw.small(u.turnNodes(), 1, 40),
                (int) draw.small(u.eventBytes(), 500, 10_000),
                (int) draw.small(u.ingressPacks(), 1, 20),
                draw.small(u.ingressBytes(), 5_000, 60_000),
                draw.small(u.reassemblyBytes(), 100_000, 400_000),
                (int) draw.small(u.recentEvents(), 1, 30),
                draw.small(u.recentBytes(), 1_000, 20_000),
                (int) draw.small(u.repairEvents(), 2, 60),
                (int) draw.small(u.plans(), 1, 3),
                (int) draw.small(u.orphanNodes(), 0, 20),
                draw.small(u.orphanTtlMs(), 500, 5_000),
                draw.small(u.idleMs(), 100, 5_000),
                draw.small(u.emptyMs(), 100, 3_000),
                draw.snapshots(u.snapshotBytes()),
                (int) draw.small(u.ringSteps(), 4, 60),
                draw.small(u.ringBytes(), 4_000, 60_000),
                draw.small(u.batchBytes(), 200, 8_000),
                draw.small(u.queuedBytes(), 10_000, 100_000),
                (int) draw.small(u.pieceBytes(), 1_000, 20_000));
    }

    /** Small also where the other bounds are the usual ones: what is kept makes no difference to what happens. */
    private long snapshots(long usually) {
        boolean drawn = chance.percent(60);
        long value = chance.between(1_000, 30_000);
        return drawn ? value : usually;
    }

    private long small(long usually, long least, long most) {
        boolean drawn = chance.percent(smallPercent);
        long value = chance.between(least, most);
        return drawn && !usual ? value : usually;
    }
}
