package dev.parley.core.access;

import java.nio.charset.StandardCharsets;

/**
 * The pattern language of write policies (spec 01 §13.2), which is not that of subscriptions.
 *
 * <p>Over the bytes of UTF-8, the whole key, case-sensitive, without escapes: {@code **} stands for any bytes and takes
 * one {@code /} that follows it with it; {@code *} for any bytes but {@code /}; anything else for itself.
 */
public final class PolicyPattern {
    private PolicyPattern() {}

    /** True if the pattern matches the whole key. Cost: see {@link Placement}; no pattern is exponential. */
    public static boolean matches(String pattern, String key) {
        return matches(pattern, new Placement.Key(key));
    }

    /** The same, for one of many patterns that are laid over one key. */
    static boolean matches(String pattern, Placement.Key key) {
        return Placement.of(pattern.getBytes(StandardCharsets.UTF_8), key, Long.MAX_VALUE)
                .exists(PolicyPattern::step);
    }

    static void step(Placement on, int at, long[] reached) {
        if (on.has(at, "**/")) {
            on.move(at + 3, on.onward(reached));
        } else if (on.has(at, "**")) {
            on.move(at + 2, on.onward(reached));
        } else if (on.has(at, "*")) {
            on.move(at + 1, on.onwardToSlash(reached));
        } else {
            on.move(at + 1, on.behind(on.keep(reached, on.pattern[at])));
        }
    }
}
