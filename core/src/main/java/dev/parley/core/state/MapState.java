package dev.parley.core.state;

import dev.parley.core.history.OpId;
import dev.parley.core.id.NodeId;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The last-writer-wins map: for each key the op with the highest priority (spec 05 §2).
 *
 * <p>A later op replaces a winner only when its priority is strictly greater, so inside one transaction the first op on
 * a key wins. A winning delete keeps its place. Values are shared arrays: read only. Not thread-safe.
 */
public final class MapState {
    /** Orders keys by their UTF-8 bytes, which is the order of their code points. */
    public static final Comparator<String> KEY_ORDER = MapState::compareCodePoints;

    private final Map<String, Winner> winners = new HashMap<>();
    private final SortedSet<NodeId> blobs = new TreeSet<>();

    /** The op that holds a key. {@code value} is empty when it is a delete; a blob's value is its 32 hash bytes. */
    public record Winner(OpId priority, Optional<byte[]> value, boolean blob) {}

    public void set(OpId priority, String key, byte[] value) {
        offer(key, new Winner(priority, Optional.of(value), false));
    }

    public void delete(OpId priority, String key) {
        offer(key, new Winner(priority, Optional.empty(), false));
    }

    public void setBlob(OpId priority, String key, NodeId blob) {
        blobs.add(blob);
        offer(key, new Winner(priority, Optional.of(blob.toBytes()), true));
    }

    private void offer(String key, Winner candidate) {
        Winner winner = winners.get(key);
        if (winner == null || candidate.priority().compareTo(winner.priority()) > 0) {
            winners.put(key, candidate);
        }
    }

    /** The winner of a key, a delete included. */
    public Optional<Winner> winner(String key) {
        return Optional.ofNullable(winners.get(key));
    }

    /** The value of a key, if it has one. */
    public Optional<byte[]> value(String key) {
        return winner(key).flatMap(Winner::value);
    }

    /** A new map of all keys whose winner has a value, in key order. Cost: O(n log n). */
    public SortedMap<String, byte[]> resolve() {
        SortedMap<String, byte[]> resolved = new TreeMap<>(KEY_ORDER);
        winners.forEach((key, winner) -> winner.value().ifPresent(value -> resolved.put(key, value)));
        return resolved;
    }

    /** A new map of all keys whose winner has a value, with who wrote it, in key order. */
    public SortedMap<String, Winner> resolveWithWinners() {
        SortedMap<String, Winner> resolved = new TreeMap<>(KEY_ORDER);
        winners.forEach((key, winner) -> {
            if (winner.value().isPresent()) {
                resolved.put(key, winner);
            }
        });
        return resolved;
    }

    /** Every blob any op referred to, winner or not, ascending. It never shrinks. */
    public SortedSet<NodeId> referencedBlobs() {
        return new TreeSet<>(blobs);
    }

    private static int compareCodePoints(String left, String right) {
        int shorter = Math.min(left.length(), right.length());
        for (int i = 0; i < shorter; i++) {
            char ours = left.charAt(i);
            char theirs = right.charAt(i);
            if (ours != theirs) {
                // A surrogate starts a character above U+FFFF, which sorts after U+E000..U+FFFF.
                boolean oursHigh = Character.isSurrogate(ours);
                boolean theirsHigh = Character.isSurrogate(theirs);
                return oursHigh == theirsHigh ? Character.compare(ours, theirs) : oursHigh ? 1 : -1;
            }
        }
        return Integer.compare(left.length(), right.length());
    }
}
