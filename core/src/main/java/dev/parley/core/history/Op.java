package dev.parley.core.history;

import dev.parley.core.id.NodeId;
import java.util.Optional;

/**
 * One operation of a transaction, of the map, list or text family. Layout of the binary form: spec 01 §4.
 *
 * <p>Arrays are kept, not copied: nobody changes them after construction.
 */
public sealed interface Op {
    /** The key of the op, which policies and subscriptions are matched against. Every op has one. */
    String key();

    record MapSet(String key, byte[] value) implements Op {}

    record MapDelete(String key) implements Op {}

    /** {@code blob} is the BLAKE3 hash of the blob's bytes. */
    record MapSetBlob(String key, NodeId blob) implements Op {}

    record ListInsert(String key, ItemId item, String position) implements Op {}

    record ListDelete(String key, ItemId item) implements Op {}

    record ListMove(String key, ItemId item, String position) implements Op {}

    /** Inserts one character; {@code scalar} is a Unicode scalar value. */
    record TextInsert(String key, Optional<OpId> after, int scalar) implements Op {}

    record TextDelete(String key, OpId target) implements Op {}

    record TextInsertRange(String key, Anchor anchor, String text) implements Op {}

    /** {@code lengthChars} counts Unicode scalar values; unsigned. */
    record TextDeleteRange(String key, Anchor anchor, long lengthChars) implements Op {}
}
