package dev.parley.sim.use;

import java.util.Locale;
import java.util.function.IntFunction;

/**
 * Puts what a trace says into words: {@code {peer}} and its like become names, numbers that no place is left for follow in
 * brackets.
 *
 * @param peer the name of the peer with a number
 * @param room the name of the room with a number
 */
record Telling(IntFunction<String> peer, IntFunction<String> room) {
    private static final int ID_DIGITS = 8;

    /** One event as a line, with its time in front. */
    String line(long atMs, String what, long[] details) {
        return String.format(Locale.ROOT, "%7.3f s  %s", atMs / 1_000.0, sentence(what, details));
    }

    /** One event without its time. */
    String sentence(String what, long[] details) {
        StringBuilder said = new StringBuilder();
        int next = 0;
        for (int at = 0; at < what.length(); ) {
            int open = what.indexOf('{', at);
            int close = open < 0 ? -1 : what.indexOf('}', open);
            if (close < 0 || next == details.length) {
                said.append(what, at, what.length());
                break;
            }
            String kind = what.substring(open + 1, close);
            String name = name(kind, details[next++]);
            said.append(what, at, open);
            boolean kindIsSaid = said.toString().endsWith(kind + " ") && name.startsWith(kind + " ");
            said.append(kindIsSaid ? name.substring(kind.length() + 1) : name);
            at = close + 1;
        }
        for (int rest = next; rest < details.length; rest++) {
            said.append(rest == next ? " [" : ", ").append(details[rest]).append(rest == details.length - 1 ? "]" : "");
        }
        return said.toString();
    }

    private String name(String kind, long number) {
        return switch (kind) {
            case "member" -> memberName(number);
            case "peer" -> peer.apply((int) number);
            case "room" -> room.apply((int) number);
            case "session" -> "session " + number;
            case "id" -> String.format(Locale.ROOT, "%016x", number).substring(0, ID_DIGITS);
            case "relay" -> "relay " + number;
            case "life" -> "life " + number;
            default -> String.valueOf(number);
        };
    }

    /** Members are A, B, C and so on. */
    static String memberName(long number) {
        return number >= 0 && number < 26 ? "member " + (char) ('A' + number) : "member " + number;
    }
}
