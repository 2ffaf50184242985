package dev.parley.sim.oracle;

import dev.parley.core.id.NodeId;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a set of nodes means (spec 05): they are sorted, and applied one after the other by the rules as they stand.
 *
 * <p>Values are hex texts, so that states can be compared and shown.
 */
public record PlainState(
        SortedMap<String, String> map,
        SortedMap<String, List<Item>> lists,
        SortedMap<String, String> texts,
        NodeId hash) {
    private static final Comparator<PlainNode> REPLAY_ORDER =
            Comparator.comparing(PlainNode::priority).thenComparing(PlainNode::id);

    private static final CharId NEVER_WINS =
            new CharId(0, dev.parley.core.id.PeerId.of(new byte[dev.parley.core.id.PeerId.SIZE_BYTES]));

    /** An item of a list that shows; {@code item} in hex. */
    public record Item(String item, String position) {}

    /** The state of these nodes, each given once. Cost: texts take the square of their length. */
    public static PlainState of(Collection<PlainNode> nodes) {
        List<PlainNode> sorted = new ArrayList<>(nodes);
        sorted.sort(REPLAY_ORDER);
        Making making = new Making();
        sorted.forEach(making::apply);
        return making.state();
    }

    private static final class Slot {
        CharId priority = NEVER_WINS;
        String value;
        boolean inserted;
        boolean deleted;
    }

    private static final class Making {
        private final SortedMap<String, Slot> map = new TreeMap<>();
        private final SortedMap<String, SortedMap<String, Slot>> lists = new TreeMap<>();
        private final SortedMap<String, PlainText> texts = new TreeMap<>();

        void apply(PlainNode node) {
            CharId priority = node.priority();
            boolean counts = !priority.equals(NEVER_WINS);
            for (PlainOp op : node.ops()) {
                switch (op.kind()) {
                    case SET, DELETE, SET_BLOB -> {
                        if (counts) {
                            set(op, priority);
                        }
                    }
                    case LIST_INSERT, LIST_DELETE, LIST_MOVE -> {
                        if (counts) {
                            item(op, priority);
                        }
                    }
                    case INSERT, REMOVE, INSERT_RANGE, REMOVE_RANGE ->
                        texts.computeIfAbsent(op.key(), key -> new PlainText()).apply(op, priority);
                }
            }
        }

        private void set(PlainOp op, CharId priority) {
            Slot slot = map.computeIfAbsent(op.key(), key -> new Slot());
            if (priority.compareTo(slot.priority) > 0) {
                slot.priority = priority;
                slot.value =
                        op.kind() == PlainOp.Kind.DELETE ? null : HexFormat.of().formatHex(op.value());
            }
        }

        private void item(PlainOp op, CharId priority) {
            Slot slot = lists.computeIfAbsent(op.key(), key -> new TreeMap<>())
                    .computeIfAbsent(op.item(), item -> new Slot());
            if (op.kind() == PlainOp.Kind.LIST_DELETE) {
                slot.deleted = true;
                return;
            }
            slot.inserted |= op.kind() == PlainOp.Kind.LIST_INSERT;
            if (priority.compareTo(slot.priority) > 0) {
                slot.priority = priority;
                slot.value = op.text();
            }
        }

        PlainState state() {
            SortedMap<String, String> values = new TreeMap<>(Plain.BYTE_ORDER);
            map.forEach((key, slot) -> {
                if (slot.value != null) {
                    values.put(key, slot.value);
                }
            });
            SortedMap<String, List<Item>> items = new TreeMap<>(Plain.BYTE_ORDER);
            lists.forEach((key, slots) -> {
                List<Item> shown = new ArrayList<>();
                slots.forEach((item, slot) -> {
                    if (slot.inserted && !slot.deleted) {
                        shown.add(new Item(item, slot.value));
                    }
                });
                shown.sort(Comparator.comparing(Item::position, Plain.BYTE_ORDER)
                        .thenComparing(Item::item, Plain.BYTE_ORDER));
                items.put(key, List.copyOf(shown));
            });
            SortedMap<String, String> read = new TreeMap<>(Plain.BYTE_ORDER);
            texts.forEach((key, text) -> read.put(key, text.visible()));
            return new PlainState(values, items, read, hash(values));
        }
    }

    /** The hash of replay: over all of the map but encrypted ops (spec 05 §6). */
    private static NodeId hash(SortedMap<String, String> values) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        values.forEach((key, value) -> {
            if (!key.equals("\0e2ee")) {
                part(bytes, Plain.utf8(key));
                part(bytes, HexFormat.of().parseHex(value));
            }
        });
        return Plain.hash(bytes.toByteArray(), 0, bytes.size());
    }

    private static void part(ByteArrayOutputStream bytes, byte[] part) {
        for (int shift = 0; shift < 32; shift += 8) {
            bytes.write(part.length >>> shift);
        }
        bytes.writeBytes(part);
    }
}
