package dev.parley.sim.world;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Records as one line of text, and back: {@code Drop(when=At(ms=5),forMs=300,percent=20)}.
 *
 * <p>Shape: components are numbers, booleans, enums, strings, lists, optionals ({@code none} when empty) and records; a
 * sealed interface is read as whichever of its records is named. Errors: {@link IllegalArgumentException} says where.
 */
final class RecordText {
    private final String text;
    private int at;

    private RecordText(String text) {
        this.text = text;
    }

    static String write(Object value) {
        return switch (value) {
            case Record it ->
                it.getClass().getSimpleName()
                        + Arrays.stream(it.getClass().getRecordComponents())
                                .map(component -> component.getName() + "=" + write(component(component, it)))
                                .collect(Collectors.joining(",", "(", ")"));
            case List<?> it -> it.stream().map(RecordText::write).collect(Collectors.joining(",", "[", "]"));
            case Optional<?> it -> it.map(RecordText::write).orElse("none");
            case Enum<?> it -> it.name();
            case String it ->
                '"' + it.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
            case Number it -> it.toString();
            case Boolean it -> it.toString();
            default -> throw new IllegalArgumentException("no text for a " + value.getClass());
        };
    }

    /** The value of {@code component} in {@code it}. */
    static Object component(RecordComponent component, Object it) {
        try {
            var accessor = component.getAccessor();
            accessor.setAccessible(true);
            return accessor.invoke(it);
        } catch (ReflectiveOperationException unreadable) {
            throw new IllegalArgumentException("cannot read " + component, unreadable);
        }
    }

    static <T> T read(String text, Class<T> type) {
        return type.cast(readAs(text, type));
    }

    static Object readAs(String text, Type type) {
        RecordText reader = new RecordText(text);
        Object value = reader.value(type);
        if (reader.at != text.length()) {
            throw reader.broken("nothing more");
        }
        return value;
    }

    /** Makes a record of its components in their order. */
    static Object make(Class<?> type, List<Object> values) {
        try {
            Class<?>[] types = Arrays.stream(type.getRecordComponents())
                    .map(RecordComponent::getType)
                    .toArray(Class<?>[]::new);
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values.toArray());
        } catch (InvocationTargetException refused) {
            throw new IllegalArgumentException("no such " + type.getSimpleName(), refused.getCause());
        } catch (ReflectiveOperationException missing) {
            throw new IllegalArgumentException("cannot make a " + type, missing);
        }
    }

    private Object value(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type of = generic.getActualTypeArguments()[0];
            return generic.getRawType() == List.class ? list(of) : optional(of);
        }
        Class<?> plain = (Class<?>) type;
        if (plain == long.class) {
            return Long.parseLong(word());
        }
        if (plain == int.class) {
            return Integer.parseInt(word());
        }
        if (plain == boolean.class) {
            return Boolean.parseBoolean(word());
        }
        if (plain == String.class) {
            return string();
        }
        if (plain.isEnum()) {
            String name = word();
            return Arrays.stream(plain.getEnumConstants())
                    .filter(one -> ((Enum<?>) one).name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> broken("a " + plain.getSimpleName()));
        }
        return record(plain);
    }

    private Object record(Class<?> type) {
        Class<?> found = named(type, word()).orElseThrow(() -> broken("a " + type.getSimpleName()));
        List<Object> values = new ArrayList<>();
        take('(');
        for (RecordComponent component : found.getRecordComponents()) {
            if (!values.isEmpty()) {
                take(',');
            }
            if (!word().equals(component.getName())) {
                throw broken(component.getName());
            }
            take('=');
            values.add(value(component.getGenericType()));
        }
        take(')');
        return make(found, values);
    }

    private static Optional<Class<?>> named(Class<?> type, String name) {
        if (type.isSealed()) {
            return Arrays.stream(type.getPermittedSubclasses())
                    .flatMap(one -> named(one, name).stream())
                    .findFirst();
        }
        return type.isRecord() && type.getSimpleName().equals(name) ? Optional.of(type) : Optional.empty();
    }

    private List<Object> list(Type of) {
        List<Object> values = new ArrayList<>();
        take('[');
        while (peek() != ']') {
            if (!values.isEmpty()) {
                take(',');
            }
            values.add(value(of));
        }
        take(']');
        return values;
    }

    private Optional<Object> optional(Type of) {
        if (text.startsWith("none", at)) {
            at += "none".length();
            return Optional.empty();
        }
        return Optional.of(value(of));
    }

    private String word() {
        int from = at;
        while (at < text.length()
                && (Character.isLetterOrDigit(text.charAt(at)) || "_-".indexOf(text.charAt(at)) >= 0)) {
            at++;
        }
        return text.substring(from, at);
    }

    private String string() {
        StringBuilder read = new StringBuilder();
        take('"');
        while (peek() != '"') {
            char next = text.charAt(at++);
            if (next != '\\') {
                read.append(next);
            } else {
                char escaped = peek();
                at++;
                read.append(escaped == 'n' ? '\n' : escaped);
            }
        }
        take('"');
        return read.toString();
    }

    private char peek() {
        if (at >= text.length()) {
            throw broken("more");
        }
        return text.charAt(at);
    }

    private void take(char expected) {
        if (peek() != expected) {
            throw broken("'" + expected + "'");
        }
        at++;
    }

    private IllegalArgumentException broken(String expected) {
        return new IllegalArgumentException("expected " + expected + " at " + at + " of: " + text);
    }
}
