package dev.parley.core.state;

import dev.parley.core.history.Op;
import dev.parley.core.history.OpId;
import dev.parley.core.history.Transaction;
import dev.parley.core.id.PeerId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Map, lists and texts after the transactions applied so far, in the order in which they were applied: what a peer
 * shows while nodes come in.
 *
 * <p>Map and lists depend only on the set of transactions unless two share lamport and author; texts with range ops
 * depend on the order (spec 05 §4.6). {@link Materialized} applies in replay order, which settles both. Not
 * thread-safe.
 */
public final class Projection {
    private static final OpId NEVER_WINS = new OpId(0, PeerId.of(new byte[PeerId.SIZE_BYTES]));

    private final MapState map = new MapState();
    private final ListState lists = new ListState();
    private final Map<String, TextState> texts = new HashMap<>();

    /** Applies every op, in op order. */
    public void apply(Transaction transaction) {
        OpId priority = new OpId(transaction.lamport(), transaction.author());
        boolean textsOnly = priority.equals(NEVER_WINS);
        for (Op op : transaction.ops()) {
            if (!textsOnly || isText(op)) {
                apply(op, priority);
            }
        }
    }

    private static boolean isText(Op op) {
        return op instanceof Op.TextInsert
                || op instanceof Op.TextDelete
                || op instanceof Op.TextInsertRange
                || op instanceof Op.TextDeleteRange;
    }

    private void apply(Op op, OpId priority) {
        switch (op) {
            case Op.MapSet(var key, var value) -> map.set(priority, key, value);
            case Op.MapDelete(var key) -> map.delete(priority, key);
            case Op.MapSetBlob(var key, var blob) -> map.setBlob(priority, key, blob);
            case Op.ListInsert(var key, var item, var position) -> lists.insert(priority, key, item, position);
            case Op.ListDelete(var key, var item) -> lists.delete(key, item);
            case Op.ListMove(var key, var item, var position) -> lists.move(priority, key, item, position);
            case Op.TextInsert text -> editable(text.key()).apply(text, priority);
            case Op.TextDelete text -> editable(text.key()).apply(text, priority);
            case Op.TextInsertRange text -> editable(text.key()).apply(text, priority);
            case Op.TextDeleteRange text -> editable(text.key()).apply(text, priority);
        }
    }

    private TextState editable(String key) {
        return texts.computeIfAbsent(key, k -> new TextState());
    }

    /** The live map: read only. */
    public MapState map() {
        return map;
    }

    /** The live lists: read only. */
    public ListState lists() {
        return lists;
    }

    /** The live text of a key that any op touched: read only. */
    public Optional<TextState> text(String key) {
        return Optional.ofNullable(texts.get(key));
    }

    /** The keys of all texts that any op touched. */
    public Set<String> textKeys() {
        return Set.copyOf(texts.keySet());
    }
}
