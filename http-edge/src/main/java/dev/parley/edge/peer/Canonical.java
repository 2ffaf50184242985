package dev.parley.edge.peer;

import dev.parley.core.history.HistoryView;
import dev.parley.core.history.ItemId;
import dev.parley.core.history.Node;
import dev.parley.core.state.ListState;
import dev.parley.core.state.Projection;
import dev.parley.core.state.ReplayOrder;
import dev.parley.core.state.TextState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The canonical state of a growing history, open for reading: what is printed, and what positions in edits refer to
 * (spec 05 §4.6).
 *
 * <p>Cost: applies what is new when it sorts after all before; else it starts over, about a microsecond a node. Not
 * thread-safe.
 */
final class Canonical {
    private static final Pattern ITEM = Pattern.compile("[0-9a-f]{32}");

    private Projection projection = new Projection();
    private int applied;
    private Optional<Node> last = Optional.empty();

    /** The state of this view, which is the one of the call before or a longer one of the same history. */
    Projection of(HistoryView view) {
        List<Node> fresh = new ArrayList<>();
        for (int number = applied; number < view.count(); number++) {
            fresh.add(view.node(number));
        }
        fresh.sort(ReplayOrder.OF_NODES);
        if (!fresh.isEmpty() && last.isPresent() && ReplayOrder.OF_NODES.compare(fresh.getFirst(), last.get()) < 0) {
            projection = new Projection();
            fresh.clear();
            for (int number : ReplayOrder.of(view, -1L)) {
                fresh.add(view.node(number));
            }
        }
        for (Node node : fresh) {
            projection.apply(node.transaction());
            last = Optional.of(node);
        }
        applied = view.count();
        return projection;
    }

    /** A text to find places in; an empty one when nobody wrote it. */
    static TextState text(Projection state, String key) {
        return state.text(key).orElseGet(TextState::new);
    }

    /** The map key that holds an item's value: under the list's name, so that patterns and policies cover both. */
    static String valueKey(String list, ItemId item) {
        return list + "/" + item;
    }

    /**
     * The values of list items. Their place is a convention between peers (spec 05 §3): the key this tool writes, or any
     * key with the item's hex digits in it. Cost: one pass over the map, when first needed.
     */
    static Function<ItemId, Optional<byte[]>> values(Projection state, String list) {
        Map<String, byte[]> byItem = new HashMap<>();
        boolean[] indexed = {false};
        return item -> state.map().value(valueKey(list, item)).or(() -> {
            if (!indexed[0]) {
                indexed[0] = true;
                state.map()
                        .resolve()
                        .forEach((key, value) -> itemIn(key).ifPresent(id -> byItem.putIfAbsent(id, value)));
            }
            return Optional.ofNullable(byItem.get(item.toString()));
        });
    }

    /** The item id that a key names in hex, if it does. */
    static Optional<String> itemIn(String key) {
        Matcher matcher = ITEM.matcher(key);
        return matcher.find() ? Optional.of(matcher.group()) : Optional.empty();
    }

    /** The item at a place. Errors: throws {@link IllegalArgumentException} with a sentence for the user. */
    static ListState.Item item(Projection state, String list, Order.Place place) {
        List<ListState.Item> items = state.lists().items(list);
        return switch (place) {
            case Order.Place.Index(var index) -> {
                int at = index < 0 ? items.size() + index : index;
                if (at < 0 || at >= items.size()) {
                    throw new IllegalArgumentException("There is no item " + index + " in list '" + list
                            + "', which has " + counted(items.size(), "item") + ".");
                }
                yield items.get(at);
            }
            case Order.Place.Item(var id) ->
                items.stream()
                        .filter(item -> item.id().equals(id))
                        .findFirst()
                        .orElseThrow(() ->
                                new IllegalArgumentException("There is no item " + id + " in list '" + list + "'."));
        };
    }

    static String counted(int count, String thing) {
        return count == 1 ? "1 " + thing : (count == 0 ? "no" : Integer.toString(count)) + " " + thing + "s";
    }
}
