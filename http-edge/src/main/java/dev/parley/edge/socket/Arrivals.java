package dev.parley.edge.socket;

import dev.parley.core.failure.SyncFailure;
import dev.parley.core.wire.FromPeer;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.apache.pekko.util.ByteString;

/**
 * What arrives on one connection: read one message at a time, counted in what the member may hold, and decoded on the
 * decoders' threads. Of the connection's thread, but for the end of a decoding.
 */
final class Arrivals {
    /** A message is held as it came and, once decoded, as what it says; that takes as much again at most, if it is no tiny one. */
    static final int COPIES = 2;

    static final String OVERLOADED = "server is overloaded, try again";

    private final SocketStage.Shared shared;
    private final Consumer<Wish> connection;
    private final FrameReader reader;
    private final InboundBudget.Part inbound;
    private boolean unreadable; // What comes is no longer understood, or no longer matters.
    private volatile boolean decoding; // A message is with the decoders.
    private volatile boolean released; // No message is to be held any more.

    /** {@code connection} learns when there is space again, and when a message has to end. */
    Arrivals(SocketStage.Shared shared, Consumer<Wish> connection) {
        this.shared = shared;
        this.connection = connection;
        this.reader = new FrameReader(shared.settings().maxMessageBytes());
        this.inbound = shared.shares()
                .inbound()
                .part(() -> connection.accept(Wish.READ_ON), () -> connection.accept(Wish.END_MESSAGE));
    }

    /** Takes what the network read. Only after {@link #next} gave null. */
    void offer(ByteString bytes) {
        if (!unreadable) {
            reader.offer(bytes);
        }
    }

    /** The next thing that arrived, or null when more bytes are needed first, or nothing is understood any more. */
    Arrived next() {
        return unreadable ? null : reader.next();
    }

    /** Nothing that comes from now on is looked at, not even a close frame. */
    void ignoreAll() {
        unreadable = true;
    }

    /** Lets go of the message being read; it and all later ones are skipped, up to the peer's close frame. */
    void abandon() {
        reader.abandon();
        release();
    }

    /** True while a part of a message is held. */
    boolean underWay() {
        return reader.bytesHeld() > 0;
    }

    /** True if this member has space for more of what comes; if not, {@link Wish#READ_ON} says when. */
    boolean maySpend(long nowNanos) {
        return inbound.mayRead((long) COPIES * reader.bytesHeld(), nowNanos);
    }

    /** Waits to be told that there is space. */
    boolean waiting() {
        return inbound.waiting();
    }

    /** This one has waited too long: true if another was asked to end its message. */
    boolean askRelief(long nowNanos) {
        return inbound.askRelief(nowNanos);
    }

    /** There is space, but not to be used now: somebody else may have it. */
    void passOn() {
        inbound.passOn();
    }

    /** The session has the last message, and counts itself what it keeps of it. */
    void taken() {
        inbound.done();
    }

    /** Gives back what the message being read holds; one that waits for a decoder is held until that has it. */
    void release() {
        released = true;
        if (!decoding) {
            inbound.done();
        }
    }

    /** On the decoder's thread. Whichever of this and {@link #release} comes last gives back. */
    private void decoded() {
        decoding = false;
        if (released) {
            inbound.done();
        }
    }

    /** Has a whole message decoded; {@code to} gets it, unless it is no text. */
    void decode(Arrived.Text text, SocketEvents to) {
        inbound.whole((long) COPIES * text.lengthBytes());
        decoding = true;
        try {
            shared.shares().decoders(text.lengthBytes()).execute(() -> read(text, to));
        } catch (RejectedExecutionException full) {
            decoded();
            to.failed(new SyncFailure.TooManySessions(OVERLOADED));
        }
    }

    private void read(Arrived.Text text, SocketEvents to) {
        FromPeer message;
        try {
            if (released) {
                return;
            }
            if (!Utf8.isValid(text.bytes(), 0, text.lengthBytes())) {
                connection.accept(new Wish.GiveUp(Arrived.INVALID_TEXT, "text is not UTF-8"));
                return;
            }
            message = shared.decoder().read(text.bytes(), 0, text.lengthBytes());
        } catch (RuntimeException bug) {
            to.failed(new SyncFailure.Internal("message decoder: " + bug));
            return;
        } finally {
            decoded(); // Before the session has it: its next message counts anew.
        }
        to.message(message);
    }
}
