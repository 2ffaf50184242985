package dev.parley.edge.peer;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Keeps a {@link Replica} connected: one thread that owns it, a WebSocket, and reconnects with back-off.
 *
 * <p>Every close is reconnected, except those that would come again: a refusal (1008) ends the connection for good, and
 * so does a first attempt that finds no server. After 4008 the replica sends half as fast; after 4002 it waits for a
 * token that is not the old one.
 */
public final class PeerConnection implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final long IDLE_MS = 200;
    private static final int EVENTS_A_TURN = 256;
    private static final int TOKEN_LOOKS = 5;

    private final URI address;
    private final Replica replica;
    private final Feed feed;
    private final Listener listener;
    private final Tokens tokens;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build();
    private final BackOff backOff = new BackOff(new SplittableRandom());
    private final BlockingQueue<Runnable> events = new LinkedBlockingQueue<>();
    private final Thread thread;
    private volatile boolean closing;
    private volatile boolean ended;
    private boolean everOpened;
    private boolean everJoined;
    private Optional<PeerLink> link = Optional.empty();

    /** Called between messages, on the connection's thread: where a program makes its edits. */
    @FunctionalInterface
    public interface Feed {
        Feed NONE = replica -> false;

        /** Makes a few edits, if the replica's backlog is small, and returns soon: true if it wants to make more now. */
        boolean fill(Replica replica);
    }

    /** Where the token for the next connection comes from; asked before each one, on the connection's thread. */
    @FunctionalInterface
    public interface Tokens {
        /** The token as a JSON object, or empty to keep the one in use. */
        Optional<String> newest();

        Tokens KEEP = Optional::empty;
    }

    /** What happens, told on the connection's thread. */
    public interface Listener {
        /** A listener that hears nothing. */
        Listener NONE = new Listener() {};

        default void noticed(Notice notice) {}

        /** The connection ended, {@code why} says how; the next attempt comes in {@code retryMs} milliseconds. */
        default void disconnected(String why, long retryMs) {}

        /** There will be no further attempt. */
        default void gaveUp(String why) {}

        /** There will be no further attempt, because this peer is not let in as it is. */
        default void refused(String why) {
            gaveUp(why);
        }
    }

    public PeerConnection(URI address, Replica replica, Feed feed, Listener listener) {
        this(address, replica, feed, listener, Tokens.KEEP);
    }

    public PeerConnection(URI address, Replica replica, Feed feed, Listener listener, Tokens tokens) {
        this.address = address;
        this.replica = replica;
        this.feed = feed;
        this.listener = listener;
        this.tokens = tokens;
        this.thread = Thread.ofPlatform()
                .daemon()
                .name("peer-" + replica.peer().toHex().substring(0, 8))
                .unstarted(this::run);
    }

    /** Starts connecting; returns at once. */
    public PeerConnection start() {
        thread.start();
        return this;
    }

    /** Runs on the connection's thread, which owns the replica. Errors: completes exceptionally after the end. */
    public <T> CompletableFuture<T> ask(Function<Replica, T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        events.add(() -> {
            try {
                answer.complete(question.apply(replica));
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        if (ended) {
            runEvents(0);
        }
        return answer;
    }

    /** Drops the connection as a broken network would; it reconnects. */
    public void cut() {
        events.add(() -> link.ifPresent(open -> open.end(Ending.lost("the connection was cut"))));
    }

    /** Says goodbye and ends the thread. */
    @Override
    public void close() {
        closing = true;
        events.add(() -> {});
        try {
            thread.join(Duration.ofSeconds(PeerLink.SEND_TIMEOUT_S));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        http.shutdownNow();
    }

    private void run() {
        try {
            while (!closing) {
                Ending ending = connectAndTalk();
                link = Optional.empty();
                replica.disconnected();
                if (closing) {
                    return;
                }
                if (ending.next() == Ending.Next.REFUSED) {
                    listener.refused(ending.sentence());
                    return;
                }
                if (ending.forGood()) {
                    listener.gaveUp(ending.sentence());
                    return;
                }
                if (ending.next() == Ending.Next.FRESH_TOKEN) {
                    if (!freshToken(ending)) {
                        return;
                    }
                    continue;
                }
                if (ending.next() == Ending.Next.RETRY_SLOWER) {
                    replica.slowDown();
                }
                pause(ending.why());
            }
        } finally {
            ended = true;
            runEvents(0);
        }
    }

    /** Looks for a token that is not the old one, until there is none after several looks. */
    private boolean freshToken(Ending ending) {
        for (int look = 1; !closing; look++) {
            Optional<String> newest = tokens.newest();
            if (newest.isPresent() && replica.useToken(newest)) {
                listener.disconnected(ending.why() + "; there is a new one", 0);
                return true;
            }
            if (look > TOKEN_LOOKS || !everJoined || tokens == Tokens.KEEP) {
                listener.refused(ending.sentence());
                return false;
            }
            pause(ending.why() + ", and there is no new one yet");
        }
        return false;
    }

    private void pause(String why) {
        long waitMs = backOff.nextMs();
        listener.disconnected(why, waitMs);
        long untilMs = nowMs() + waitMs;
        while (!closing && nowMs() < untilMs) {
            runEvents(untilMs - nowMs());
        }
    }

    private Ending connectAndTalk() {
        tokens.newest().ifPresent(token -> replica.useToken(Optional.of(token)));
        PeerLink opened = new PeerLink(events::add, this::heard);
        try {
            opened.opened(http.newWebSocketBuilder()
                    .connectTimeout(CONNECT_TIMEOUT)
                    .buildAsync(address, opened)
                    .get(CONNECT_TIMEOUT.toSeconds() * 2, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            return ConnectTrouble.of(address, e.getCause(), everOpened);
        } catch (TimeoutException e) {
            return ConnectTrouble.of(address, e, everOpened);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Ending.lost("interrupted");
        }
        everOpened = true;
        link = Optional.of(opened);
        opened.send(replica.hello(), this::drain);
        while (!closing && opened.ending().isEmpty()) {
            boolean more = feed.fill(replica);
            replica.outgoing(nowMs()).forEach(message -> opened.send(message, this::drain));
            opened.watch(this::drain);
            runEvents(more ? 0 : replica.idleMs(nowMs(), IDLE_MS));
        }
        opened.leave(closing);
        return opened.ending().orElse(Ending.lost("closed by us"));
    }

    private void drain() {
        runEvents(IDLE_MS);
    }

    /** Runs what is queued, waiting for the first event. */
    private void runEvents(long waitMs) {
        try {
            Runnable event = events.poll(waitMs, TimeUnit.MILLISECONDS);
            for (int i = 0; event != null && i < EVENTS_A_TURN; i++) {
                event.run();
                event = i + 1 < EVENTS_A_TURN ? events.poll() : null;
            }
        } catch (InterruptedException e) {
            closing = true;
            Thread.currentThread().interrupt();
        }
    }

    private void heard(PeerLink from, String text) {
        if (link.filter(open -> open == from).isEmpty()) {
            return; // Of a connection that is given up already.
        }
        List<Notice> notices = replica.receive(text, nowMs());
        for (Notice notice : notices) {
            switch (notice) {
                case Notice.Joined joined -> {
                    everJoined = true;
                    backOff.reset();
                }
                case Notice.Complaint(var complaint, var fields) -> from.complained(complaint);
                default -> {}
            }
            listener.noticed(notice);
        }
    }

    private static long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }
}
