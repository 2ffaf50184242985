package dev.parley.edge.peer;

import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Keeps a {@link Replica} connected: one thread that owns it, a WebSocket, and reconnects with back-off.
 *
 * <p>Every close is reconnected, except those that would come again: 1008 and 4002 end the connection for good, and so
 * does a first attempt that finds no server. After 4008 the replica sends half as fast.
 */
public final class PeerConnection implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration SEND_TIMEOUT = Duration.ofSeconds(30);
    private static final long PING_AFTER_MS = 15_000;
    private static final long DEAD_AFTER_MS = 45_000;
    private static final long IDLE_MS = 200;
    private static final int EVENTS_A_TURN = 256;

    private final URI address;
    private final Replica replica;
    private final Feed feed;
    private final Listener listener;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build();
    private final BackOff backOff = new BackOff(new SplittableRandom());
    private final BlockingQueue<Runnable> events = new LinkedBlockingQueue<>();
    private final Thread thread;
    private volatile boolean closing;
    private volatile boolean ended;
    private boolean everOpened;
    private Optional<Link> link = Optional.empty();

    /** Called between messages, on the connection's thread: where a program makes its edits. */
    @FunctionalInterface
    public interface Feed {
        Feed NONE = replica -> false;

        /** Makes a few edits, if the replica's backlog is small, and returns soon: true if it wants to make more now. */
        boolean fill(Replica replica);
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
    }

    /** How one connection ended. */
    private record End(String why, boolean forGood) {}

    public PeerConnection(URI address, Replica replica, Feed feed, Listener listener) {
        this.address = address;
        this.replica = replica;
        this.feed = feed;
        this.listener = listener;
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
        events.add(() -> link.ifPresent(open -> open.end("the connection was cut", false)));
    }

    /** Says goodbye and ends the thread. */
    @Override
    public void close() {
        closing = true;
        events.add(() -> {});
        try {
            thread.join(SEND_TIMEOUT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        http.shutdownNow();
    }

    private void run() {
        try {
            while (!closing) {
                End end = connectAndTalk();
                link = Optional.empty();
                replica.disconnected();
                if (closing) {
                    return;
                }
                if (end.forGood()) {
                    listener.gaveUp(end.why());
                    return;
                }
                long waitMs = backOff.nextMs();
                listener.disconnected(end.why(), waitMs);
                waitFor(waitMs);
            }
        } finally {
            ended = true;
            runEvents(0);
        }
    }

    private void waitFor(long waitMs) {
        long untilMs = nowMs() + waitMs;
        while (!closing && nowMs() < untilMs) {
            runEvents(untilMs - nowMs());
        }
    }

    private End connectAndTalk() {
        Link opened = new Link();
        try {
            opened.socket = http.newWebSocketBuilder()
                    .connectTimeout(CONNECT_TIMEOUT)
                    .buildAsync(address, opened)
                    .get(CONNECT_TIMEOUT.toSeconds() * 2, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            return refused(e.getCause());
        } catch (TimeoutException e) {
            return new End("no answer from " + address, !everOpened);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new End("interrupted", true);
        }
        everOpened = true;
        link = Optional.of(opened);
        opened.send(replica.hello());
        while (!closing && opened.end.isEmpty()) {
            boolean more = feed.fill(replica);
            replica.outgoing(nowMs()).forEach(opened::send);
            opened.watch();
            runEvents(more ? 0 : replica.idleMs(nowMs(), IDLE_MS));
        }
        opened.leave();
        return opened.end.orElse(new End("closed by us", true));
    }

    private End refused(Throwable cause) {
        if (cause instanceof WebSocketHandshakeException handshake) {
            int status = handshake.getResponse().statusCode();
            return status == 503
                    ? new End("the server is not ready or full (503)", false)
                    : new End("the server at " + address + " refused the WebSocket with status " + status, true);
        }
        return new End("cannot connect to " + address + ": " + reason(cause), !everOpened);
    }

    private static String reason(Throwable cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof UnresolvedAddressException) {
                return "there is no such host";
            }
        }
        if (cause instanceof ConnectException) {
            return "nobody listens there";
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
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

    private void heard(Link from, String text) {
        if (link.filter(open -> open == from).isEmpty()) {
            return;
        }
        List<Notice> notices = replica.receive(text, nowMs());
        for (Notice notice : notices) {
            if (notice instanceof Notice.Joined) {
                backOff.reset();
            }
            listener.noticed(notice);
        }
    }

    private static long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    /** One WebSocket. Its callbacks only queue events. */
    private final class Link implements WebSocket.Listener {
        private WebSocket socket;
        private Optional<End> end = Optional.empty();
        private final StringBuilder partial = new StringBuilder();
        private volatile long lastHeardMs = nowMs();
        private long lastPingMs = nowMs();

        private void end(String why, boolean forGood) {
            if (end.isEmpty()) {
                end = Optional.of(new End(why, forGood));
            }
        }

        private void send(String text) {
            if (end.isEmpty()) {
                await(socket.sendText(text, true));
            }
        }

        private void await(CompletableFuture<WebSocket> sending) {
            try {
                sending.get(SEND_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                // The close that made sending fail says more than the failure, so what is queued is heard first.
                runEvents(IDLE_MS);
                end("connection lost: " + reason(e.getCause()), false);
            } catch (TimeoutException e) {
                end("the server takes nothing in for " + SEND_TIMEOUT.toSeconds() + " s", false);
            } catch (InterruptedException e) {
                closing = true;
                Thread.currentThread().interrupt();
            }
        }

        /** Finds a server that is gone without a word. */
        private void watch() {
            long quietMs = nowMs() - lastHeardMs;
            if (quietMs > DEAD_AFTER_MS) {
                end("the server has not answered for " + quietMs / 1_000 + " s", false);
            } else if (quietMs > PING_AFTER_MS && nowMs() - lastPingMs > PING_AFTER_MS && end.isEmpty()) {
                lastPingMs = nowMs();
                await(socket.sendPing(ByteBuffer.allocate(0)));
            }
        }

        private void leave() {
            if (closing && end.isEmpty()) {
                socket.sendClose(WebSocket.NORMAL_CLOSURE, "")
                        .orTimeout(1, TimeUnit.SECONDS)
                        .exceptionally(late -> socket)
                        .join();
            }
            socket.abort();
        }

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            lastHeardMs = nowMs();
            partial.append(data);
            if (last) {
                String text = partial.toString();
                partial.setLength(0);
                events.add(() -> heard(this, text));
            }
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onPong(WebSocket from, ByteBuffer message) {
            lastHeardMs = nowMs();
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onPing(WebSocket from, ByteBuffer message) {
            lastHeardMs = nowMs();
            from.request(1);
            return null; // The JDK answers by itself.
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            events.add(() -> closed(code, reason));
            return null;
        }

        private void closed(int code, String reason) {
            if (code == 4008) {
                replica.slowDown();
            }
            String why = code == 1006
                    ? "the connection broke without a goodbye"
                    : "the server closed with " + code + (reason.isEmpty() ? "" : " '" + reason + "'");
            end(why, code == 1008 || code == 4002);
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            events.add(() -> end("connection lost: " + reason(error), false));
        }
    }
}
