package dev.parley.persistence.relay;

import dev.parley.core.access.Subscription;
import dev.parley.core.failure.SyncFailure;
import dev.parley.core.id.SessionId;
import dev.parley.persistence.room.RelayId;
import dev.parley.persistence.room.ToRelay;
import dev.parley.persistence.room.ToRoom;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The closed feeds of one relay: one for each filter that its sessions had from the start, and one for each session that
 * changed its filter. Without the setting there are none.
 */
final class ClosedFeeds {
    private final RelayId self;
    private final RelaySettings settings;
    private final LocalSessions sessions;
    private final StepFeed feed;
    private final Consumer<ToRoom> toRoom;
    private final Set<ClosedFeed> all = new LinkedHashSet<>();
    private final Map<Subscription, ClosedFeed> shared = new HashMap<>();
    private long asked;

    ClosedFeeds(RelayId self, RelaySettings settings, LocalSessions sessions, StepFeed feed, Consumer<ToRoom> toRoom) {
        this.self = self;
        this.settings = settings;
        this.sessions = sessions;
        this.feed = feed;
        this.toRoom = toRoom;
    }

    /** True if a session with this subscription is sent parents too. */
    boolean serve(Subscription subscription) {
        return settings.parents().closed() && !subscription.isEverything();
    }

    /** True if a session that has all up to {@code afterSeq} can go on from there. */
    boolean canJoin(Subscription subscription, long afterSeq) {
        ClosedFeed existing = shared.get(subscription);
        if (existing != null && afterSeq >= existing.cursor()) {
            return true;
        }
        Optional<List<SharedStep>> missed = feed.since(afterSeq);
        return missed.isPresent()
                && (existing == null
                        || missed.get().stream()
                                .allMatch(step -> step.seq() > existing.cursor()
                                        || step.forClosed(existing).isPresent()));
    }

    /** Joins a session that is live now and {@link #canJoin}. */
    void join(SessionId session, LocalSession local, long afterSeq, long nowMs) {
        ClosedFeed existing = shared.get(local.subscription());
        if (existing != null) {
            local.feedBy(Optional.of(existing));
            for (SharedStep step : feed.since(afterSeq).orElse(List.of())) {
                if (step.seq() > afterSeq && step.seq() <= existing.cursor()) {
                    sessions.relay(step, session, existing);
                }
            }
            return;
        }
        ClosedFeed made = ClosedFeed.of(self, settings, local.subscription(), Math.min(afterSeq, feed.cursor()));
        shared.put(local.subscription(), made);
        all.add(made);
        local.feedBy(Optional.of(made));
        add(made, feed.since(afterSeq).orElseThrow(), nowMs);
    }

    /** A live session has another subscription from the next step on. */
    void resubscribed(SessionId session, LocalSession local, Subscription before, long nowMs) {
        if (!settings.parents().closed()
                || (local.closedFeed().isEmpty()
                        && before.isEverything()
                        && local.subscription().isEverything())) {
            return;
        }
        if (local.closedFeed().isEmpty() && !before.isEverything()) {
            return; // It changed too often before.
        }
        ClosedFeed old = local.closedFeed().orElseGet(() -> ClosedFeed.of(self, settings, before, feed.cursor()));
        if (old.mayChange()) {
            ClosedFeed next = old.resubscribed(settings, local.subscription());
            all.add(next);
            local.feedBy(Optional.of(next));
            advance(next, nowMs);
        } else {
            local.feedBy(Optional.empty());
            old.waiting().forEach(step -> sessions.relay(step, session, local, feed));
        }
        dropUnused(old);
    }

    /** The next steps of the room. */
    void deliver(List<SharedStep> steps, long nowMs) {
        for (ClosedFeed closed : List.copyOf(all)) {
            add(closed, steps, nowMs);
        }
    }

    private void add(ClosedFeed closed, List<SharedStep> steps, long nowMs) {
        try {
            for (SharedStep step : steps) {
                closed.add(step);
            }
            advance(closed, nowMs);
        } catch (ClosedFeed.Lost lost) {
            lose(closed);
        }
    }

    private void advance(ClosedFeed closed, long nowMs) {
        closed.advance(++asked, nowMs, step -> sessions.deliver(step, closed), toRoom);
    }

    /** The room has answered one of them. */
    void answered(ToRelay.Parents answer, long nowMs) {
        for (ClosedFeed closed : List.copyOf(all)) {
            try {
                if (closed.answered(answer, step -> sessions.deliver(step, closed))) {
                    advance(closed, nowMs);
                    return;
                }
            } catch (ClosedFeed.Lost lost) {
                lose(closed);
                return;
            }
        }
    }

    /** Asks again what has no answer since {@code beforeMs}. */
    void again(long beforeMs, long nowMs) {
        all.forEach(closed -> closed.again(beforeMs, nowMs).ifPresent(toRoom));
    }

    /** A session has left, or changed to another feed. */
    void dropUnused(ClosedFeed closed) {
        if (!sessions.anyOf(closed)) {
            all.remove(closed);
            shared.values().removeIf(one -> one == closed);
        }
    }

    /** Steps cannot be had: none of these sessions can go on. */
    void loseAll() {
        List.copyOf(all).forEach(this::lose);
    }

    private void lose(ClosedFeed closed) {
        sessions.lose(closed, new SyncFailure.FeedLost(closed.cursor() + 1));
        dropUnused(closed);
    }
}
