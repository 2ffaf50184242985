package dev.parley.sim.use;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Records seen as their components, for who changes one of them without knowing which record it is. */
final class Records {
    private Records() {}

    static List<String> names(Record record) {
        return Arrays.stream(record.getClass().getRecordComponents())
                .map(RecordComponent::getName)
                .toList();
    }

    /** The names of the components of type {@code long} or {@code int}. */
    static List<String> numbers(Record record) {
        return Arrays.stream(record.getClass().getRecordComponents())
                .filter(component -> component.getType() == long.class || component.getType() == int.class)
                .map(RecordComponent::getName)
                .toList();
    }

    static long number(Record record, String name) {
        return ((Number) value(record, component(record, name))).longValue();
    }

    /** The same record with another {@code value} for a number; empty when it does not take that value. */
    static <T extends Record> Optional<T> with(T record, String name, long value) {
        RecordComponent component = component(record, name);
        return with(record, name, component.getType() == int.class ? (Object) (int) value : (Object) value);
    }

    /** The same record with another {@code value}; empty when it does not take it. */
    @SuppressWarnings("unchecked") // A record's own constructor makes a record of its type.
    static <T extends Record> Optional<T> with(T record, String name, Object value) {
        RecordComponent[] components = record.getClass().getRecordComponents();
        Object[] values = Arrays.stream(components)
                .map(component -> component.getName().equals(name) ? value : value(record, component))
                .toArray();
        try {
            Constructor<?> canonical = record.getClass()
                    .getDeclaredConstructor(Arrays.stream(components)
                            .map(RecordComponent::getType)
                            .toArray(Class<?>[]::new));
            canonical.setAccessible(true);
            return Optional.of((T) canonical.newInstance(values));
        } catch (ReflectiveOperationException refused) {
            return Optional.empty();
        }
    }

    static Object value(Record record, String name) {
        return value(record, component(record, name));
    }

    private static Object value(Record record, RecordComponent component) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static RecordComponent component(Record record, String name) {
        return Arrays.stream(record.getClass().getRecordComponents())
                .filter(component -> component.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(record.getClass() + " has no " + name));
    }
}
