package dev.parley.sim.oracle;

import dev.parley.sim.oracle.PlainOp.Anchor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One text by the flat scan that defines it (spec 05 §4.3 to §4.5). */
final class PlainText {
    private static final class Char {
        final CharId id;
        final int scalar;
        boolean deleted;

        Char(CharId id, int scalar, boolean deleted) {
            this.id = id;
            this.scalar = scalar;
            this.deleted = deleted;
        }
    }

    private record Orphan(CharId id, int scalar) {}

    private final List<Char> items = new ArrayList<>();
    private final Set<CharId> deletedEarly = new HashSet<>();
    private final Map<CharId, List<Orphan>> orphans = new HashMap<>();
    private final Set<CharId> waiting = new HashSet<>();

    void apply(PlainOp op, CharId priority) {
        switch (op.kind()) {
            case INSERT -> insert(priority, op.anchor().after(), op.text().codePointAt(0));
            case REMOVE -> remove(op.anchor().after().orElseThrow());
            case INSERT_RANGE -> insertRange(priority, op.anchor(), op.text());
            case REMOVE_RANGE -> removeRange(op.anchor(), op.count());
            case SET, DELETE, SET_BLOB, LIST_INSERT, LIST_DELETE, LIST_MOVE -> {}
        }
    }

    String visible() {
        StringBuilder text = new StringBuilder();
        for (Char item : items) {
            if (!item.deleted) {
                text.appendCodePoint(item.scalar);
            }
        }
        return text.toString();
    }

    private void insert(CharId id, Optional<CharId> after, int scalar) {
        if (indexOf(id) >= 0 || waiting.contains(id)) {
            return;
        }
        if (after.isPresent() && indexOf(after.get()) < 0) {
            orphans.computeIfAbsent(after.get(), key -> new ArrayList<>()).add(new Orphan(id, scalar));
            waiting.add(id);
            return;
        }
        place(id, after, scalar);
        ArrayDeque<CharId> arrived = new ArrayDeque<>(List.of(id));
        while (!arrived.isEmpty()) {
            CharId parent = arrived.poll();
            List<Orphan> released = orphans.remove(parent);
            if (released == null) {
                continue;
            }
            for (Orphan orphan : released) {
                waiting.remove(orphan.id());
                place(orphan.id(), Optional.of(parent), orphan.scalar());
                arrived.add(orphan.id());
            }
        }
    }

    private void place(CharId id, Optional<CharId> after, int scalar) {
        int at = after.isPresent() ? indexOf(after.get()) + 1 : 0;
        while (at < items.size() && items.get(at).id.compareTo(id) > 0) {
            at++;
        }
        items.add(at, new Char(id, scalar, deletedEarly.remove(id)));
    }

    private void remove(CharId target) {
        int at = indexOf(target);
        if (at >= 0) {
            items.get(at).deleted = true;
        } else {
            deletedEarly.add(target);
        }
    }

    private void insertRange(CharId priority, Anchor anchor, String text) {
        int index = visibleIndex(anchor);
        Optional<CharId> after =
                index == 0 ? Optional.empty() : Optional.of(visibleItems().get(index - 1).id);
        long number = 0;
        for (int scalar : text.codePoints().toArray()) {
            CharId id = new CharId(Plain.plusSaturating(priority.lamport(), number++), priority.author());
            insert(id, after, scalar);
            after = Optional.of(id);
        }
    }

    private void removeRange(Anchor anchor, long count) {
        List<Char> shown = visibleItems();
        int at = visibleIndex(anchor);
        for (long left = count; left != 0 && at < shown.size(); left--) {
            shown.get(at++).deleted = true;
        }
    }

    private int visibleIndex(Anchor anchor) {
        List<Char> shown = visibleItems();
        return switch (anchor.where()) {
            case START, NOWHERE -> 0;
            case END -> shown.size();
            case OFFSET ->
                Long.compareUnsigned(anchor.offset(), shown.size()) < 0 ? (int) anchor.offset() : shown.size();
            case AFTER -> {
                CharId id = anchor.after().orElseThrow();
                for (int i = 0; i < shown.size(); i++) {
                    if (shown.get(i).id.equals(id)) {
                        yield i + 1;
                    }
                }
                yield shown.size();
            }
        };
    }

    private List<Char> visibleItems() {
        List<Char> shown = new ArrayList<>();
        for (Char item : items) {
            if (!item.deleted) {
                shown.add(item);
            }
        }
        return shown;
    }

    private int indexOf(CharId id) {
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i).id.equals(id)) {
                return i;
            }
        }
        return -1;
    }
}
