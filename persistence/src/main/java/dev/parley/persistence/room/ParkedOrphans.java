package dev.parley.persistence.room;

import dev.parley.core.history.Candidate;
import dev.parley.core.history.HistoryView;
import dev.parley.core.history.Node;
import dev.parley.core.history.OrphanBuffer;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.SessionId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Nodes whose parents are missing, and who brought them; bounded in nodes, bytes and time (spec 03 §3). */
final class ParkedOrphans {
    /** Who brought a parked node, and by which relay. */
    record Origin(RelayId relay, SessionId session, PeerId from) {
        Sender sender() {
            return new Sender(relay, session);
        }
    }

    /** So many nodes of one origin were dropped. */
    record Dropped(Origin origin, int nodes) {}

    /** Nodes of one origin that may come in now, parents first. */
    record Healed(Origin origin, List<Candidate> candidates) {}

    private record Parked(Origin origin, Candidate candidate) {}

    /** A session, and the relay that it is behind. */
    record Sender(RelayId relay, SessionId session) {}

    private final OrphanBuffer<Parked> buffer;
    /** Nodes of each sender that are parked, or healed and not decided yet. */
    private final Map<Sender, Integer> unresolved = new HashMap<>();
    /** Senders whose number changed since {@link #changes}. */
    private final Set<Sender> changed = new LinkedHashSet<>();

    ParkedOrphans(RoomSettings settings) {
        buffer = new OrphanBuffer<>(
                settings.orphans().nodesMax(),
                settings.orphans().bytesMax(),
                settings.orphans().ttl().toMillis());
    }

    int nodes() {
        return buffer.size();
    }

    long bytes() {
        return buffer.bytes();
    }

    /** Parks nodes; gives what had to go for them. One that is parked already stays with its first origin. */
    List<Dropped> park(Origin origin, List<Candidate> candidates, long nowMs) {
        List<Parked> gone = new ArrayList<>();
        for (Candidate candidate : candidates) {
            if (!buffer.contains(candidate.node().id())) {
                count(origin, 1); // It is dropped again at once if it fits nowhere.
            }
            gone.addAll(buffer.park(candidate.node(), new Parked(origin, candidate), nowMs));
        }
        return counted(gone);
    }

    /**
     * Takes out what these nodes, now stored in {@code view}, were missed by, and what was missed by that in turn: a
     * chain comes in at once, whatever its length.
     */
    List<Healed> healedBy(List<Node> stored, HistoryView view) {
        if (buffer.size() == 0) {
            return List.of();
        }
        List<NodeId> arrived = new ArrayList<>(stored.size());
        for (Node node : stored) {
            buffer.forget(node.id()).forEach(parked -> count(parked.origin(), -1));
            arrived.add(node.id());
        }
        Set<NodeId> taken = new HashSet<>();
        List<Healed> healed = new ArrayList<>();
        List<Candidate> row = new ArrayList<>();
        Origin origin = null;
        while (!arrived.isEmpty()) {
            List<Parked> released = buffer.release(arrived, id -> taken.contains(id) || view.contains(id));
            arrived = new ArrayList<>(released.size());
            for (Parked parked : released) {
                if (origin != null && !origin.equals(parked.origin())) {
                    healed.add(new Healed(origin, row));
                    row = new ArrayList<>();
                }
                origin = parked.origin();
                row.add(parked.candidate());
                arrived.add(parked.candidate().node().id());
            }
            taken.addAll(arrived);
        }
        if (origin != null) {
            healed.add(new Healed(origin, row));
        }
        return healed;
    }

    /** Drops what has waited too long. */
    List<Dropped> expire(long nowMs) {
        return counted(buffer.expire(nowMs));
    }

    List<Dropped> dropAll() {
        return counted(buffer.dropIf(parked -> true));
    }

    /** Healed nodes of this origin were decided, and are parked no more. */
    void resolved(Origin origin, int nodes) {
        count(origin, -nodes);
    }

    /** Whose number of parked nodes changed since the last call, and what it is now. */
    Map<Sender, Integer> changes() {
        Map<Sender, Integer> now = new LinkedHashMap<>();
        changed.forEach(sender -> now.put(sender, unresolved.getOrDefault(sender, 0)));
        changed.clear();
        return now;
    }

    private void count(Origin origin, int more) {
        if (more != 0) {
            unresolved.merge(origin.sender(), more, (had, now) -> had + now == 0 ? null : had + now);
            changed.add(origin.sender());
        }
    }

    private List<Dropped> counted(List<Parked> gone) {
        gone.forEach(parked -> count(parked.origin(), -1));
        Map<Origin, Integer> nodes = new LinkedHashMap<>();
        gone.forEach(parked -> nodes.merge(parked.origin(), 1, Integer::sum));
        List<Dropped> dropped = new ArrayList<>();
        nodes.forEach((origin, count) -> dropped.add(new Dropped(origin, count)));
        return dropped;
    }
}
