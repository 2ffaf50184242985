package dev.parley.core.history;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The binary form of ops (spec 01 §4): two discriminants of one byte, then the fields in order.
 *
 * <pre>
 * 00 00  map set             key, value bytes
 * 00 01  map delete          key
 * 00 02  map set blob        key, 32 bytes
 * 01 00  list insert         key, item 16 bytes, position
 * 01 01  list delete         key, item 16 bytes
 * 01 02  list move           key, item 16 bytes, position
 * 02 00  text insert         key, option of op id, character
 * 02 01  text delete         key, op id
 * 02 02  text insert range   key, anchor, text
 * 02 03  text delete range   key, anchor, u64
 *
 * op id   lamport u64, author 32 bytes
 * anchor  00 start | 01 end | 02 after: op id | 03 offset: u64
 * </pre>
 */
final class OpCodec {
    /** The smallest op: two discriminants and an empty key. */
    static final int OP_BYTES_MIN = 3;

    private static final int FAMILIES = 3;
    private static final int MAP = 0;
    private static final int LIST = 1;
    private static final int TEXT = 2;

    private static final Anchor START = new Anchor.Start();
    private static final Anchor END = new Anchor.End();

    private OpCodec() {}

    static void write(PostcardWriter writer, Op op) {
        switch (op) {
            case Op.MapSet set -> head(writer, MAP, 0, set).bytes(set.value());
            case Op.MapDelete delete -> head(writer, MAP, 1, delete);
            case Op.MapSetBlob set -> head(writer, MAP, 2, set).id(set.blob());
            case Op.ListInsert insert ->
                item(head(writer, LIST, 0, insert), insert.item()).string(insert.position());
            case Op.ListDelete delete -> item(head(writer, LIST, 1, delete), delete.item());
            case Op.ListMove move ->
                item(head(writer, LIST, 2, move), move.item()).string(move.position());
            case Op.TextInsert insert -> {
                head(writer, TEXT, 0, insert).option(insert.after().isPresent());
                insert.after().ifPresent(after -> opId(writer, after));
                writer.character(insert.scalar());
            }
            case Op.TextDelete delete -> opId(head(writer, TEXT, 1, delete), delete.target());
            case Op.TextInsertRange insert ->
                anchor(head(writer, TEXT, 2, insert), insert.anchor()).string(insert.text());
            case Op.TextDeleteRange delete ->
                anchor(head(writer, TEXT, 3, delete), delete.anchor()).u64(delete.lengthChars());
        }
    }

    /** Reads one op; what it gives is meaningless once the reader is broken. */
    static Op read(PostcardReader reader) {
        return switch (reader.variant(FAMILIES)) {
            case MAP -> readMap(reader, reader.variant(3));
            case LIST -> readList(reader, reader.variant(3));
            default -> readText(reader, reader.variant(4));
        };
    }

    private static Op readMap(PostcardReader reader, int variant) {
        String key = reader.key();
        return switch (variant) {
            case 0 -> new Op.MapSet(key, reader.bytes());
            case 1 -> new Op.MapDelete(key);
            default -> new Op.MapSetBlob(key, reader.id());
        };
    }

    private static Op readList(PostcardReader reader, int variant) {
        String key = reader.key();
        ItemId item = readItem(reader);
        return switch (variant) {
            case 0 -> new Op.ListInsert(key, item, reader.string());
            case 1 -> new Op.ListDelete(key, item);
            default -> new Op.ListMove(key, item, reader.string());
        };
    }

    private static Op readText(PostcardReader reader, int variant) {
        String key = reader.key();
        return switch (variant) {
            case 0 ->
                new Op.TextInsert(
                        key, reader.option() ? Optional.of(readOpId(reader)) : Optional.empty(), reader.character());
            case 1 -> new Op.TextDelete(key, readOpId(reader));
            case 2 -> new Op.TextInsertRange(key, readAnchor(reader), reader.string());
            default -> new Op.TextDeleteRange(key, readAnchor(reader), reader.u64());
        };
    }

    private static Anchor readAnchor(PostcardReader reader) {
        return switch (reader.variant(4)) {
            case 0 -> START;
            case 1 -> END;
            case 2 -> new Anchor.After(readOpId(reader));
            default -> new Anchor.Offset(reader.u64());
        };
    }

    private static OpId readOpId(PostcardReader reader) {
        return new OpId(reader.u64(), reader.peer());
    }

    private static ItemId readItem(PostcardReader reader) {
        byte[] bytes = reader.raw(16);
        if (bytes.length < 16) {
            return new ItemId(0, 0);
        }
        ByteBuffer words = ByteBuffer.wrap(bytes);
        return new ItemId(words.getLong(), words.getLong());
    }

    private static PostcardWriter head(PostcardWriter writer, int family, int variant, Op op) {
        return writer.u8(family).u8(variant).string(op.key());
    }

    private static PostcardWriter item(PostcardWriter writer, ItemId item) {
        return writer.raw(item.toBytes());
    }

    private static PostcardWriter opId(PostcardWriter writer, OpId id) {
        return writer.u64(id.lamport()).peer(id.author());
    }

    private static PostcardWriter anchor(PostcardWriter writer, Anchor anchor) {
        return switch (anchor) {
            case Anchor.Start start -> writer.u8(0);
            case Anchor.End end -> writer.u8(1);
            case Anchor.After after -> opId(writer.u8(2), after.id());
            case Anchor.Offset offset -> writer.u8(3).u64(offset.chars());
        };
    }
}
