package dev.parley.sim.use;

import dev.parley.sim.fault.Fault;
import dev.parley.sim.fault.When;
import dev.parley.sim.world.Plan;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Faults as lines for a reader, and which of them went on at a time. */
final class Faulty {
    /** How long after a fault that takes a moment its consequences are likely to be met. */
    private static final long AFTERMATH_MS = 5_000;

    private Faulty() {}

    /** One fault: when, what, and its numbers by name. */
    static String told(Fault fault) {
        Record record = (Record) fault;
        String numbers = java.util.Arrays.stream(record.getClass().getRecordComponents())
                .filter(component -> !component.getName().equals("when"))
                .map(component -> component.getName() + "=" + Records.value(record, component.getName()))
                .collect(Collectors.joining(", "));
        return when(fault.when()) + " " + fault.getClass().getSimpleName() + (numbers.isEmpty() ? "" : " " + numbers);
    }

    /** All faults of a plan, by time. */
    static List<String> told(Plan plan) {
        return plan.faults().stream()
                .sorted(Comparator.comparingLong(fault -> fault.when().earliestMs()))
                .map(Faulty::told)
                .toList();
    }

    /** Those that went on at {@code atMs}, had just struck, or wait for a moment that may have come. */
    static List<Fault> activeAt(Plan plan, long atMs) {
        return plan.faults().stream().filter(fault -> active(fault, plan, atMs)).toList();
    }

    private static boolean active(Fault fault, Plan plan, long atMs) {
        long from = fault.when().earliestMs();
        if (from > atMs || atMs > plan.activeMs() + AFTERMATH_MS) {
            return false;
        }
        Record record = (Record) fault;
        long lasts = 0;
        for (String name : List.of("forMs", "downMs")) {
            if (Records.numbers(record).contains(name)) {
                lasts = Math.max(lasts, Records.number(record, name));
            }
        }
        return fault.when() instanceof When.First || atMs <= from + lasts + AFTERMATH_MS;
    }

    private static String when(When when) {
        return switch (when) {
            case When.At(var ms) -> String.format(Locale.ROOT, "%7.3f s ", ms / 1_000.0);
            case When.First(var after, var moment, var room) ->
                String.format(
                        Locale.ROOT,
                        "%7.3f s+ (at the first %s of room %d)",
                        after / 1_000.0,
                        moment.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                        room);
        };
    }
}
