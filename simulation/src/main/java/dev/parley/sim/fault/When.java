package dev.parley.sim.fault;

/** When a fault strikes. Times are milliseconds since the start of the run. */
public sealed interface When {
    record At(long ms) implements When {}

    /** The first time that {@code moment} comes in {@code room} (its number in the plan) at {@code afterMs} or later. */
    record First(long afterMs, Moment moment, int room) implements When {}

    /** Not before this time. */
    default long earliestMs() {
        return switch (this) {
            case At(var ms) -> ms;
            case First(var after, var moment, var room) -> after;
        };
    }
}
