package dev.parley.core.history;

import java.util.Arrays;

/**
 * Distinct arrival numbers, greatest first, each with the claim that the other side knows it. A binary heap, and an
 * open-addressing table of who is in it.
 *
 * <p>Shape: numbers are only added below all that were removed, so a table entry never has to go: it cannot be asked
 * for again.
 *
 * <p>Cost: logarithmic in what is queued; memory in what was ever queued.
 */
final class NumberQueue {
    private static final int KNOWN = 1;

    private int[] heap = new int[16];
    private int size;
    private int lacking;
    /** (number + 1) twice, plus the claim; 0 is free. */
    private long[] table = new long[32];

    private int tableSize;

    /** How many queued numbers nobody said to be known. */
    int lacking() {
        return lacking;
    }

    int first() {
        return heap[0];
    }

    /** Queues a number unless it is queued; a number is known as soon as it was added as known once. */
    void add(int number, boolean known) {
        int slot = slotOf(number);
        long entry = table[slot];
        if (entry == 0) {
            table[slot] = entryOf(number, known);
            lacking += known ? 0 : 1;
            push(number);
            if (++tableSize > table.length / 2) {
                widen();
            }
        } else if (known && (entry & KNOWN) == 0) {
            table[slot] = entry | KNOWN;
            lacking--;
        }
    }

    /** Takes the greatest number out and returns whether it is known. */
    boolean removeFirst() {
        boolean known = (table[slotOf(heap[0])] & KNOWN) != 0;
        lacking -= known ? 0 : 1;
        pop();
        return known;
    }

    private void push(int number) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, 2 * size);
        }
        int hole = size++;
        while (hole > 0 && heap[(hole - 1) / 2] < number) {
            heap[hole] = heap[(hole - 1) / 2];
            hole = (hole - 1) / 2;
        }
        heap[hole] = number;
    }

    private void pop() {
        int moved = heap[--size];
        int hole = 0;
        for (int child = 1; child < size; child = 2 * hole + 1) {
            if (child + 1 < size && heap[child + 1] > heap[child]) {
                child++;
            }
            if (heap[child] <= moved) {
                break;
            }
            heap[hole] = heap[child];
            hole = child;
        }
        heap[hole] = moved;
    }

    private void widen() {
        long[] narrow = table;
        table = new long[2 * narrow.length];
        for (long entry : narrow) {
            if (entry != 0) {
                table[slotOf((int) (entry >>> 1) - 1)] = entry;
            }
        }
    }

    private int slotOf(int number) {
        int mask = table.length - 1;
        int slot = (number * 0x9E3779B9) >>> 7 & mask;
        while (table[slot] != 0 && (int) (table[slot] >>> 1) - 1 != number) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private static long entryOf(int number, boolean known) {
        return (number + 1L) << 1 | (known ? KNOWN : 0);
    }
}
