package dev.parley.persistence.room;

import dev.parley.core.reconcile.StandardReconciler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Runs a desk over a journal in memory, as the actor does, and keeps what was said to each relay. */
final class DeskDriver {
    final RoomSettings settings;
    final List<RoomEvent> journal;
    final Map<RelayId, List<ToRelay>> said = new TreeMap<>();
    final List<RoomEffect> others = new ArrayList<>();
    RoomState state;
    RoomDesk desk;
    long nowMs = 1_000_000;
    private long incarnation;
    private boolean flushWanted;

    DeskDriver(RoomSettings settings) {
        this(settings, new ArrayList<>());
    }

    private DeskDriver(RoomSettings settings, List<RoomEvent> journal) {
        this.settings = settings;
        this.journal = journal;
        startAgain();
    }

    static DeskDriver empty() {
        return new DeskDriver(RoomSettings.DEFAULT);
    }

    /** The room ends and another incarnation recovers from the journal. */
    void startAgain() {
        state = replay(journal.size());
        incarnation++;
        desk = new RoomDesk(
                incarnation,
                settings,
                new RoomRules(settings, Fixtures.SERVER, Fixtures.TRUSTING),
                new Frontdesk(Fixtures.SERVER, Fixtures.TRUSTING, new StandardReconciler()),
                nowMs);
        flushWanted = false;
    }

    /** The state after the first events of the journal. */
    RoomState replay(int events) {
        RoomState room = RoomState.empty(Fixtures.ROOM);
        for (RoomEvent event : journal.subList(0, events)) {
            room = RoomRules.evolve(room, event);
        }
        return room;
    }

    /** Says it to the room and lets it finish what it wants to do. */
    DeskDriver tell(ToRoom... messages) {
        for (ToRoom message : messages) {
            run(desk.receive(state, message, nowMs));
        }
        return flush();
    }

    /** Says all of it before the room decides on any of it. */
    DeskDriver tellWithoutFlush(ToRoom... messages) {
        for (ToRoom message : messages) {
            run(desk.receive(state, message, nowMs));
        }
        return this;
    }

    DeskDriver flush() {
        while (flushWanted) {
            flushWanted = false;
            run(desk.flush(state, nowMs));
        }
        return this;
    }

    /** How many turns the room takes until it wants no more. */
    int flushTurns() {
        int turns = 0;
        while (flushWanted) {
            flushOnce();
            turns++;
        }
        return turns;
    }

    /** Decides one group, and leaves what that brings about waiting. */
    DeskDriver flushOnce() {
        flushWanted = false;
        run(desk.flush(state, nowMs));
        return this;
    }

    DeskDriver passMs(long ms) {
        nowMs += ms;
        run(desk.tick(state, nowMs));
        return flush();
    }

    /** What this relay was told since it was asked last. */
    List<ToRelay> heard(RelayId relay) {
        List<ToRelay> heard = said.remove(relay);
        return heard == null ? List.of() : heard;
    }

    /** The same, only of one kind. */
    <T extends ToRelay> List<T> heard(RelayId relay, Class<T> kind) {
        return heard(relay).stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private void run(List<RoomEffect> effects) {
        for (RoomEffect effect : effects) {
            switch (effect) {
                case RoomEffect.Reply(RelayId relay, ToRelay message) -> say(relay, message);
                case RoomEffect.Broadcast(List<RelayId> relays, ToRelay message) ->
                    relays.forEach(relay -> say(relay, message));
                case RoomEffect.FlushLater f -> flushWanted = true;
                case RoomEffect.Persist(List<RoomEvent> events, int submits, int nodes) -> {
                    for (RoomEvent event : events) {
                        journal.add(event);
                        state = RoomRules.evolve(state, event);
                    }
                    run(desk.persisted(state, nowMs));
                }
                default -> others.add(effect);
            }
        }
    }

    private void say(RelayId relay, ToRelay message) {
        said.computeIfAbsent(relay, r -> new ArrayList<>()).add(message);
    }
}
