package dev.parley.sim.coverage;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** All kinds of values of a sealed type, numbered in the order of their declaration. */
final class Kinds {
    private final List<String> names = new ArrayList<>();
    private final Map<Class<?>, Integer> numbers = new HashMap<>();

    private Kinds() {}

    static Kinds under(Class<?> sealed) {
        Kinds kinds = new Kinds();
        kinds.collect(sealed);
        return kinds;
    }

    private void collect(Class<?> type) {
        if (!type.isSealed()) {
            if (numbers.putIfAbsent(type, names.size()) == null) {
                names.add(type.getSimpleName());
            }
            return;
        }
        for (Class<?> kind : type.getPermittedSubclasses()) {
            collect(kind);
        }
    }

    int count() {
        return names.size();
    }

    List<String> names() {
        return names;
    }

    /** The number of a value's kind. */
    int of(Object value) {
        return numbers.get(value.getClass());
    }

    /** The number of a kind. */
    int numberOf(Class<?> kind) {
        return numbers.get(kind);
    }
}
