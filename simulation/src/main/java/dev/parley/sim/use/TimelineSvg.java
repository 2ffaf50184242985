package dev.parley.sim.use;

import java.util.Locale;

/** A timeline as one SVG picture without scripts: rows of bars, ticks for marks, each with a title that tells what it is. */
final class TimelineSvg {
    private static final int NAMES_WIDE = 190;
    private static final int CHART_WIDE = 1_000;
    private static final int ROW_HIGH = 20;
    private static final int BAR_HIGH = 12;
    private static final int TOP = 50;
    private static final int TICKS = 10;

    private final Timeline timeline;
    private final StringBuilder svg = new StringBuilder();
    private int y = TOP;

    private TimelineSvg(Timeline timeline) {
        this.timeline = timeline;
    }

    /** The whole file. */
    static String draw(Timeline timeline, String title) {
        return new TimelineSvg(timeline).drawn(title);
    }

    private String drawn(String title) {
        String group = "";
        for (Timeline.Lane lane : timeline.lanes()) {
            if (!lane.group().equals(group)) {
                group = lane.group();
                text(8, y + BAR_HIGH, group, "font-weight=\"bold\"");
                y += ROW_HIGH;
            }
            lane(lane);
            y += ROW_HIGH;
        }
        StringBuilder whole = new StringBuilder();
        whole.append(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"11\">%n"
                        .formatted(NAMES_WIDE + CHART_WIDE + 20, y + 10)
                        .replace("\r", ""));
        whole.append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        whole.append("<text x=\"8\" y=\"18\" font-size=\"14\">")
                .append(escaped(title))
                .append("</text>\n");
        whole.append(grid()).append(svg);
        if (timeline.brokenMs() >= 0) {
            double x = x(timeline.brokenMs());
            whole.append(format(
                    "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"red\" stroke-width=\"2\"><title>broken at %d ms</title></line>\n",
                    x, TOP - 6, x, y, timeline.brokenMs()));
        }
        return whole.append("</svg>\n").toString();
    }

    private String grid() {
        StringBuilder lines = new StringBuilder();
        for (int tick = 0; tick <= TICKS; tick++) {
            long atMs = timeline.untilMs() * tick / TICKS;
            lines.append(format(
                    "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#dddddd\"/>\n",
                    x(atMs), TOP - 6, x(atMs), y));
            lines.append(format(
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" fill=\"#666666\">%.1f s</text>\n",
                    x(atMs), TOP - 10, atMs / 1_000.0));
        }
        return lines.toString();
    }

    private void lane(Timeline.Lane lane) {
        text(20, y + BAR_HIGH - 2, lane.name(), "");
        for (Timeline.Span span : lane.spans()) {
            svg.append(format(
                    "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"><title>%s, %d to %d ms</title></rect>\n",
                    x(span.fromMs()),
                    y,
                    Math.max(1, x(span.untilMs()) - x(span.fromMs())),
                    BAR_HIGH,
                    span.kind().colour(),
                    escaped(span.label()),
                    span.fromMs(),
                    span.untilMs()));
        }
        for (Timeline.Mark mark : lane.marks()) {
            svg.append(format(
                    "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#222222\" stroke-width=\"1.5\"><title>%s, %d ms</title></line>\n",
                    x(mark.atMs()), y - 2, x(mark.atMs()), y + BAR_HIGH + 2, escaped(mark.label()), mark.atMs()));
        }
    }

    private void text(int x, int at, String text, String how) {
        svg.append(format("<text x=\"%d\" y=\"%d\" %s>%s</text>\n", x, at, how, escaped(text)));
    }

    private double x(long atMs) {
        return NAMES_WIDE + Math.min(1.0, atMs / (double) Math.max(1, timeline.untilMs())) * CHART_WIDE;
    }

    private static String format(String shape, Object... parts) {
        return String.format(Locale.ROOT, shape, parts);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
