package dev.parley.core.state;

import dev.parley.core.history.ItemId;
import dev.parley.core.history.OpId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The fractional-index lists (spec 05 §3): item ids with positions, by list key.
 *
 * <p>An item shows when any insert and no delete of it was applied, whatever their priorities; its position is that of
 * the highest insert or move. Positions are any text, ordered by bytes, then by item id. Not thread-safe.
 */
public final class ListState {
    private static final Comparator<Item> VISIBLE_ORDER =
            Comparator.comparing(Item::position, MapState.KEY_ORDER).thenComparing(Item::id);

    private final Map<String, Map<ItemId, Slot>> lists = new HashMap<>();

    /** A visible item. */
    public record Item(ItemId id, String position) {}

    private static final class Slot {
        private Optional<OpId> priority = Optional.empty();
        private String position = "";
        private boolean inserted;
        private boolean deleted;

        private void move(OpId candidate, String to) {
            if (priority.isEmpty() || candidate.compareTo(priority.get()) > 0) {
                priority = Optional.of(candidate);
                position = to;
            }
        }
    }

    public void insert(OpId priority, String key, ItemId item, String position) {
        Slot slot = slot(key, item);
        slot.inserted = true;
        slot.move(priority, position);
    }

    public void move(OpId priority, String key, ItemId item, String position) {
        slot(key, item).move(priority, position);
    }

    /** Hides the item for good. */
    public void delete(String key, ItemId item) {
        slot(key, item).deleted = true;
    }

    private Slot slot(String key, ItemId item) {
        return lists.computeIfAbsent(key, k -> new HashMap<>()).computeIfAbsent(item, i -> new Slot());
    }

    /** The visible items of a list in their order; empty for a list nobody touched. Cost: O(n log n) of its items. */
    public List<Item> items(String key) {
        List<Item> visible = new ArrayList<>();
        lists.getOrDefault(key, Map.of()).forEach((id, slot) -> {
            if (slot.inserted && !slot.deleted) {
                visible.add(new Item(id, slot.position));
            }
        });
        visible.sort(VISIBLE_ORDER);
        return visible;
    }

    /** The visible items of every list that any op touched, in key order. */
    public SortedMap<String, List<Item>> all() {
        SortedMap<String, List<Item>> all = new TreeMap<>(MapState.KEY_ORDER);
        lists.keySet().forEach(key -> all.put(key, items(key)));
        return all;
    }
}
