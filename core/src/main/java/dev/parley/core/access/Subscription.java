package dev.parley.core.access;

import dev.parley.core.history.Node;
import dev.parley.core.history.Op;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The key patterns a session wants relayed (spec 03 §6).
 *
 * <p>Shape: an empty list means everything. Equal subscriptions share one encoded pack, so this is a value; what is
 * derived from the patterns is kept with it.
 */
public final class Subscription {
    /** Most patterns a session may have. */
    public static final int PATTERNS_MAX = 256;

    /** Longest pattern, in bytes of UTF-8. */
    public static final int PATTERN_BYTES_MAX = 1024;

    /**
     * Steps of matching that any node may cost, and those that each of its bytes may cost besides. Ordinary patterns take
     * a few a key; only ones made to be slow, on keys made for them, come near.
     */
    static final long STEPS_MAX = 1 << 16;

    static final long STEPS_PER_BYTE_MAX = 16;

    public static final Subscription EVERYTHING = new Subscription(List.of());

    private final List<String> patterns;
    private final int hash;
    private byte[][] encoded; // Of the patterns; made when first needed. Two threads may make it twice.

    public Subscription(List<String> patterns) {
        this.patterns = patterns.contains("**") ? List.of() : List.copyOf(patterns);
        this.hash = this.patterns.hashCode();
    }

    public List<String> patterns() {
        return patterns;
    }

    /**
     * True if there are not too many patterns and none is too long. A subscription beyond these bounds is refused
     * (ruling 9), never cut.
     */
    public boolean withinBounds() {
        return patterns.size() <= PATTERNS_MAX
                && patterns.stream().allMatch(it -> it.getBytes(StandardCharsets.UTF_8).length <= PATTERN_BYTES_MAX);
    }

    public boolean isEverything() {
        return patterns.isEmpty();
    }

    /**
     * True if the node is to be relayed: it has no op, an op on a system key (first byte 00), or an op whose key
     * matches a pattern. Parents are not added.
     *
     * <p>Cost: a match for each op and pattern, up to the first that fits, but never more than {@link #STEPS_MAX} steps and
     * {@link #STEPS_PER_BYTE_MAX} a byte of the node. A node that is not decided by then passes: peers drop what they do
     * not want, and cannot get back what they were not sent.
     */
    public boolean wants(Node node) {
        return isEverything()
                || node.transaction().ops().isEmpty()
                || matching(node).wanted();
    }

    /** Whether a node is wanted, and the steps it took to know, for tests of cost. */
    record Matching(boolean wanted, long steps) {}

    Matching matching(Node node) {
        long stepsMax = STEPS_MAX + STEPS_PER_BYTE_MAX * node.sizeBytes();
        long steps = 0;
        for (Op op : node.transaction().ops()) {
            if (op.key().startsWith("\0")) {
                return new Matching(true, steps);
            }
            Placement.Key key = new Placement.Key(op.key());
            for (byte[] pattern : encoded()) {
                steps++;
                Placement placement = Placement.of(pattern, key, stepsMax - steps);
                boolean matches = placement.exists(SubscriptionPattern::step);
                steps += placement.steps();
                if (matches || placement.gaveUp() || steps > stepsMax) {
                    return new Matching(true, steps);
                }
            }
        }
        return new Matching(false, steps);
    }

    private byte[][] encoded() {
        byte[][] made = encoded;
        if (made == null) {
            made = patterns.stream()
                    .distinct()
                    .map(it -> it.getBytes(StandardCharsets.UTF_8))
                    .toArray(byte[][]::new);
            encoded = made;
        }
        return made;
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof Subscription that && hash == that.hash && patterns.equals(that.patterns);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return "Subscription" + patterns;
    }
}
