package dev.parley.edge.trace;

import dev.parley.core.history.Op;
import dev.parley.core.history.OpId;
import dev.parley.core.id.PeerId;
import dev.parley.core.state.TextState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;

/**
 * Makes writing sessions from a seed: the same seed and size always give the same trace.
 *
 * <p>Two authors never insert at one place concurrently: each writes in its own one of two paragraphs, whose borders
 * nobody touches, and they swap paragraphs only when both have seen everything. So every sequence CRDT ends with the
 * same text.
 */
public final class TraceGenerator {
    private static final String[] WORDS = {
        "the ", "room ", "keeps ", "every ", "word ", "that ", "two ", "people ", "type ", "at ", "once ", "and ",
        "nobody ", "waits, ", "naïve ", "Größe ", "終わり ", "🙂 ", "again. ", "So\n"
    };
    private static final String KEY = "text";

    private final Random random;
    private final List<Trace.Edit> edits = new ArrayList<>();
    private final List<OpId> ids = new ArrayList<>();
    private final List<Op> ops = new ArrayList<>();
    private long clock;

    private TraceGenerator(long seed) {
        this.random = new Random(seed);
    }

    /** A long text by one author, who types words, moves about and takes characters back. */
    public static Trace sequential(long seed, int edits) {
        TraceGenerator generator = new TraceGenerator(seed);
        Writer writer = generator.new Writer(0);
        int cursor = 0;
        while (generator.edits.size() < edits) {
            int choice = generator.random.nextInt(100);
            if (choice < 8) {
                cursor = generator.random.nextInt(writer.text.length() + 1);
            }
            if (choice < 30) {
                int back = Math.min(cursor, 1 + generator.random.nextInt(6));
                for (int i = 0; i < back && generator.edits.size() < edits; i++) {
                    writer.delete(--cursor);
                }
            } else {
                for (int scalar : generator.word()) {
                    if (generator.edits.size() < edits) {
                        writer.insert(cursor++, scalar);
                    }
                }
            }
        }
        return new Trace("", writer.text.text(), 1, generator.edits);
    }

    /** Two authors who write at once and see each other's keystrokes some edits late. */
    public static Trace twoAuthors(long seed, int edits) {
        TraceGenerator generator = new TraceGenerator(seed);
        List<Writer> writers = List.of(generator.new Writer(0), generator.new Writer(1));
        Writer first = writers.getFirst();
        for (int scalar : ">\n\n>".codePoints().toArray()) {
            first.insert(first.text.length(), scalar);
        }
        OpId upperEnd = first.text.idAt(1);
        OpId lowerStart = first.text.idAt(3);
        writers.getLast().see(generator.edits.size());
        boolean swapped = false;
        while (generator.edits.size() < edits) {
            if (generator.random.nextInt(40) == 0) {
                writers.forEach(writer -> writer.see(generator.edits.size()));
                swapped = !swapped;
            }
            int turn = generator.random.nextInt(2);
            Writer writer = writers.get(turn);
            if (generator.random.nextInt(3) == 0) {
                writer.see(generator.edits.size() - generator.random.nextInt(12));
            }
            if (turn == 0 == swapped) {
                writer.write(writer.text.positionOf(lowerStart) + 1, writer.text.length(), edits);
            } else {
                writer.write(1, writer.text.positionOf(upperEnd), edits);
            }
        }
        writers.forEach(writer -> writer.see(generator.edits.size()));
        return new Trace("", first.text.text(), 2, generator.edits);
    }

    private int[] word() {
        return WORDS[random.nextInt(WORDS.length)].codePoints().toArray();
    }

    /** One author: the text as it sees it, and the edits nothing it saw has followed. */
    private final class Writer {
        private final int agent;
        private final PeerId peer;
        private final TextState text = new TextState();
        private final TreeSet<Integer> heads = new TreeSet<>();
        private Optional<OpId> behind = Optional.empty();
        private int seen;

        private Writer(int agent) {
            byte[] name = new byte[PeerId.SIZE_BYTES];
            name[0] = (byte) (agent + 1);
            this.agent = agent;
            this.peer = PeerId.of(name);
        }

        /** Types one word, or takes a few characters back, between two positions: where it last was, or elsewhere. */
        private void write(int from, int to, int editsMax) {
            int cursor = behind.map(text::positionOf).filter(at -> at >= 0).orElse(to) + 1;
            if (random.nextInt(25) == 0) {
                cursor = from + random.nextInt(to - from + 1);
            } else if (cursor < from || cursor > to) {
                cursor = to;
            }
            if (random.nextInt(6) == 0) {
                int back = Math.min(cursor - from, 1 + random.nextInt(4));
                for (int i = 0; i < back && edits.size() < editsMax; i++) {
                    delete(--cursor);
                }
            } else {
                for (int scalar : word()) {
                    if (edits.size() < editsMax) {
                        insert(cursor++, scalar);
                    }
                }
            }
            behind = text.predecessor(cursor);
        }

        private void insert(int position, int scalar) {
            commit(text.insertAt(KEY, position, scalar), new Trace.Patch(position, 0, Character.toString(scalar)));
        }

        private void delete(int position) {
            commit(text.deleteAt(KEY, position), new Trace.Patch(position, 1, ""));
        }

        private void commit(Op op, Trace.Patch patch) {
            OpId id = new OpId(++clock, peer);
            text.apply(op, id);
            edits.add(new Trace.Edit(agent, List.copyOf(heads), List.of(patch)));
            ids.add(id);
            ops.add(op);
            heads.clear();
            heads.add(edits.size() - 1);
        }

        /** Sees the other's edits among the first {@code count}. */
        private void see(int count) {
            for (; seen < count; seen++) {
                Trace.Edit edit = edits.get(seen);
                if (edit.agent() != agent) {
                    text.apply(ops.get(seen), ids.get(seen));
                    edit.parents().forEach(heads::remove);
                    heads.add(seen);
                }
            }
        }
    }
}
