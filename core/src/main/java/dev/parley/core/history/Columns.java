package dev.parley.core.history;

import dev.parley.core.id.NodeId;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * The arrays of a history as of some moment. What they hold of the nodes stored by then does not change, but for first
 * children: a missing one may turn up, and its number is that of a node stored later.
 */
record Columns(
        byte[][] chunks,
        long[][] places,
        long[][] lamports,
        int[][] sizes,
        int[][] parentEnds,
        int[][] parents,
        int[][] firstChildren) {
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    long lamport(int number) {
        return LongColumn.get(lamports, number);
    }

    int size(int number) {
        return IntColumn.get(sizes, number);
    }

    int parentsStart(int number) {
        return number == 0 ? 0 : IntColumn.get(parentEnds, number - 1);
    }

    int parentsEnd(int number) {
        return IntColumn.get(parentEnds, number);
    }

    int parentAt(int index) {
        return IntColumn.get(parents, index);
    }

    int firstChild(int number) {
        return IntColumn.get(firstChildren, number);
    }

    NodeId id(int number) {
        long place = LongColumn.get(places, number);
        return NodeId.of(ByteStore.chunk(chunks, place), ByteStore.offset(place));
    }

    byte[] encoded(int number) {
        long place = LongColumn.get(places, number);
        int offset = ByteStore.offset(place);
        return Arrays.copyOfRange(ByteStore.chunk(chunks, place), offset, offset + size(number));
    }

    void copyTo(int number, PostcardWriter writer) {
        long place = LongColumn.get(places, number);
        writer.raw(ByteStore.chunk(chunks, place), ByteStore.offset(place), size(number));
    }

    boolean idEquals(int number, NodeId id) {
        long place = LongColumn.get(places, number);
        byte[] chunk = ByteStore.chunk(chunks, place);
        int offset = ByteStore.offset(place);
        return word(chunk, offset) == id.word(0)
                && word(chunk, offset + 8) == id.word(1)
                && word(chunk, offset + 16) == id.word(2)
                && word(chunk, offset + 24) == id.word(3);
    }

    /** Orders two nodes by id, bytewise. */
    int compareIds(int left, int right) {
        long leftPlace = LongColumn.get(places, left);
        long rightPlace = LongColumn.get(places, right);
        int leftAt = ByteStore.offset(leftPlace);
        int rightAt = ByteStore.offset(rightPlace);
        return Arrays.compareUnsigned(
                ByteStore.chunk(chunks, leftPlace),
                leftAt,
                leftAt + NodeId.SIZE_BYTES,
                ByteStore.chunk(chunks, rightPlace),
                rightAt,
                rightAt + NodeId.SIZE_BYTES);
    }

    /** Size in bytes of all arrays, used or not; headers left out. */
    long sizeBytes() {
        long sizeBytes = 0;
        for (byte[] chunk : chunks) {
            sizeBytes += chunk == null ? 0 : chunk.length;
        }
        for (long[][] column : List.of(places, lamports)) {
            sizeBytes += Arrays.stream(column)
                    .filter(Objects::nonNull)
                    .mapToLong(page -> 8L * page.length)
                    .sum();
        }
        for (int[][] column : List.of(sizes, parentEnds, parents, firstChildren)) {
            sizeBytes += Arrays.stream(column)
                    .filter(Objects::nonNull)
                    .mapToLong(page -> 4L * page.length)
                    .sum();
        }
        return sizeBytes;
    }

    private static long word(byte[] bytes, int offset) {
        return (long) WORD.get(bytes, offset);
    }
}
