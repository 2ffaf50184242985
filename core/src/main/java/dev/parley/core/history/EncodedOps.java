package dev.parley.core.history;

import java.util.AbstractList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;

/**
 * Ops that stay in their binary form and are decoded anew each time they are gone through.
 *
 * <p>An op of 4 bytes takes up 70 as an object. Whoever bounds nodes by their bytes would be wrong by that much, so the ops
 * of a node that has more of them than its size suggests are not kept as objects. Cost: going through it is linear in its
 * bytes, and so is {@link #get}.
 */
final class EncodedOps extends AbstractList<Op> {
    /** Ops that any node may have, and how many bytes there have to be for each further one. */
    private static final int KEPT_OPS_MAX = 8;

    private static final int KEPT_OP_BYTES_MIN = 16;

    private final byte[] bytes;
    private final int offset;
    private final int count;

    /** The bytes were read as so many ops before; they are kept, and nobody may change them. */
    EncodedOps(byte[] bytes, int offset, int count) {
        this.bytes = bytes;
        this.offset = offset;
        this.count = count;
    }

    /** True if so many ops in so many bytes are not to be kept as objects. */
    static boolean areDense(int count, int sizeBytes) {
        return count > KEPT_OPS_MAX + sizeBytes / KEPT_OP_BYTES_MIN;
    }

    @Override
    public int size() {
        return count;
    }

    @Override
    public Op get(int index) {
        Objects.checkIndex(index, count);
        Iterator<Op> ops = iterator();
        for (int i = 0; i < index; i++) {
            ops.next();
        }
        return ops.next();
    }

    @Override
    public Iterator<Op> iterator() {
        PostcardReader reader = new PostcardReader(bytes, offset, bytes.length - offset);
        return new Iterator<>() {
            private int read;

            @Override
            public boolean hasNext() {
                return read < count;
            }

            @Override
            public Op next() {
                if (read == count) {
                    throw new NoSuchElementException();
                }
                read++;
                return OpCodec.read(reader);
            }
        };
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof List<?> that) || that.size() != count) {
            return false;
        }
        Iterator<?> theirs = that.iterator();
        for (Op op : this) {
            if (!op.equals(theirs.next())) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        return super.hashCode();
    }
}
