package dev.parley.core.history;

import dev.parley.core.id.PeerId;

/**
 * What may enter a room beside the checks that are always made.
 *
 * <p>{@code server} is the key whose snapshot nodes pass the write rule. {@code acceptUnsigned} lets 64 zero bytes pass
 * for a signature. {@code parkOrphans} hands nodes with missing parents back instead of an error. {@code reference}
 * takes back the differences to the reference that spec 01 §8.5 recommends: its vectors hold exactly with it.
 */
public record AcceptanceRules(
        WriteRule mayWrite,
        PeerId server,
        boolean acceptUnsigned,
        boolean parkOrphans,
        NodeLimits limits,
        boolean reference) {
    /** How far ahead of the server's clock a node's wall time may be, in milliseconds. */
    public static final long WALL_LEAD_MAX_MS = 86_400_000L;

    /** The rules we recommend. */
    public AcceptanceRules(
            WriteRule mayWrite, PeerId server, boolean acceptUnsigned, boolean parkOrphans, NodeLimits limits) {
        this(mayWrite, server, acceptUnsigned, parkOrphans, limits, false);
    }

    /** The rules of the reference. */
    public static AcceptanceRules reference(WriteRule mayWrite, PeerId server) {
        return new AcceptanceRules(mayWrite, server, true, false, NodeLimits.NONE, true);
    }
}
