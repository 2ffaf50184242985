package dev.parley.persistence.room;

/** What a room keeps of one attached relay. */
final class Attached {
    final Reassembly reassembly;
    /** The number of the submit that the room wants next. */
    long expects;
    /** When it attached last. */
    long seenMs;
    /** True while events are read from the journal for it. */
    boolean repairing;

    Attached(long reassemblyBytesMax, long expects) {
        this.reassembly = new Reassembly(reassemblyBytesMax);
        this.expects = expects;
    }
}
