package dev.parley.sim.fault;

/** What is wrong with a stored snapshot. */
public enum Tear {
    /** The row of its last segment is not there. */
    SEGMENT_GONE,
    /** Half of its last segment is missing. */
    SEGMENT_CUT,
    /** A bit of its last segment is another. */
    SEGMENT_ROTTEN,
    /** A bit of its manifest is another. */
    MANIFEST_ROTTEN,
    /** All is intact, and of a version that this server does not know. */
    MANIFEST_NEWER
}
