package dev.parley.persistence.relay;

import java.time.Duration;

/**
 * The bounds of one relay.
 *
 * <p>{@code roomWait}: how long a request waits for the room before its session is told. {@code attachEvery}: time
 * between renewals. {@code silence}: without a sign of attachment for so long, the room counts as gone.
 * {@code retryMin}, {@code retryMax}: bounds of the back-off between attempts to attach to a room that is gone.
 * {@code resendAfter}: an unanswered request is sent again. {@code repairEvery}: missing steps are asked for again.
 * {@code grace}: how long a relay without sessions stays. {@code ringSteps}, {@code ringBytes}: the steps kept for
 * sessions that join, and those held back while older ones are missing. {@code batchBytes}: one batch of submits, or
 * one larger pack. {@code queuedBytesMax}: submits waiting in all. {@code reassemblyBytes}: unfinished fragments.
 * {@code burstMessages}, {@code burstBytes}: what a session that joins is told at once; it fetches more than that as
 * its socket drains.
 */
public record RelaySettings(
        Duration roomWait,
        Duration attachEvery,
        Duration silence,
        Duration retryMin,
        Duration retryMax,
        Duration resendAfter,
        Duration repairEvery,
        Duration grace,
        int ringSteps,
        long ringBytes,
        long batchBytes,
        long queuedBytesMax,
        long reassemblyBytes,
        int burstMessages,
        long burstBytes,
        Presence presence,
        Parents parents) {
    /**
     * Presence and signalling.
     *
     * @param bytesMax of a room's presence store; a value for which there is no room is refused
     * @param signalsMax signals of one session on their way to the room; the next is dropped
     */
    public record Presence(long bytesMax, int signalsMax) {
        public static final Presence DEFAULT = new Presence(8L << 20, 32);
    }

    /**
     * The parents of nodes that pass a filter (spec 03 §6).
     *
     * @param closed whether a filtered session is sent them too
     * @param bytesMax most bytes of them beside one step; with more the session ends with 4001, and gets them on its return
     */
    public record Parents(boolean closed, long bytesMax) {
        public static final Parents DEFAULT = new Parents(false, 1L << 20);
    }

    /**
     * Packs on their way to the room.
     *
     * @param batchBytes one batch, or one larger pack; it is answered before the next is sent, so it bounds how long a
     *     pack waits for those that others sent before
     * @param queuedBytesMax packs waiting in all; beyond it the newest of whoever has most waiting are unanswered
     */
    public record Submits(long batchBytes, long queuedBytesMax) {}

    public static final RelaySettings DEFAULT = new RelaySettings(
            Duration.ofSeconds(20),
            Duration.ofSeconds(1),
            Duration.ofSeconds(3),
            Duration.ofMillis(200),
            Duration.ofSeconds(2),
            Duration.ofSeconds(3),
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            1024,
            8L << 20,
            256L << 10,
            64L << 20,
            64L << 20,
            256,
            8L << 20,
            Presence.DEFAULT,
            Parents.DEFAULT);

    /** The same with another {@code parley.room.wait}. */
    public RelaySettings withRoomWait(Duration wait) {
        return new RelaySettings(
                wait,
                attachEvery,
                silence,
                retryMin,
                retryMax,
                resendAfter,
                repairEvery,
                grace,
                ringSteps,
                ringBytes,
                batchBytes,
                queuedBytesMax,
                reassemblyBytes,
                burstMessages,
                burstBytes,
                presence,
                parents);
    }

    /** The same with other bounds of packs on their way, and of unfinished fragments from the room. */
    public RelaySettings with(Submits submits, long newReassemblyBytes) {
        return new RelaySettings(
                roomWait,
                attachEvery,
                silence,
                retryMin,
                retryMax,
                resendAfter,
                repairEvery,
                grace,
                ringSteps,
                ringBytes,
                submits.batchBytes(),
                submits.queuedBytesMax(),
                newReassemblyBytes,
                burstMessages,
                burstBytes,
                presence,
                parents);
    }

    /** The same for sockets that hold so much: a session that joins fills half of that at most. */
    public RelaySettings withSocketBuffer(int messages, long bytes) {
        return new RelaySettings(
                roomWait,
                attachEvery,
                silence,
                retryMin,
                retryMax,
                resendAfter,
                repairEvery,
                grace,
                ringSteps,
                ringBytes,
                batchBytes,
                queuedBytesMax,
                reassemblyBytes,
                Math.max(1, messages / 2),
                bytes / 2,
                presence,
                parents);
    }

    /** The same with other bounds of presence, and another way with the parents of filtered nodes. */
    public RelaySettings with(Presence otherPresence, Parents otherParents) {
        return new RelaySettings(
                roomWait,
                attachEvery,
                silence,
                retryMin,
                retryMax,
                resendAfter,
                repairEvery,
                grace,
                ringSteps,
                ringBytes,
                batchBytes,
                queuedBytesMax,
                reassemblyBytes,
                burstMessages,
                burstBytes,
                otherPresence,
                otherParents);
    }
}
