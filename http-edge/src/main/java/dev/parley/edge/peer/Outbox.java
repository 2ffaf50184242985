package dev.parley.edge.peer;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;

/**
 * Where each of a replica's nodes stands, by arrival number: to be sent, under way in an unanswered pack, held by the
 * server, or refused. Acknowledgements answer packs in the order in which these were sent.
 */
final class Outbox {
    private final BitSet waiting = new BitSet();
    private final BitSet held = new BitSet();
    private final BitSet refused = new BitSet();
    private final Deque<int[]> inFlight = new ArrayDeque<>();
    private final Deque<int[]> retries = new ArrayDeque<>();

    /** Queues a node to be sent, unless the server holds it. */
    void add(int number) {
        if (!held.get(number)) {
            waiting.set(number);
        }
    }

    /** Queues a node to be sent that the server turned out to lack, whatever was thought before. */
    void addLacked(int number) {
        held.clear(number);
        waiting.set(number);
    }

    /** The server has this node. */
    void hold(int number) {
        held.set(number);
        waiting.clear(number);
    }

    boolean holds(int number) {
        return held.get(number);
    }

    void hold(int[] numbers) {
        for (int number : numbers) {
            hold(number);
        }
    }

    void refuse(int[] numbers) {
        for (int number : numbers) {
            refused.set(number);
            waiting.clear(number);
        }
    }

    boolean isRefused(int number) {
        return refused.get(number);
    }

    /** True if this node is to be sent, for the first time or again, or its pack is not answered. */
    boolean isUnsettled(int number) {
        return waiting.get(number) || has(inFlight, number) || has(retries, number);
    }

    private static boolean has(Deque<int[]> packs, int number) {
        return packs.stream().flatMapToInt(Arrays::stream).anyMatch(one -> one == number);
    }

    /** The next number to send from {@code from} on, or −1. Numbers ascend, so parents come first. */
    int next(int from) {
        return waiting.nextSetBit(from);
    }

    /** These went out in one pack. */
    void sent(int[] numbers) {
        for (int number : numbers) {
            waiting.clear(number);
        }
        inFlight.add(numbers);
    }

    /** Takes the oldest unanswered pack; empty when there is none. */
    int[] answered() {
        return inFlight.isEmpty() ? new int[0] : inFlight.remove();
    }

    /** Sends these again as one pack, before anything else. */
    void retry(int[] numbers) {
        retries.add(numbers);
    }

    /** Sends these again as two packs, so that what is refused is found in the end. */
    void retryInHalves(int[] numbers) {
        retry(Arrays.copyOfRange(numbers, 0, numbers.length / 2));
        retry(Arrays.copyOfRange(numbers, numbers.length / 2, numbers.length));
    }

    /** Takes the next pack to send again; empty when there is none. */
    int[] nextRetry() {
        return retries.isEmpty() ? new int[0] : retries.remove();
    }

    /** The session ended: what to send is found out anew at the next welcome. */
    void forgetSession() {
        waiting.clear();
        refused.clear();
        inFlight.clear();
        retries.clear();
    }

    int packsInFlight() {
        return inFlight.size();
    }

    boolean hasWork() {
        return !waiting.isEmpty() || !retries.isEmpty();
    }

    boolean isEmpty() {
        return !hasWork() && inFlight.isEmpty();
    }

    /** How many nodes wait to be sent for the first time. */
    int waitingCount() {
        return waiting.cardinality();
    }

    /** How many nodes the server is known to hold. */
    int heldCount() {
        return held.cardinality();
    }

    int refusedCount() {
        return refused.cardinality();
    }
}
