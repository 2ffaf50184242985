package dev.parley.edge.peer;

import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * One WebSocket of a peer. Its callbacks only queue events; everything else belongs to the peer's thread.
 *
 * <p>Errors: whatever goes wrong becomes the link's {@link #ending}; the first one counts.
 */
final class PeerLink implements WebSocket.Listener {
    static final long SEND_TIMEOUT_S = 30;
    private static final long PING_AFTER_MS = 15_000;
    private static final long DEAD_AFTER_MS = 45_000;

    private final Consumer<Runnable> events;
    private final BiConsumer<PeerLink, String> heard;
    private final StringBuilder partial = new StringBuilder();
    private WebSocket socket;
    private Optional<Ending> ending = Optional.empty();
    private String lastError = "";
    private volatile long lastHeardMs = nowMs();
    private long lastPingMs = nowMs();

    /** {@code events} queues for the peer's thread; {@code heard} takes each whole message there. */
    PeerLink(Consumer<Runnable> events, BiConsumer<PeerLink, String> heard) {
        this.events = events;
        this.heard = heard;
    }

    void opened(WebSocket opened) {
        socket = opened;
    }

    Optional<Ending> ending() {
        return ending;
    }

    void end(Ending how) {
        if (ending.isEmpty()) {
            ending = Optional.of(how);
        }
    }

    /** The server sent this error text: a close that follows is explained by it. */
    void complained(String text) {
        lastError = text;
    }

    /** Sends a message; {@code drain} runs queued events when sending failed, since a close says more than that. */
    void send(String text, Runnable drain) {
        if (ending.isEmpty()) {
            await(socket.sendText(text, true), drain);
        }
    }

    private void await(CompletableFuture<WebSocket> sending, Runnable drain) {
        try {
            sending.get(SEND_TIMEOUT_S, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            drain.run();
            end(Ending.lost("the connection was lost: " + ConnectTrouble.reason(e.getCause())));
        } catch (TimeoutException e) {
            end(Ending.lost("the server has taken nothing in for " + SEND_TIMEOUT_S + " s"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            end(Ending.lost("interrupted"));
        }
    }

    /** Finds a server that is gone without a word. */
    void watch(Runnable drain) {
        long quietMs = nowMs() - lastHeardMs;
        if (quietMs > DEAD_AFTER_MS) {
            end(Ending.lost("the server has not answered for " + quietMs / 1_000 + " s"));
        } else if (quietMs > PING_AFTER_MS && nowMs() - lastPingMs > PING_AFTER_MS && ending.isEmpty()) {
            lastPingMs = nowMs();
            await(socket.sendPing(ByteBuffer.allocate(0)), drain);
        }
    }

    /** Lets go of the socket, with a goodbye if {@code politely}. */
    void leave(boolean politely) {
        if (politely && ending.isEmpty()) {
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
            events.accept(() -> heard.accept(this, text));
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
        events.accept(() -> end(Ending.closed(code, reason, lastError)));
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        events.accept(() -> end(Ending.lost("the connection was lost: " + ConnectTrouble.reason(error))));
    }

    private static long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }
}
