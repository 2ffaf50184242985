package dev.parley.sim.use;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A timeline as plain text: a row a lane, a column some milliseconds, marks over spans, a ruler on top.
 *
 * <p>Cost: linear in columns, spans and marks. A span shorter than a column still shows; of several marks in one column
 * the last one shows, and {@code *} stands where they differ.
 */
final class TimelineText {
    private static final int RULER_EVERY = 20;
    private static final String SEVERAL = "*";
    /** So short a run is told in milliseconds. */
    private static final long FINE_BELOW_MS = 2_000;

    private TimelineText() {}

    /** The picture, {@code columns} wide without the names. */
    static List<String> lines(Timeline timeline, int columns) {
        int names = timeline.lanes().stream()
                .mapToInt(lane -> lane.name().length() + 2)
                .max()
                .orElse(0);
        List<String> lines = new ArrayList<>();
        lines.add(" ".repeat(names + 1) + ruler(timeline, columns));
        String group = "";
        for (Timeline.Lane lane : timeline.lanes()) {
            if (!lane.group().equals(group)) {
                group = lane.group();
                lines.add(group);
            }
            String name = "  " + lane.name();
            lines.add(name + " ".repeat(names - name.length()) + "|" + row(timeline, lane, columns) + "|");
        }
        if (timeline.brokenMs() >= 0) {
            lines.add(" ".repeat(names + 1 + column(timeline, timeline.brokenMs(), columns)) + "^ broken at "
                    + timeline.brokenMs() + " ms");
        }
        boolean starred = lines.stream().anyMatch(line -> line.contains(SEVERAL));
        lines.addAll(legend(timeline, starred));
        return lines;
    }

    private static String ruler(Timeline timeline, int columns) {
        StringBuilder ruler = new StringBuilder();
        for (int column = 0; column < columns; column += RULER_EVERY) {
            String seconds = (timeline.untilMs() < FINE_BELOW_MS ? "%.3fs" : "%.1fs")
                    .formatted(timeline.untilMs() * (double) column / columns / 1_000);
            ruler.append(" ".repeat(Math.max(0, column - ruler.length()))).append(seconds);
        }
        return ruler.toString();
    }

    private static String row(Timeline timeline, Timeline.Lane lane, int columns) {
        char[] row = new char[columns];
        Arrays.fill(row, ' ');
        for (Timeline.Span span : lane.spans()) {
            int from = column(timeline, span.fromMs(), columns);
            int until = Math.clamp(scaled(timeline, span.untilMs(), columns), from + 1, columns);
            Arrays.fill(row, from, until, span.kind().fill());
        }
        boolean[] marked = new boolean[columns];
        for (Timeline.Mark mark : lane.marks()) {
            int at = column(timeline, mark.atMs(), columns);
            row[at] = marked[at] && row[at] != mark.sign() ? SEVERAL.charAt(0) : mark.sign();
            marked[at] = true;
        }
        return new String(row);
    }

    private static int column(Timeline timeline, long atMs, int columns) {
        return Math.clamp(scaled(timeline, atMs, columns), 0, columns - 1);
    }

    private static long scaled(Timeline timeline, long atMs, int columns) {
        return atMs * columns / Math.max(1, timeline.untilMs());
    }

    private static List<String> legend(Timeline timeline, boolean starred) {
        Map<Character, String> signs = new LinkedHashMap<>();
        timeline.lanes().stream()
                .flatMap(lane -> lane.marks().stream())
                .forEach(mark -> signs.putIfAbsent(mark.sign(), mark.label()));
        String kinds = timeline.lanes().stream()
                .flatMap(lane -> lane.spans().stream())
                .map(Timeline.Span::kind)
                .distinct()
                .sorted()
                .map(kind -> kind.fill() + " " + kind.name().toLowerCase(java.util.Locale.ROOT))
                .collect(Collectors.joining(", "));
        String marks = signs.entrySet().stream()
                        .map(sign -> sign.getKey() + " " + sign.getValue())
                        .collect(Collectors.joining(", "))
                + (starred ? ", * several of them" : "");
        return List.of(kinds, marks).stream().filter(line -> !line.isEmpty()).toList();
    }
}
