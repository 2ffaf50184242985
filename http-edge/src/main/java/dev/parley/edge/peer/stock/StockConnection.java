package dev.parley.edge.peer.stock;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;

/** Runs a {@link StockClient} on real sockets: one thread that owns it and carries out what it wants. */
public final class StockConnection implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration SEND_TIMEOUT = Duration.ofSeconds(60);
    private static final long IDLE_MS = 1_000;
    private static final int NO_CLOSE_FRAME = 1006;

    private final Supplier<URI> address;
    private final StockClient client;
    private final Supplier<Optional<StockToken>> tokens;
    private final Listener listener;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build();
    private final BlockingQueue<Runnable> events = new LinkedBlockingQueue<>();
    private final Thread thread;
    private Optional<Link> link = Optional.empty();
    private volatile boolean closing;

    /** What happens, told on the connection's thread. */
    public interface Listener {
        default void sent(StockEffect.Send message) {}

        default void told(StockNews news) {}

        /** A message of the server, before the client takes it in. */
        default void heard(String json) {}

        /** A socket closed; 1006 stands for no close frame. */
        default void closed(int code, String reason) {}
    }

    /** {@code address} is asked before each attempt; {@code tokens} is the application's hook. */
    public StockConnection(
            Supplier<URI> address, StockClient client, Supplier<Optional<StockToken>> tokens, Listener listener) {
        this.address = address;
        this.client = client;
        this.tokens = tokens;
        this.listener = listener;
        this.thread = Thread.ofPlatform()
                .daemon()
                .name("stock-" + client.graph().peer().toHex().substring(0, 8))
                .unstarted(this::run);
    }

    /** Starts connecting; returns at once. */
    public StockConnection start() {
        thread.start();
        return this;
    }

    /** Something happens to the client, as {@link StockEvent.Edited}. */
    public void tell(StockEvent event) {
        events.add(() -> carryOut(client.on(event, nowMs())));
    }

    /** As {@link #tell}, with an event made from the client as it is then. */
    public void tell(Function<StockClient, StockEvent> event) {
        events.add(() -> carryOut(client.on(event.apply(client), nowMs())));
    }

    /** Reads the client on the thread that owns it. Errors: completes exceptionally with what the question throws. */
    public <T> CompletableFuture<T> ask(Function<StockClient, T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        events.add(() -> {
            try {
                answer.complete(question.apply(client));
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }

    /** Breaks the connection as a network would. */
    public void cut() {
        events.add(() -> link.ifPresent(open -> open.gone(NO_CLOSE_FRAME, "cut")));
    }

    @Override
    public void close() {
        tell(new StockEvent.Quit());
        events.add(() -> closing = true);
        try {
            thread.join(SEND_TIMEOUT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        http.shutdownNow();
    }

    private void run() {
        carryOut(client.start(nowMs()));
        while (!closing) {
            try {
                long wait = Math.clamp(client.dueMs() - nowMs(), 0, IDLE_MS);
                Runnable event = events.poll(wait, TimeUnit.MILLISECONDS);
                if (event != null) {
                    event.run();
                }
            } catch (InterruptedException e) {
                break;
            }
            if (nowMs() >= client.dueMs()) {
                carryOut(client.on(new StockEvent.TimePassed(), nowMs()));
            }
        }
        link.ifPresent(open -> open.socket.abort());
    }

    private void carryOut(List<StockEffect> effects) {
        for (StockEffect effect : effects) {
            switch (effect) {
                case StockEffect.Send message -> {
                    listener.sent(message);
                    link.ifPresent(open -> open.send(message.json()));
                }
                case StockEffect.Open open -> open();
                case StockEffect.Close close -> link.ifPresent(Link::sayGoodbye);
                case StockEffect.FetchToken fetch -> tell(new StockEvent.TokenFetched(tokens.get()));
                case StockEffect.Tell(var news) -> listener.told(news);
            }
        }
    }

    private void open() {
        Link opening = new Link();
        try {
            opening.socket = http.newWebSocketBuilder()
                    .connectTimeout(CONNECT_TIMEOUT)
                    .buildAsync(address.get(), opening)
                    .get(2 * CONNECT_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            link = Optional.of(opening);
            tell(new StockEvent.Opened());
        } catch (ExecutionException e) {
            tell(new StockEvent.NotOpened(reason(e.getCause())));
        } catch (TimeoutException e) {
            tell(new StockEvent.NotOpened("no answer"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String reason(Throwable cause) {
        if (cause instanceof WebSocketHandshakeException refused) {
            return "the upgrade was answered with " + refused.getResponse().statusCode();
        }
        return cause instanceof IOException ? "nobody listens there" : String.valueOf(cause.getMessage());
    }

    private static long nowMs() {
        return System.currentTimeMillis();
    }

    /** One WebSocket. Its callbacks only queue events. */
    private final class Link implements WebSocket.Listener {
        private WebSocket socket;
        private final StringBuilder partial = new StringBuilder();

        private void send(String text) {
            try {
                socket.sendText(text, true).get(SEND_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                // A browser does not hear of it either: the close that follows says all.
                events.add(() -> gone(NO_CLOSE_FRAME, ""));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void sayGoodbye() {
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "")
                    .orTimeout(1, TimeUnit.SECONDS)
                    .exceptionally(late -> socket)
                    .join();
        }

        /** The first word about the end counts. */
        private void gone(int code, String reason) {
            if (link.filter(open -> open == this).isPresent()) {
                link = Optional.empty();
                socket.abort();
                listener.closed(code, reason);
                carryOut(client.on(new StockEvent.Closed(code, reason), nowMs()));
            }
        }

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            partial.append(data);
            if (last) {
                String text = partial.toString();
                partial.setLength(0);
                events.add(() -> {
                    if (link.filter(open -> open == this).isPresent()) {
                        listener.heard(text);
                        carryOut(client.on(new StockEvent.Heard(text), nowMs()));
                    }
                });
            }
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            events.add(() -> gone(code, reason));
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            events.add(() -> gone(NO_CLOSE_FRAME, ""));
        }
    }
}
