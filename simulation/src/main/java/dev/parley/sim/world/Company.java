package dev.parley.sim.world;

/**
 * Who comes to the rooms of a scenario besides our own peers, and what they do besides editing.
 *
 * @param stockPercent how many of 100 peers are stock clients, in a run that has any
 * @param hostiles the most hostile peers of a run that has any
 * @param deeds whether peers do more than edit
 * @param rich whether they do most of it in each run, write several things at once, and try what they may not
 */
public record Company(int stockPercent, int hostiles, boolean deeds, boolean rich) {
    /** Our own peers, which edit. */
    public static final Company OWN = new Company(0, 0, false, false);

    /** Everybody, doing everything. */
    public static final Company MIXED = new Company(50, 2, true, false);
}
