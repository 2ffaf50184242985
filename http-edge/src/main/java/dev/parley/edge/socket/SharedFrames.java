package dev.parley.edge.socket;

import dev.parley.core.wire.Encoded;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.apache.pekko.util.ByteString;

/**
 * The frames of messages that many sessions of this member send at about the same time: the bytes of each are made once.
 *
 * <p>Found by identity, in a small table that keeps nothing alive: a frame lives as long as a queue holds it. A lost entry or a
 * race costs one more copy, never a wrong frame.
 */
final class SharedFrames {
    private static final int SLOTS = 256; // A power of two.
    private final AtomicReferenceArray<WeakReference<Shared>> slots = new AtomicReferenceArray<>(SLOTS);

    /** A message with its frame; whoever queues the frame holds this, and {@code queues} counts them. */
    record Shared(Encoded message, ByteString frame, AtomicInteger queues) {
        Shared(Encoded message, ByteString frame) {
            this(message, frame, new AtomicInteger());
        }
    }

    Shared of(Encoded message) {
        int slot = System.identityHashCode(message) & SLOTS - 1;
        WeakReference<Shared> found = slots.get(slot);
        Shared shared = found == null ? null : found.get();
        if (shared == null || shared.message() != message) {
            shared = new Shared(message, Frames.text(message));
            slots.set(slot, new WeakReference<>(shared));
        }
        return shared;
    }
}
