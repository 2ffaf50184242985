package dev.parley.sim.world;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A plan as lines of text, so that it can be kept, shortened by hand and run again.
 *
 * <p>Shape: each line is a component's name, a space, and its value as {@link RecordText} writes it; a list has a line
 * for each of its elements. Empty lines and what follows {@code #} at the start of a line mean nothing. Errors:
 * {@link IllegalArgumentException} names the line.
 */
final class PlanText {
    private PlanText() {}

    static String write(Plan plan) {
        StringBuilder text = new StringBuilder();
        for (RecordComponent component : Plan.class.getRecordComponents()) {
            Object value = RecordText.component(component, plan);
            for (Object one : value instanceof List<?> list ? list : List.of(value)) {
                text.append(component.getName())
                        .append(' ')
                        .append(RecordText.write(one))
                        .append('\n');
            }
        }
        return text.toString();
    }

    static Plan read(String text) {
        List<String> lines = text.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .collect(Collectors.toCollection(ArrayList::new));
        List<Object> values = new ArrayList<>();
        for (RecordComponent component : Plan.class.getRecordComponents()) {
            String name = component.getName() + " ";
            List<Object> read = new ArrayList<>();
            boolean many = component.getGenericType() instanceof ParameterizedType;
            var type = component.getGenericType() instanceof ParameterizedType list
                    ? list.getActualTypeArguments()[0]
                    : component.getGenericType();
            for (String line : lines) {
                if (line.startsWith(name)) {
                    read.add(RecordText.readAs(line.substring(name.length()).strip(), type));
                }
            }
            lines.removeIf(line -> line.startsWith(name));
            if (!many && read.size() != 1) {
                throw new IllegalArgumentException("a plan has one line of " + name);
            }
            values.add(many ? read : read.get(0));
        }
        if (!lines.isEmpty()) {
            throw new IllegalArgumentException("not of a plan: " + lines.get(0));
        }
        return (Plan) RecordText.make(Plan.class, values);
    }
}
