package dev.parley.sim.use;

import dev.parley.sim.check.Violation;
import java.util.regex.Pattern;

/**
 * What broke, without what differs from run to run: numbers, ids and names. Two runs with one kind are taken to have one
 * cause; a shorter plan that breaks in another way is not a shorter plan of the same break.
 */
final class Kinds {
    private static final Pattern IDS = Pattern.compile("\\b[0-9a-f]{8,}\\b");
    private static final Pattern NUMBERS = Pattern.compile("-?\\d+");
    private static final Pattern LISTS = Pattern.compile("\\[[^\\[\\]]*\\]|\\([^()]*\\)");
    private static final int MAX = 120;

    private Kinds() {}

    static String of(Throwable broken) {
        Throwable root = broken;
        while (root instanceof Violation && root.getCause() != null) {
            root = root.getCause();
        }
        return root instanceof Violation ? of(String.valueOf(root.getMessage())) : ofBug(root);
    }

    /** The kind that a violation's message tells. */
    static String of(String message) {
        String kind = message.lines().findFirst().orElse("");
        String before = "";
        while (!before.equals(kind)) {
            before = kind;
            kind = LISTS.matcher(kind).replaceAll("…");
        }
        kind = NUMBERS.matcher(IDS.matcher(kind).replaceAll("#")).replaceAll("#");
        return kind.length() > MAX ? kind.substring(0, MAX) : kind;
    }

    /** An exception is told by its type and the first place in code of the project. */
    private static String ofBug(Throwable bug) {
        for (StackTraceElement frame : bug.getStackTrace()) {
            if (frame.getClassName().startsWith("dev.parley.")) {
                String type = frame.getClassName();
                return bug.getClass().getSimpleName() + " in " + type.substring(type.lastIndexOf('.') + 1) + "."
                        + frame.getMethodName();
            }
        }
        return bug.getClass().getSimpleName();
    }
}
