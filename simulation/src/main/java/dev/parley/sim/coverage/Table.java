package dev.parley.sim.coverage;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntBinaryOperator;

/** How often each of all pairs of a row and a column came. Those that can never come are no holes. */
public final class Table {
    private final String title;
    private final List<String> rows;
    private final List<String> columns;
    private final boolean[] never;
    private final long[] hits;

    /** {@code never} is 1 for a (row, column) that cannot come. */
    Table(String title, List<String> rows, List<String> columns, IntBinaryOperator never) {
        this.title = title;
        this.rows = List.copyOf(rows);
        this.columns = List.copyOf(columns);
        this.hits = new long[rows.size() * columns.size()];
        this.never = new boolean[hits.length];
        for (int cell = 0; cell < hits.length; cell++) {
            this.never[cell] = never.applyAsInt(cell / columns.size(), cell % columns.size()) != 0;
        }
    }

    void hit(int row, int column) {
        hits[row * columns.size() + column]++;
    }

    void add(Table other) {
        for (int cell = 0; cell < hits.length; cell++) {
            hits[cell] += other.hits[cell];
        }
    }

    public String title() {
        return title;
    }

    /** Cells that came at least once. */
    public int reached() {
        int reached = 0;
        for (long count : hits) {
            reached += count > 0 ? 1 : 0;
        }
        return reached;
    }

    /** Cells that could have come, those that came included. */
    public int possible() {
        int possible = 0;
        for (int cell = 0; cell < hits.length; cell++) {
            possible += !never[cell] || hits[cell] > 0 ? 1 : 0;
        }
        return possible;
    }

    public long hits(String row, String column) {
        return hits[rows.indexOf(row) * columns.size() + columns.indexOf(column)];
    }

    /** What could have come in this row and never did. */
    List<String> holes(int row) {
        List<String> holes = new ArrayList<>();
        for (int column = 0; column < columns.size(); column++) {
            int cell = row * columns.size() + column;
            if (hits[cell] == 0 && !never[cell]) {
                holes.add(columns.get(column));
            }
        }
        return holes;
    }

    /** The table's figures, and its holes row by row. */
    String report() {
        StringBuilder text = new StringBuilder()
                .append(title)
                .append(": ")
                .append(reached())
                .append(" of ")
                .append(possible())
                .append('\n');
        for (int row = 0; row < rows.size(); row++) {
            List<String> holes = holes(row);
            if (!holes.isEmpty()) {
                text.append("  ")
                        .append(rows.get(row).isEmpty() ? "never" : rows.get(row) + ", never")
                        .append(": ")
                        .append(String.join(", ", holes))
                        .append('\n');
            }
        }
        return text.toString();
    }
}
