package dev.parley.edge.peer;

import dev.parley.core.history.Anchor;
import dev.parley.core.history.ItemId;
import dev.parley.core.history.NodeLimits;
import dev.parley.core.history.Op;
import dev.parley.core.history.OpId;
import dev.parley.core.state.FractionalIndex;
import dev.parley.core.state.ListState;
import dev.parley.core.state.Projection;
import dev.parley.core.state.TextState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Turns an edit into the ops of one transaction, against the state that its author sees (spec 01 §4, §10).
 *
 * <p>Pure but for the random source, which item ids come from. Errors: throws {@link IllegalArgumentException} with a
 * sentence for the user.
 */
final class Editing {
    private Editing() {}

    static List<Op> ops(Order.Edit edit, Projection state, RandomGenerator random) {
        return switch (edit) {
            case Order.Set(var key, var value) -> List.of(new Op.MapSet(key, value));
            case Order.Delete(var key) -> List.of(new Op.MapDelete(key));
            case Order.Push(var list, var value) ->
                insert(
                        list,
                        state.lists().items(list),
                        state.lists().items(list).size(),
                        value,
                        random);
            case Order.Insert(var list, var index, var value) ->
                insert(list, state.lists().items(list), index, value, random);
            case Order.Put(var list, var place, var value) ->
                List.of(new Op.MapSet(
                        Canonical.valueKey(
                                list, Canonical.item(state, list, place).id()),
                        value));
            case Order.Remove(var list, var place) ->
                remove(list, Canonical.item(state, list, place).id(), state);
            case Order.Move(var list, var place, var index) ->
                move(list, Canonical.item(state, list, place), index, state);
            case Order.Type(var key, var words) -> {
                TextState text = Canonical.text(state, key);
                yield type(key, text, text.length(), words);
            }
            case Order.InsertText(var key, var position, var words) ->
                type(key, Canonical.text(state, key), position, words);
            case Order.DeleteText(var key, var position, var chars) ->
                erase(key, Canonical.text(state, key), position, chars);
        };
    }

    private static List<Op> insert(
            String list, List<ListState.Item> items, int index, byte[] value, RandomGenerator random) {
        ItemId item = new ItemId(random.nextLong(), random.nextLong());
        return List.of(
                new Op.ListInsert(list, item, position(list, items, index)),
                new Op.MapSet(Canonical.valueKey(list, item), value));
    }

    private static List<Op> remove(String list, ItemId item, Projection state) {
        String value = Canonical.valueKey(list, item);
        Op hidden = new Op.ListDelete(list, item);
        return state.map().value(value).isPresent() ? List.of(hidden, new Op.MapDelete(value)) : List.of(hidden);
    }

    private static List<Op> move(String list, ListState.Item item, int index, Projection state) {
        List<ListState.Item> others = new ArrayList<>(state.lists().items(list));
        others.remove(item);
        return List.of(new Op.ListMove(list, item.id(), position(list, others, index)));
    }

    /** A position that puts an item before the one at {@code index}. */
    private static String position(String list, List<ListState.Item> items, int index) {
        if (index > items.size()) {
            throw new IllegalArgumentException(
                    "There is no position " + index + " in list '" + list + "': it ends at " + items.size() + ".");
        }
        Optional<String> left =
                index == 0 ? Optional.empty() : Optional.of(items.get(index - 1).position());
        // Items that two peers put at one place share a position, and nothing fits between them: go past them.
        Optional<String> right = items.stream()
                .skip(index)
                .map(ListState.Item::position)
                .filter(position -> !left.equals(Optional.of(position)))
                .findFirst();
        try {
            return FractionalIndex.between(left, right);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "Nothing fits at position " + index + " of list '" + list + "': " + e.getMessage() + ".", e);
        }
    }

    /** One character by its exact predecessor, more as one run, anchored as stock clients do. */
    private static List<Op> type(String key, TextState text, int position, String words) {
        within(key, text, position);
        Optional<OpId> after = text.predecessor(position);
        if (words.codePointCount(0, words.length()) == 1) {
            return List.of(new Op.TextInsert(key, after, words.codePointAt(0)));
        }
        Anchor anchor = after.isPresent() ? new Anchor.After(after.get()) : new Anchor.Start();
        return List.of(new Op.TextInsertRange(key, anchor, words));
    }

    /** Each character by its id: unlike a range op it deletes these and no others, whatever was typed meanwhile. */
    private static List<Op> erase(String key, TextState text, int position, int chars) {
        within(key, text, position);
        if (chars > text.length() - position) {
            throw new IllegalArgumentException("Text '" + key + "' has only " + (text.length() - position)
                    + " characters from position " + position + " on.");
        }
        if (chars > NodeLimits.DEFAULT.opsMax() / 2) {
            throw new IllegalArgumentException(
                    "At most " + NodeLimits.DEFAULT.opsMax() / 2 + " characters can be deleted at once.");
        }
        List<Op> ops = new ArrayList<>(chars);
        for (int i = 0; i < chars; i++) {
            ops.add(text.deleteAt(key, position + i));
        }
        return ops;
    }

    private static void within(String key, TextState text, int position) {
        if (position > text.length()) {
            throw new IllegalArgumentException("There is no position " + position + " in text '" + key + "': it has "
                    + text.length() + " characters.");
        }
    }
}
