package dev.parley.sim.mutate;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A planted bug: one place of one source file that reads otherwise.
 *
 * <p>Its text, in a file {@code ID.mutant}:
 *
 * <pre>
 * title: what goes wrong, in a sentence
 * area: the part of the code
 * layer: first or second, that which should find it
 * written: before tuning or after tuning
 * breaks: the promise that it breaks
 * file: the source, from the root of the checkout
 * --- is
 * the text as it stands there; layout does not count
 * --- becomes
 * the text in its place, maybe none
 * --- end
 * </pre>
 */
public record Mutant(
        String id,
        String title,
        String area,
        Layer layer,
        boolean beforeTuning,
        String breaks,
        String file,
        String is,
        String becomes) {
    /** Which simulator should find it. */
    public enum Layer {
        FIRST,
        SECOND
    }

    private static final Set<String> FIELDS = Set.of("title", "area", "layer", "written", "breaks", "file");
    private static final String IS = "--- is";
    private static final String BECOMES = "--- becomes";
    private static final String END = "--- end";

    /** Errors: {@link UnfitMutant} says what is wrong with the text. */
    public static Mutant parse(String id, String text) {
        List<String> lines = text.lines().toList();
        int is = lines.indexOf(IS);
        int becomes = lines.indexOf(BECOMES);
        int end = lines.indexOf(END);
        if (is < 0 || becomes < is || end < becomes) {
            throw new UnfitMutant(
                    id, "needs the lines '" + IS + "', '" + BECOMES + "' and '" + END + "', in this order");
        }
        Map<String, String> fields = new HashMap<>();
        for (String line : lines.subList(0, is)) {
            int colon = line.indexOf(": ");
            String name = colon < 0 ? line : line.substring(0, colon);
            if (colon < 0
                    || !FIELDS.contains(name)
                    || fields.put(name, line.substring(colon + 2).strip()) != null) {
                throw new UnfitMutant(id, "the line '" + line + "' is no field, or a second one of its name");
            }
        }
        if (!fields.keySet().equals(FIELDS)) {
            throw new UnfitMutant(id, "has the fields " + fields.keySet() + ", not " + FIELDS);
        }
        return new Mutant(
                id,
                fields.get("title"),
                fields.get("area"),
                oneOf(id, fields.get("layer"), "first", "second") ? Layer.FIRST : Layer.SECOND,
                oneOf(id, fields.get("written"), "before tuning", "after tuning"),
                fields.get("breaks"),
                fields.get("file"),
                String.join("\n", lines.subList(is + 1, becomes)),
                String.join("\n", lines.subList(becomes + 1, end)));
    }

    private static boolean oneOf(String id, String got, String first, String second) {
        if (!got.equals(first) && !got.equals(second)) {
            throw new UnfitMutant(id, "'" + got + "' is neither '" + first + "' nor '" + second + "'");
        }
        return got.equals(first);
    }

    /**
     * The source with this bug in it.
     *
     * <p>Errors: {@link UnfitMutant} unless the text to replace stands there exactly once. Blanks and ends of lines are
     * not compared, so that formatting the source changes nothing.
     */
    public String plantIn(String source) {
        Letters there = Letters.of(source);
        String wanted = Letters.of(is).text();
        int at = wanted.isEmpty() ? -1 : there.text().indexOf(wanted);
        if (at < 0) {
            throw new UnfitMutant(id, "its text is not in " + file);
        }
        if (there.text().indexOf(wanted, at + 1) >= 0) {
            throw new UnfitMutant(id, "its text is in " + file + " more than once");
        }
        int from = there.placeOf(at);
        int to = there.placeOf(at + wanted.length() - 1) + 1;
        return source.substring(0, from) + becomes + source.substring(to);
    }

    /** A text without its blanks, and where each character left stood. */
    private record Letters(String text, int[] places) {
        static Letters of(String whole) {
            StringBuilder text = new StringBuilder(whole.length());
            int[] places = new int[whole.length()];
            for (int i = 0; i < whole.length(); i++) {
                if (!Character.isWhitespace(whole.charAt(i))) {
                    places[text.length()] = i;
                    text.append(whole.charAt(i));
                }
            }
            return new Letters(text.toString(), places);
        }

        int placeOf(int letter) {
            return places[letter];
        }
    }
}
