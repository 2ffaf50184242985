package dev.parley.sim.check;

import dev.parley.core.history.HistoryView;
import dev.parley.core.history.Node;
import dev.parley.core.history.Signatures;
import dev.parley.core.id.PeerId;
import dev.parley.persistence.room.Flushed;
import dev.parley.persistence.room.PolicyBounds;
import dev.parley.persistence.room.RoomDesk;
import dev.parley.persistence.room.RoomRules;
import dev.parley.persistence.room.RoomSettings;
import dev.parley.persistence.room.RoomState;
import dev.parley.persistence.room.ToRoom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The rules of one life of a room, with somebody who looks at each decision, at who waits for it, and at what is held. */
public final class JudgedRules extends RoomRules {
    private final RoomSettings settings;
    private final Invariants invariants;
    private final TurnWatch turns = new TurnWatch();
    /** Packs that waited when the last batch had come that met no other. */
    private int alone;
    /** Nodes that were parked in this life, and when the last time. */
    private final Map<Node, Long> parked = new LinkedHashMap<>();
    /** Those that will be parked once what was decided with them is durable. */
    private final List<Node> toPark = new ArrayList<>();

    public JudgedRules(
            RoomSettings settings, PeerId server, Signatures signatures, PolicyBounds policies, Invariants invariants) {
        super(settings, server, signatures, policies);
        this.settings = settings;
        this.invariants = invariants;
    }

    /** The room, where {@code before} packs waited, heard {@code message}, and now has {@code after} waiting. */
    public void heard(ToRoom message, int before, int after) {
        turns.heard(message, after - before);
        if (before == 0) {
            alone = after;
        }
    }

    @Override
    public Flushed decide(RoomState room, List<ToRoom.Submit> submits, long nowMs) {
        turns.turn(submits);
        Flushed flushed = super.decide(room, submits, nowMs);
        invariants.decided(room, submits, flushed, nowMs);
        for (Flushed.Decided decided : flushed.decided()) {
            decided.parked().forEach(candidate -> toPark.add(candidate.node()));
        }
        return flushed;
    }

    /** Those parked for longer than they may be are gone now. */
    public void ticked(long nowMs) {
        long ttlMs = settings.orphans().ttl().toMillis();
        parked.values().removeIf(sinceMs -> nowMs - sinceMs >= ttlMs);
    }

    /** So many nodes are parked, none of which could come in, or has waited too long. */
    public void parked(HistoryView view, int nodes, long nowMs) {
        toPark.forEach(node -> parked.put(node, nowMs)); // From now on, not from when it was decided, their time runs.
        toPark.clear();
        parked.keySet()
                .removeIf(node -> view.contains(node.id())
                        || node.transaction().parents().stream().allMatch(view::contains));
        invariants.bounded("nodes parked without need or for too long", nodes, parked.size());
    }

    /** What the room holds after each step: no more than its settings say. */
    public void looked(RoomDesk.Held held) {
        turns.lanes(held.ingressLanes());
        RoomSettings.Intake intake = settings.intake();
        // One batch may be larger than the bound when nothing else waits; what heals is let in all the same.
        int healing = settings.orphans().nodesMax();
        invariants.bounded("packs that wait", held.ingressSubmits(), Math.max(intake.packsMax(), alone) + healing);
        invariants.bounded(
                "parked nodes", held.orphanNodes(), settings.orphans().nodesMax());
        invariants.bounded(
                "bytes of parked nodes", held.orphanBytes(), settings.orphans().bytesMax());
        invariants.bounded("recent steps", held.recentSteps(), settings.repair().recentEventsMax());
        invariants.bounded(
                "bytes of recent steps", held.recentBytes(), settings.repair().recentBytesMax());
        invariants.bounded(
                "journal reads for relays", held.repairs(), settings.repair().readsMax());
        invariants.bounded("bytes of unfinished fragments", held.reassemblyBytes(), intake.reassemblyBytesMax());
    }
}
