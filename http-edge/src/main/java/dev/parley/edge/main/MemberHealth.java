package dev.parley.edge.main;

import dev.parley.edge.admin.AdminRoutes.Unready;
import dev.parley.persistence.journal.JournalHealth.Trouble;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Whether this member takes on sessions: where it is in its life, and how its journal is. Thread-safe. */
final class MemberHealth {
    private enum Stage {
        STARTING,
        RUNNING,
        DRAINING
    }

    private final Supplier<List<Trouble>> journal;
    private volatile Supplier<Optional<String>> cluster = Optional::empty;
    private volatile Stage stage = Stage.STARTING;

    MemberHealth(Supplier<List<Trouble>> journal) {
        this.journal = journal;
    }

    /** From now on {@code trouble} says what is wrong with this member's place in the cluster. */
    void watch(Supplier<Optional<String>> trouble) {
        cluster = trouble;
    }

    void runs() {
        stage = Stage.RUNNING;
    }

    void drains() {
        stage = Stage.DRAINING;
    }

    boolean ready() {
        return stage == Stage.RUNNING
                && journal.get().isEmpty()
                && cluster.get().isEmpty();
    }

    /** Why it is not ready; empty if it is. */
    List<Unready> reasons() {
        List<Unready> reasons = new ArrayList<>();
        switch (stage) {
            case STARTING -> reasons.add(new Unready("starting", "the server is starting"));
            case DRAINING -> reasons.add(new Unready("draining", "the server is stopping"));
            case RUNNING -> cluster.get().ifPresent(trouble -> reasons.add(new Unready("cluster", trouble)));
        }
        for (Trouble trouble : journal.get()) {
            reasons.add(new Unready(trouble.problem().word(), trouble.detail()));
        }
        return reasons;
    }
}
