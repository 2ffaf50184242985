package dev.parley.sim.use;

import java.util.ArrayList;
import java.util.List;

/**
 * A run as rows over virtual time: what lasted is a span, what happened at once a mark. Rows are grouped under headings,
 * in the order they were added.
 *
 * @param untilMs where the picture ends; it starts at 0
 * @param brokenMs when a promise broke, or -1
 */
record Timeline(long untilMs, long brokenMs, List<Lane> lanes) {
    Timeline {
        lanes = List.copyOf(lanes);
    }

    /** One row. Spans may overlap; a later one lies on top. */
    record Lane(String group, String name, List<Span> spans, List<Mark> marks) {
        Lane {
            spans = List.copyOf(spans);
            marks = List.copyOf(marks);
        }
    }

    /** What lasted from {@code fromMs} until {@code untilMs}; {@code kind} decides how it is drawn. */
    record Span(long fromMs, long untilMs, Kind kind, String label) {}

    /** What happened at {@code atMs}; {@code sign} is its letter in the text picture. */
    record Mark(long atMs, char sign, String label) {}

    /** How a span looks: its character in text, its colour in SVG. */
    enum Kind {
        UP('=', "#7fb77e"),
        STARTING('~', "#e8c872"),
        LIVE('#', "#5b8fc7"),
        DOWN('x', "#c96b6b"),
        FAULT('!', "#d9965b");

        private final char fill;
        private final String colour;

        Kind(char fill, String colour) {
            this.fill = fill;
            this.colour = colour;
        }

        char fill() {
            return fill;
        }

        String colour() {
            return colour;
        }
    }

    /** Gathers a lane while a run is read; at most one span is open at a time. */
    static final class LaneBuilder {
        private final String group;
        private final String name;
        private final List<Span> spans = new ArrayList<>();
        private final List<Mark> marks = new ArrayList<>();
        private long openMs = -1;
        private Kind kind = Kind.UP;
        private String label = "";

        LaneBuilder(String group, String name) {
            this.group = group;
            this.name = name;
        }

        /** Something begins; what was open ends here. */
        LaneBuilder begin(long atMs, Kind kind, String label) {
            end(atMs);
            openMs = atMs;
            this.kind = kind;
            this.label = label;
            return this;
        }

        LaneBuilder end(long atMs) {
            if (openMs >= 0) {
                spans.add(new Span(openMs, atMs, kind, label));
                openMs = -1;
            }
            return this;
        }

        LaneBuilder span(Span whole) {
            spans.add(whole);
            return this;
        }

        LaneBuilder mark(long atMs, char sign, String label) {
            marks.add(new Mark(atMs, sign, label));
            return this;
        }

        boolean isOpen() {
            return openMs >= 0;
        }

        Lane build(long untilMs) {
            end(untilMs);
            return new Lane(group, name, spans, marks);
        }
    }
}
