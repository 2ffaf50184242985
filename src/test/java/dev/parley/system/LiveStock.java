package dev.parley.system;

import dev.parley.core.history.Ed25519;
import dev.parley.core.history.Op;
import dev.parley.core.history.Signer;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.RoomId;
import dev.parley.edge.peer.stock.DocClient;
import dev.parley.edge.peer.stock.DocSettings;
import dev.parley.edge.peer.stock.NpmClient;
import dev.parley.edge.peer.stock.StockClient;
import dev.parley.edge.peer.stock.StockConnection;
import dev.parley.edge.peer.stock.StockEffect;
import dev.parley.edge.peer.stock.StockEvent;
import dev.parley.edge.peer.stock.StockGraph;
import dev.parley.edge.peer.stock.StockNews;
import dev.parley.edge.peer.stock.StockToken;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/** A stock client on a real socket, with all that was seen of it. */
final class LiveStock implements StockConnection.Listener, AutoCloseable {
    private final StockClient client;
    private final StockConnection connection;
    private final List<StockEffect.Send> sent = new CopyOnWriteArrayList<>();
    private final List<StockNews> news = new CopyOnWriteArrayList<>();
    private final List<Long> refusedAtMs = new CopyOnWriteArrayList<>();
    private final List<Integer> closes = new CopyOnWriteArrayList<>();

    LiveStock(Supplier<URI> room, StockClient client, Supplier<Optional<StockToken>> tokens) {
        this.client = client;
        this.connection = new StockConnection(room, client, tokens, this);
    }

    static DocClient doc(String room, int seed, DocSettings settings) {
        return new DocClient(new RoomId(room), signer(seed), Ed25519.best(), settings);
    }

    static NpmClient npm(String room, int seed) {
        return new NpmClient(new RoomId(room), signer(seed), Ed25519.best(), Optional.empty());
    }

    static Signer signer(int seed) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) seed);
        return Ed25519.signer(key);
    }

    /** Connects a client to a room. */
    static LiveStock join(URI room, StockClient client) {
        return new LiveStock(() -> room, client, Optional::empty).start();
    }

    LiveStock start() {
        connection.start();
        return this;
    }

    void set(String key, String value) {
        edit(graph -> new Op.MapSet(key, value.getBytes(StandardCharsets.UTF_8)));
    }

    /** Makes one edit from what the client shows at that moment. */
    void edit(Function<StockGraph, Op> edit) {
        edit(edit, 0);
    }

    void edit(Function<StockGraph, Op> edit, long wallMs) {
        connection.tell(owned -> new StockEvent.Edited(List.of(edit.apply(owned.graph())), wallMs));
    }

    <T> T ask(Function<StockClient, T> question) throws Exception {
        return connection.ask(question).get();
    }

    boolean welcomed() throws Exception {
        return ask(StockClient::welcomed);
    }

    NodeId root() throws Exception {
        return ask(owned -> owned.graph().view().root());
    }

    int nodes() throws Exception {
        return ask(owned -> owned.graph().view().count());
    }

    StockClient client() {
        return client;
    }

    /** The codes of all closes so far; 1006 for a broken connection. */
    List<Integer> closes() {
        return closes;
    }

    List<StockNews> news() {
        return news;
    }

    /** When it was told that nodes were refused, in milliseconds of some clock. */
    List<Long> refusedAtMs() {
        return refusedAtMs;
    }

    long sent(StockEffect.Cause cause) {
        return sent.stream().filter(message -> message.cause() == cause).count();
    }

    void cut() {
        connection.cut();
    }

    void tell(StockEvent event) {
        connection.tell(event);
    }

    @Override
    public void sent(StockEffect.Send message) {
        sent.add(new StockEffect.Send("", message.cause(), message.nodes()));
    }

    @Override
    public void told(StockNews told) {
        if (told instanceof StockNews.Acked acked && acked.rejected() > 0) {
            refusedAtMs.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
        }
        news.add(told);
    }

    @Override
    public void closed(int code, String reason) {
        closes.add(code);
    }

    @Override
    public void close() {
        connection.close();
    }

    @Override
    public String toString() {
        return client.getClass().getSimpleName() + " closes " + closes + ", news " + news + ", sent "
                + sent.stream()
                        .map(message -> message.cause() + "(" + message.nodes() + ")")
                        .toList();
    }
}
