package dev.parley.sim.use;

/** How a run ended. */
sealed interface Ending {
    Job job();

    /** Every promise held. {@code seq} counts the events of all rooms, {@code simulatedMs} is virtual time. */
    record Held(Job job, long traceHash, long events, long simulatedMs, long seq, int nodes) implements Ending {}

    /**
     * A promise broke, or the run could not go on.
     *
     * @param kind what broke, without the numbers and ids that differ from run to run
     */
    record Broke(Job job, String kind, String what) implements Ending {
        /** Its first line says it all to who reads many. */
        String inShort() {
            return what.lines().findFirst().orElse(kind);
        }
    }
}
