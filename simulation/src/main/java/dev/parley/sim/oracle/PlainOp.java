package dev.parley.sim.oracle;

import java.util.Optional;

/**
 * One op (spec 01 §4). What a kind has no use for is empty: {@code value} of a set; {@code item} in hex and
 * {@code text} as the position of list ops; {@code text} and {@code anchor} of inserts; {@code count} of a range that is
 * deleted. A single insert or delete names a character by {@code anchor} too.
 */
record PlainOp(Kind kind, String key, byte[] value, String item, String text, Anchor anchor, long count) {
    enum Kind {
        SET,
        DELETE,
        SET_BLOB,
        LIST_INSERT,
        LIST_DELETE,
        LIST_MOVE,
        INSERT,
        REMOVE,
        INSERT_RANGE,
        REMOVE_RANGE
    }

    enum Where {
        NOWHERE,
        START,
        END,
        AFTER,
        OFFSET
    }

    /** A place in a text; {@code offset} is unsigned. */
    record Anchor(Where where, Optional<CharId> after, long offset) {
        static final Anchor NONE = new Anchor(Where.NOWHERE, Optional.empty(), 0);
    }
}
