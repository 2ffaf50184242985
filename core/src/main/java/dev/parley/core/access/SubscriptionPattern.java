package dev.parley.core.access;

/**
 * The pattern language of subscriptions (spec 03 §6.1), which is not that of write policies.
 *
 * <p>Over the bytes of UTF-8, the whole key, case-sensitive. At each place the first rule that fits:
 *
 * <pre>
 * /**    at the end     nothing, or / and anything
 * /**&#47;                  /, and go on right behind it or behind any later /
 * **&#47;                   nothing; or any bytes, and go on at the /
 * **                    any bytes
 * *                     any bytes but /
 * anything else         itself
 * </pre>
 */
public final class SubscriptionPattern {
    private SubscriptionPattern() {}

    /** True if the pattern matches the whole key. Cost: see {@link Placement}; no pattern is exponential. */
    public static boolean matches(String pattern, String key) {
        return Placement.of(pattern, key).exists(SubscriptionPattern::step);
    }

    static void step(Placement on, int at, long[] reached) {
        if (on.has(at, "/**") && at + 3 == on.pattern.length) {
            if (on.hasEnd(reached) || !on.isEmpty(on.keep(reached, (byte) '/'))) {
                on.moveToEnd();
            }
        } else if (on.has(at, "/**/")) {
            long[] fromSlash = on.onward(on.keep(reached, (byte) '/'));
            on.move(at + 4, on.behind(on.keep(fromSlash, (byte) '/')));
        } else if (on.has(at, "**/")) {
            on.move(at + 3, reached.clone());
            // The rest is read from its slash on: it may be /** or another /**/, which are rules of their own.
            on.move(at + 2, on.onward(reached));
        } else if (on.has(at, "**")) {
            on.move(at + 2, on.onward(reached));
        } else if (on.has(at, "*")) {
            on.move(at + 1, on.onwardToSlash(reached));
        } else {
            on.move(at + 1, on.behind(on.keep(reached, on.pattern[at])));
        }
    }
}
