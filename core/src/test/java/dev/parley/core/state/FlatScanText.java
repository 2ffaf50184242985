package dev.parley.core.state;

import dev.parley.core.history.Anchor;
import dev.parley.core.history.Op;
import dev.parley.core.history.OpId;
import dev.parley.core.id.Lamport;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Spec 05 §4.2–4.5 written down word for word over a plain list: the model that {@link TextState} must equal. */
final class FlatScanText {
    private final List<Item> items = new ArrayList<>();
    private final Set<OpId> pendingDeletes = new HashSet<>();
    private final Map<OpId, List<Item>> orphans = new LinkedHashMap<>();

    private static final class Item {
        private final OpId id;
        private final int scalar;
        private boolean deleted;

        private Item(OpId id, int scalar) {
            this.id = id;
            this.scalar = scalar;
        }
    }

    void apply(Op op, OpId priority) {
        switch (op) {
            case Op.TextInsert(var key, var after, var scalar) -> insert(priority, after, scalar);
            case Op.TextDelete(var key, var target) -> delete(target);
            case Op.TextInsertRange(var key, var anchor, var text) -> insertRange(priority, anchor, text);
            case Op.TextDeleteRange(var key, var anchor, var count) -> deleteRange(anchor, count);
            default -> throw new IllegalArgumentException("no text op");
        }
    }

    private void insert(OpId id, Optional<OpId> after, int scalar) {
        boolean waits = orphans.values().stream().flatMap(List::stream).anyMatch(item -> item.id.equals(id));
        if (index(id) >= 0 || waits) {
            return;
        }
        if (after.isPresent() && index(after.get()) < 0) {
            orphans.computeIfAbsent(after.get(), parent -> new ArrayList<>()).add(new Item(id, scalar));
            return;
        }
        place(new Item(id, scalar), after);
        List<OpId> placed = new ArrayList<>(List.of(id));
        for (int i = 0; i < placed.size(); i++) {
            List<Item> children = orphans.remove(placed.get(i));
            if (children != null) {
                for (Item child : children) {
                    place(child, Optional.of(placed.get(i)));
                    placed.add(child.id);
                }
            }
        }
    }

    private void place(Item item, Optional<OpId> after) {
        int p = after.isEmpty() ? 0 : index(after.get()) + 1;
        while (p < items.size() && items.get(p).id.compareTo(item.id) > 0) {
            p++;
        }
        items.add(p, item);
        item.deleted = pendingDeletes.remove(item.id);
    }

    private void delete(OpId target) {
        if (index(target) >= 0) {
            items.get(index(target)).deleted = true;
        } else {
            pendingDeletes.add(target);
        }
    }

    private void insertRange(OpId first, Anchor anchor, String text) {
        int start = resolve(anchor);
        Optional<OpId> after =
                start == 0 ? Optional.empty() : Optional.of(visible().get(start - 1).id);
        int[] scalars = text.codePoints().toArray();
        for (int j = 0; j < scalars.length; j++) {
            OpId id = new OpId(Lamport.plusSaturating(first.lamport(), j), first.author());
            insert(id, after, scalars[j]);
            after = Optional.of(id);
        }
    }

    private void deleteRange(Anchor anchor, long count) {
        int start = resolve(anchor);
        visible().stream().skip(start).limit(count).forEach(item -> item.deleted = true);
    }

    private int resolve(Anchor anchor) {
        List<Item> visible = visible();
        return switch (anchor) {
            case Anchor.Start a -> 0;
            case Anchor.End a -> visible.size();
            case Anchor.Offset(var chars) -> (int) Math.min(chars, visible.size());
            case Anchor.After(var id) -> {
                for (int i = 0; i < visible.size(); i++) {
                    if (visible.get(i).id.equals(id)) {
                        yield i + 1;
                    }
                }
                yield visible.size();
            }
        };
    }

    private int index(OpId id) {
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i).id.equals(id)) {
                return i;
            }
        }
        return -1;
    }

    private List<Item> visible() {
        return items.stream().filter(item -> !item.deleted).toList();
    }

    List<OpId> visibleIds() {
        return visible().stream().map(item -> item.id).toList();
    }

    List<OpId> sequence() {
        return items.stream().map(item -> item.id).toList();
    }

    String text() {
        StringBuilder text = new StringBuilder();
        visible().forEach(item -> text.appendCodePoint(item.scalar));
        return text.toString();
    }
}
