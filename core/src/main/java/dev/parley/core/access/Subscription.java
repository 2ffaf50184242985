package dev.parley.core.access;

import dev.parley.core.history.Node;
import dev.parley.core.history.Op;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The key patterns a session wants relayed (spec 03 §6).
 *
 * <p>Shape: an empty list means everything. Equal subscriptions share one encoded pack, so this is a value.
 */
public record Subscription(List<String> patterns) {
    /** Most patterns a session may have. */
    public static final int PATTERNS_MAX = 256;

    /** Longest pattern, in bytes of UTF-8. */
    public static final int PATTERN_BYTES_MAX = 1024;

    public static final Subscription EVERYTHING = new Subscription(List.of());

    public Subscription {
        patterns = patterns.contains("**") ? List.of() : List.copyOf(patterns);
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
     * matches a pattern. Parents are not added. Cost: a match for each op and pattern, up to the first that fits.
     */
    public boolean wants(Node node) {
        if (isEverything() || node.transaction().ops().isEmpty()) {
            return true;
        }
        for (Op op : node.transaction().ops()) {
            if (op.key().startsWith("\0")) {
                return true;
            }
            for (String pattern : patterns) {
                if (SubscriptionPattern.matches(pattern, op.key())) {
                    return true;
                }
            }
        }
        return false;
    }
}
