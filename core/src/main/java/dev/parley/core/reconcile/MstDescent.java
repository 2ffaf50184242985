package dev.parley.core.reconcile;

import dev.parley.core.id.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A walk down another side's tree that finds the whole difference of two sets of ids, by the correct rules (spec 02
 * §2.5), not those of the stock peers.
 *
 * <p>A value: {@link #begin}, send {@link #asks}, feed the response to {@link #answered}, until nothing is asked; then
 * {@link #onlyOurs} and {@link #onlyTheirs} hold all that differs.
 *
 * <p>Shape: one ask holds at most {@value #PATHS_MAX} paths, deeper ones first; what is over comes later. Rounds: one a
 * level, some log₁₆ n + 2, whatever the other side answers at most 65 levels. If a set changes meanwhile, the result is
 * approximate.
 */
public final class MstDescent {
    /** The most paths in one ask; a server need not answer more at once. */
    public static final int PATHS_MAX = 4096;

    private static final String HEX = "0123456789abcdef";

    private final List<String> waiting;
    private final Set<NodeId> onlyOurs;
    private final Set<NodeId> onlyTheirs;

    private MstDescent(List<String> waiting, Set<NodeId> onlyOurs, Set<NodeId> onlyTheirs) {
        this.waiting = waiting;
        this.onlyOurs = onlyOurs;
        this.onlyTheirs = onlyTheirs;
    }

    /** The start: the root is asked for. */
    public static MstDescent begin() {
        return new MstDescent(List.of(""), Set.of(), Set.of());
    }

    /** The paths to ask for next; empty when the walk is over. */
    public List<String> asks() {
        return waiting.subList(0, Math.min(PATHS_MAX, waiting.size()));
    }

    /** Ids that only our side has, ascending, as far as found. */
    public List<NodeId> onlyOurs() {
        return List.copyOf(onlyOurs);
    }

    /** Ids that only the other side has, ascending, as far as found. */
    public List<NodeId> onlyTheirs() {
        return List.copyOf(onlyTheirs);
    }

    /**
     * The walk after a response to {@link #asks}. Nodes that were not asked for are ignored, a path without a node has
     * nothing below it.
     */
    public MstDescent answered(Mst ours, List<MstNode> response) {
        Map<String, MstNode> answers = new HashMap<>();
        response.forEach(node -> answers.putIfAbsent(node.path(), node));
        Round round = new Round(ours, new TreeSet<>(onlyOurs), new TreeSet<>(onlyTheirs));
        for (String path : asks()) {
            round.compare(path, Optional.ofNullable(answers.get(path)));
        }
        // The deeper paths come first, so that what waits stays bounded by the depth whatever is answered.
        List<String> next = round.next;
        next.addAll(waiting.subList(asks().size(), waiting.size()));
        return new MstDescent(List.copyOf(next), round.onlyOurs, round.onlyTheirs);
    }

    private record Round(Mst ours, Set<NodeId> onlyOurs, Set<NodeId> onlyTheirs, List<String> next) {
        Round(Mst ours, Set<NodeId> onlyOurs, Set<NodeId> onlyTheirs) {
            this(ours, onlyOurs, onlyTheirs, new ArrayList<>());
        }

        void compare(String path, Optional<MstNode> answer) {
            if (answer.isEmpty()) {
                onlyOurs.addAll(ours.idsUnder(path));
                return;
            }
            MstNode theirs = answer.get();
            if (ours.hashUnder(path).filter(theirs.hash()::equals).isPresent()) {
                return;
            }
            if (theirs.children().isEmpty() || path.length() == Mst.DEPTH_MAX) {
                compareLeaf(path, theirs);
            } else {
                compareChildren(path, theirs);
            }
        }

        private void compareLeaf(String path, MstNode theirs) {
            Set<NodeId> own = new HashSet<>(ours.idsUnder(path));
            Set<NodeId> shown = new HashSet<>(theirs.keys());
            // An id that does not belong here is not believed: it would be met again at its own path.
            shown.removeIf(id -> !HexPath.begins(path, id));
            own.stream().filter(id -> !shown.contains(id)).forEach(onlyOurs::add);
            shown.stream().filter(id -> !own.contains(id)).forEach(onlyTheirs::add);
        }

        private void compareChildren(String path, MstNode theirs) {
            Map<Integer, NodeId> hashes = new HashMap<>();
            theirs.children().forEach(child -> hashes.put(child.nibble(), child.hash()));
            for (int nibble = 0; nibble < HEX.length(); nibble++) {
                String below = path + HEX.charAt(nibble);
                NodeId hash = hashes.get(nibble);
                if (hash == null) {
                    onlyOurs.addAll(ours.idsUnder(below));
                } else if (ours.hashUnder(below).filter(hash::equals).isEmpty()) {
                    next.add(below);
                }
            }
        }
    }
}
