package dev.parley.sim.oracle;

import dev.parley.core.id.PeerId;
import dev.parley.sim.oracle.PlainOp.Anchor;
import dev.parley.sim.oracle.PlainOp.Kind;
import dev.parley.sim.oracle.PlainOp.Where;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/** Reads the canonical bytes of a node field by field (spec 01 §2). Errors: any exception when they are not that. */
final class PlainBytes {
    private final byte[] bytes;
    private int at;

    PlainBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    int at() {
        return at;
    }

    byte[] take(int count) {
        byte[] taken = Arrays.copyOfRange(bytes, at, at + count);
        if (at + count > bytes.length) {
            throw new IllegalStateException("a node ends at " + bytes.length + " of " + (at + count));
        }
        at += count;
        return taken;
    }

    long number() {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = bytes[at++];
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    String text() {
        return new String(take((int) number()), StandardCharsets.UTF_8);
    }

    PeerId peer() {
        return PeerId.of(take(PeerId.SIZE_BYTES));
    }

    private CharId charId() {
        long lamport = number();
        return new CharId(lamport, peer());
    }

    PlainOp op() {
        int family = (int) number();
        int kind = (int) number();
        String key = text();
        return switch (family * 10 + kind) {
            case 0 -> op(Kind.SET, key, take((int) number()));
            case 1 -> op(Kind.DELETE, key, new byte[0]);
            case 2 -> op(Kind.SET_BLOB, key, take(32));
            case 10 -> list(Kind.LIST_INSERT, key, item(), text());
            case 11 -> list(Kind.LIST_DELETE, key, item(), "");
            case 12 -> list(Kind.LIST_MOVE, key, item(), text());
            case 20 -> {
                Optional<CharId> after = number() == 0 ? Optional.empty() : Optional.of(charId());
                yield text(Kind.INSERT, key, new Anchor(Where.AFTER, after, 0), text(), 0);
            }
            case 21 -> text(Kind.REMOVE, key, new Anchor(Where.AFTER, Optional.of(charId()), 0), "", 0);
            case 22 -> text(Kind.INSERT_RANGE, key, anchor(), text(), 0);
            case 23 -> text(Kind.REMOVE_RANGE, key, anchor(), "", number());
            default -> throw new IllegalStateException("no op " + family + "." + kind);
        };
    }

    private String item() {
        return HexFormat.of().formatHex(take(16));
    }

    private Anchor anchor() {
        return switch ((int) number()) {
            case 0 -> new Anchor(Where.START, Optional.empty(), 0);
            case 1 -> new Anchor(Where.END, Optional.empty(), 0);
            case 2 -> new Anchor(Where.AFTER, Optional.of(charId()), 0);
            case 3 -> new Anchor(Where.OFFSET, Optional.empty(), number());
            default -> throw new IllegalStateException("no such anchor");
        };
    }

    private static PlainOp op(Kind kind, String key, byte[] value) {
        return new PlainOp(kind, key, value, "", "", Anchor.NONE, 0);
    }

    private static PlainOp list(Kind kind, String key, String item, String position) {
        return new PlainOp(kind, key, new byte[0], item, position, Anchor.NONE, 0);
    }

    private static PlainOp text(Kind kind, String key, Anchor anchor, String text, long count) {
        return new PlainOp(kind, key, new byte[0], "", text, anchor, count);
    }
}
