package dev.parley.edge.admin;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Bounds the values of a metric's label that peers can choose: the first so many keep their name, all later ones are
 * {@code other}. Thread-safe.
 */
final class LabelCap {
    static final String OTHER = "other";

    private final int valuesMax;
    private final Set<String> known = ConcurrentHashMap.newKeySet();

    LabelCap(int valuesMax) {
        this.valuesMax = valuesMax;
    }

    String of(String value) {
        if (known.contains(value)) {
            return value;
        }
        synchronized (known) { // Only a new value waits here, so the bound is exact.
            if (known.size() >= valuesMax) {
                return OTHER;
            }
            known.add(value);
            return value;
        }
    }
}
