package dev.parley.core.history;

import dev.parley.core.id.NodeId;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * From ids to arrival numbers: open addressing with linear probing, no removal. The ids themselves lie in the encoded
 * nodes.
 *
 * <pre>
 * slot   bits   content
 *        63-32  tag: 32 bits of the id, which also say where probing begins
 *        31-0   arrival number + 1; 0 is a free slot
 * </pre>
 *
 * <p>One writer. Readers on other threads hold the slots of some moment; of entries added meanwhile they see some or
 * none, and know them by a number that is not below their count.
 *
 * <p>Cost: 12 to 24 bytes an id; growing moves slots and does not look at ids.
 */
final class IdIndex {
    /** The most ids an index can hold. */
    static final int SIZE_MAX = (1 << 30) / 3 * 2;

    private static final int SLOTS_FIRST = 16;
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(long[].class);

    private long[] slots = new long[SLOTS_FIRST];
    private int size;

    long[] slots() {
        return slots;
    }

    /** Adds an id that is not there yet. */
    void add(NodeId id, int number) {
        if (size >= slots.length / 3 * 2) {
            long[] wider = new long[2 * slots.length];
            for (long entry : slots) {
                if (entry != 0) {
                    put(wider, entry);
                }
            }
            slots = wider;
        }
        put(slots, ((long) tag(id) << 32) | (number + 1));
        size++;
    }

    /** The number below {@code count} of this id, or -1; {@code columns} hold the ids. */
    static int find(long[] slots, NodeId id, int count, Columns columns) {
        int tag = tag(id);
        int mask = slots.length - 1;
        for (int place = tag & mask; ; place = (place + 1) & mask) {
            long entry = (long) SLOT.getOpaque(slots, place);
            if (entry == 0) {
                return -1;
            }
            int number = (int) entry - 1;
            if ((int) (entry >>> 32) == tag && number < count && columns.idEquals(number, id)) {
                return number;
            }
        }
    }

    private static void put(long[] slots, long entry) {
        int mask = slots.length - 1;
        int place = (int) (entry >>> 32) & mask;
        while (slots[place] != 0) {
            place = (place + 1) & mask;
        }
        // Opaque: a reader sees the whole entry or none of it.
        SLOT.setOpaque(slots, place, entry);
    }

    private static int tag(NodeId id) {
        return (int) id.word(2);
    }
}
