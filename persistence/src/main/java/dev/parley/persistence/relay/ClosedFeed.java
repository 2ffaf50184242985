package dev.parley.persistence.relay;

import dev.parley.core.access.Subscription;
import dev.parley.core.history.Node;
import dev.parley.core.id.NodeId;
import dev.parley.persistence.room.FilterPeriod;
import dev.parley.persistence.room.RelayId;
import dev.parley.persistence.room.ToRelay;
import dev.parley.persistence.room.ToRoom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The room's steps for the sessions of this member that see it through one filter and get, with each node that passes,
 * every ancestor they were not sent (spec 03 §6).
 *
 * <p>All such sessions have the same: what passed so far, and its ancestors. So the lack is found once for all of them:
 * within the step, else among what this feed sent lately, else by asking the room; then the step waits for the answer,
 * and those after it wait behind it.
 *
 * <p>Bounds: {@code parentsBytesMax} beside one step; with more the sessions resync, and get it as their catch-up.
 * {@code waitingMax} steps wait, and {@code waitingBytesMax}; beyond them the same.
 */
final class ClosedFeed {
    /** So many of the nodes sent last are known not to be lacked. */
    private static final int SENT_MAX = 4_096;

    /** A session that changed its subscription more often is filtered without parents from then on. */
    static final int PERIODS_MAX = 8;

    /** The sessions of a feed cannot be served any more. */
    static final class Lost extends Exception {
        private static final long serialVersionUID = 1L;

        Lost() {
            super("what is lacked is too much", null, false, false);
        }
    }

    private final RelayId self;
    private final List<FilterPeriod> periods;
    private final long parentsBytesMax;
    private final int waitingMax;
    private final long waitingBytesMax;
    private final ArrayDeque<SharedStep> waiting = new ArrayDeque<>();
    private final Map<NodeId, Boolean> sent = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<NodeId, Boolean> eldest) {
            return size() > SENT_MAX;
        }
    };
    private long cursor;
    private Optional<ToRoom.AskParents> asked = Optional.empty();
    private long askedMs;

    private ClosedFeed(RelayId self, RelaySettings settings, List<FilterPeriod> periods, long cursor) {
        this.self = self;
        this.periods = periods;
        this.parentsBytesMax = settings.parents().bytesMax();
        this.waitingMax = settings.ringSteps();
        this.waitingBytesMax = settings.ringBytes();
        this.cursor = cursor;
    }

    /** For sessions that had this subscription from the start and all up to {@code cursor}. */
    static ClosedFeed of(RelayId self, RelaySettings settings, Subscription subscription, long cursor) {
        List<FilterPeriod> periods = new ArrayList<>();
        periods.add(new FilterPeriod(subscription, Optional.empty()));
        return new ClosedFeed(self, settings, periods, cursor);
    }

    /** For a session of this feed that has another subscription from the next step on. */
    ClosedFeed resubscribed(RelaySettings settings, Subscription subscription) {
        List<FilterPeriod> more = new ArrayList<>(periods);
        more.add(new FilterPeriod(subscription, Optional.empty()));
        ClosedFeed next = new ClosedFeed(self, settings, more, cursor);
        next.waiting.addAll(waiting);
        return next;
    }

    /** True if a session can change its subscription once more. */
    boolean mayChange() {
        return periods.size() < PERIODS_MAX;
    }

    Subscription subscription() {
        return periods.get(periods.size() - 1).subscription();
    }

    /** The last step that was handed on. */
    long cursor() {
        return cursor;
    }

    /** Takes the next step of the room. */
    void add(SharedStep step) throws Lost {
        long bytes = waiting.stream().mapToLong(SharedStep::sizeBytes).sum();
        if (waiting.size() == waitingMax || bytes > waitingBytesMax) {
            throw new Lost();
        }
        waiting.add(step);
    }

    /** Hands on the steps whose parents are known; asks the room for what the next one lacks. */
    void advance(long number, long nowMs, Consumer<SharedStep> deliver, Consumer<ToRoom> toRoom) {
        while (asked.isEmpty() && !waiting.isEmpty()) {
            SharedStep step = waiting.peek();
            step.firstNode().ifPresent(this::begin);
            List<NodeId> lacked = step.close(this);
            if (!lacked.isEmpty()) {
                asked = Optional.of(new ToRoom.AskParents(
                        self, number, periods, step.firstNode().orElseThrow(), lacked, parentsBytesMax));
                askedMs = nowMs;
                toRoom.accept(asked.get());
                return;
            }
            handOn(step, deliver);
        }
    }

    /** The first node after changes of subscription says where the new one begins. */
    private void begin(NodeId first) {
        for (int i = periods.size() - 2; i >= 0 && periods.get(i).firstAfter().isEmpty(); i--) {
            periods.set(i, new FilterPeriod(periods.get(i).subscription(), Optional.of(first)));
        }
    }

    private void handOn(SharedStep step, Consumer<SharedStep> deliver) {
        waiting.poll();
        cursor = step.seq();
        deliver.accept(step);
    }

    /** The room has answered; false when it was about something else. */
    boolean answered(ToRelay.Parents answer, Consumer<SharedStep> deliver) throws Lost {
        if (asked.isEmpty() || asked.get().number() != answer.number()) {
            return false;
        }
        asked = Optional.empty();
        if (answer.tooMany()) {
            throw new Lost();
        }
        SharedStep step = waiting.peek();
        step.addParents(this, answer.nodes());
        handOn(step, deliver);
        return true;
    }

    /** The question that has no answer since {@code beforeMs}, to be sent again. */
    Optional<ToRoom.AskParents> again(long beforeMs, long nowMs) {
        if (asked.isEmpty() || askedMs > beforeMs) {
            return Optional.empty();
        }
        askedMs = nowMs;
        return asked;
    }

    /** The steps that were not handed on yet. */
    List<SharedStep> waiting() {
        return List.copyOf(waiting);
    }

    boolean wants(Node node) {
        return subscription().isEverything() || subscription().wants(node);
    }

    boolean wasSent(NodeId id) {
        return sent.containsKey(id);
    }

    void sends(NodeId id) {
        sent.put(id, true);
    }
}
