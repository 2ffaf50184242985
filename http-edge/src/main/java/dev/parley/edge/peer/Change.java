package dev.parley.edge.peer;

import dev.parley.core.history.Anchor;
import dev.parley.core.history.ItemId;
import dev.parley.core.history.Node;
import dev.parley.core.history.Op;
import dev.parley.core.history.OpId;
import dev.parley.core.history.Transaction;
import dev.parley.core.id.Lamport;
import dev.parley.core.id.PeerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One change of a room in terms a person understands: who did what to which key, list or text. {@code lamport} is that
 * of the (first) transaction; unsigned.
 */
record Change(PeerId author, long lamport, What what) {
    sealed interface What {
        String key();

        record Set(String key, byte[] value) implements What {}

        record SetBlob(String key, String hash) implements What {}

        record Deleted(String key) implements What {}

        /** {@code value} is what the same transaction gave the item. */
        record Inserted(String key, ItemId item, Optional<byte[]> value) implements What {}

        record Removed(String key, ItemId item) implements What {}

        record Moved(String key, ItemId item) implements What {}

        /** Words typed in one go, as far as they came together. */
        record Typed(String key, String words) implements What {}

        record Erased(String key, long chars) implements What {}
    }

    /** The changes that these nodes make, in their order; runs of one author's typing in one text are one change. */
    static List<Change> of(List<Node> nodes) {
        List<Change> changes = new ArrayList<>();
        Typing typing = new Typing(changes);
        for (Node node : nodes) {
            Transaction transaction = node.transaction();
            Map<String, byte[]> given = new HashMap<>();
            Set<String> inserted = new HashSet<>();
            Set<String> removed = new HashSet<>();
            for (Op op : transaction.ops()) {
                switch (op) {
                    case Op.ListInsert insert -> inserted.add(insert.item().toString());
                    case Op.ListDelete delete -> removed.add(delete.item().toString());
                    case Op.MapSet set ->
                        Canonical.itemIn(set.key()).ifPresent(item -> given.putIfAbsent(item, set.value()));
                    default -> {}
                }
            }
            for (Op op : transaction.ops()) {
                boolean partOfItem = op instanceof Op.MapSet && named(op, inserted)
                        || op instanceof Op.MapDelete && named(op, removed);
                if (!partOfItem) {
                    typing.add(new Change(transaction.author(), transaction.lamport(), what(op, given)), op);
                }
            }
        }
        typing.end();
        return changes;
    }

    private static boolean named(Op op, Set<String> items) {
        return Canonical.itemIn(op.key()).filter(items::contains).isPresent();
    }

    /** Joins what one author types, or erases, in one text without a pause. */
    private static final class Typing {
        private final List<Change> changes;
        private final StringBuilder words = new StringBuilder();
        private Optional<Change> first = Optional.empty();
        private long erased;
        /** The last character typed: what follows it goes on there. */
        private Optional<OpId> last = Optional.empty();

        private Typing(List<Change> changes) {
            this.changes = changes;
        }

        private void add(Change next, Op op) {
            boolean elsewhere = next.what() instanceof What.Typed && !after(op).equals(last);
            if (first.isPresent() && (elsewhere || !first.get().goesOnWith(next))) {
                end();
            }
            switch (next.what()) {
                case What.Typed(var key, var typed) -> {
                    words.append(typed);
                    long more = Math.max(0, typed.codePointCount(0, typed.length()) - 1L);
                    last = Optional.of(new OpId(Lamport.plusSaturating(next.lamport(), more), next.author()));
                }
                case What.Erased gone -> erased += gone.chars();
                default -> {
                    changes.add(next);
                    return;
                }
            }
            first = first.or(() -> Optional.of(next));
        }

        private static Optional<OpId> after(Op op) {
            return switch (op) {
                case Op.TextInsert(var key, var after, var scalar) -> after;
                case Op.TextInsertRange(var key, Anchor.After(var id), var text) -> Optional.of(id);
                default -> Optional.empty();
            };
        }

        private void end() {
            first.ifPresent(change -> {
                String key = change.what().key();
                What all = change.what() instanceof What.Typed
                        ? new What.Typed(key, words.toString())
                        : new What.Erased(key, erased);
                changes.add(new Change(change.author(), change.lamport(), all));
            });
            first = Optional.empty();
            last = Optional.empty();
            words.setLength(0);
            erased = 0;
        }
    }

    private boolean goesOnWith(Change next) {
        return author.equals(next.author())
                && what.key().equals(next.what().key())
                && what.getClass().equals(next.what().getClass());
    }

    private static What what(Op op, Map<String, byte[]> given) {
        return switch (op) {
            case Op.MapSet(var key, var value) -> new What.Set(key, value);
            case Op.MapSetBlob(var key, var blob) -> new What.SetBlob(key, blob.toHex());
            case Op.MapDelete(var key) -> new What.Deleted(key);
            case Op.ListInsert(var key, var item, var position) ->
                new What.Inserted(key, item, Optional.ofNullable(given.get(item.toString())));
            case Op.ListDelete(var key, var item) -> new What.Removed(key, item);
            case Op.ListMove(var key, var item, var position) -> new What.Moved(key, item);
            case Op.TextInsert(var key, var after, var scalar) -> new What.Typed(key, Character.toString(scalar));
            case Op.TextInsertRange(var key, var anchor, var text) -> new What.Typed(key, text);
            case Op.TextDelete(var key, var target) -> new What.Erased(key, 1);
            case Op.TextDeleteRange(var key, var anchor, var chars) -> new What.Erased(key, chars);
        };
    }
}
