package dev.parley.edge.main;

import dev.parley.core.history.Ed25519;
import dev.parley.core.history.Node;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Op;
import dev.parley.core.history.Packs;
import dev.parley.core.history.Signer;
import dev.parley.core.history.Transaction;
import dev.parley.core.id.NodeId;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A peer of the protocol's plainest kind over the JDK's WebSocket: what arrives is a row of texts, then the close. */
final class LoopbackPeer implements WebSocket.Listener, AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final BlockingQueue<String> arrived = new LinkedBlockingQueue<>();
    private final StringBuilder message = new StringBuilder();
    private final Signer signer;
    private final WebSocket socket;
    private List<NodeId> heads = List.of();
    private long lamport;
    private volatile boolean paused;

    LoopbackPeer(int port, String target, int seed) throws Exception {
        byte[] seedBytes = new byte[32];
        seedBytes[0] = (byte) seed;
        signer = Ed25519.signer(seedBytes);
        socket = HTTP.newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + port + target), this)
                .get(20, TimeUnit.SECONDS);
    }

    /** Joined, with its welcome read. */
    static LoopbackPeer joined(int port, String room, int seed) throws Exception {
        LoopbackPeer peer = new LoopbackPeer(port, "/ws/" + room, seed);
        peer.hello();
        String welcome = peer.next();
        if (!welcome.startsWith("{\"type\":\"welcome\"")) {
            throw new AssertionError("no welcome but " + welcome);
        }
        return peer;
    }

    void hello() {
        send("{\"type\":\"hello\",\"pubkey\":\"" + signer.peer() + "\"}");
    }

    void send(String text) {
        socket.sendText(text, true).join();
    }

    WebSocket socket() {
        return socket;
    }

    /** Takes at most one message more; the network's buffers fill up. */
    void pause() {
        paused = true;
    }

    void resume() {
        paused = false;
        socket.request(1);
    }

    /** A pack of {@code count} new nodes in a row. */
    String pack(int count, int valueBytes) {
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            lamport++;
            Op op = new Op.MapSet("key", new byte[valueBytes]);
            Node node = Nodes.sign(new Transaction(signer.peer(), lamport, 0, List.of(op), heads), signer);
            heads = List.of(node.id());
            nodes.add(node);
        }
        return "{\"type\":\"pack\",\"nodes\":\""
                + new String(Base64.getEncoder().encode(Packs.encode(nodes)), StandardCharsets.US_ASCII) + "\"}";
    }

    /** The next text, or {@code close <code> <reason>}; null when nothing comes. */
    String next() throws InterruptedException {
        return arrived.poll(20, TimeUnit.SECONDS);
    }

    /** The next one that starts so; what comes before is skipped. */
    String next(String start) throws InterruptedException {
        String text = next();
        while (text != null && !text.startsWith(start)) {
            text = next();
        }
        return text;
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        message.append(data);
        if (last) {
            arrived.add(message.toString());
            message.setLength(0);
        }
        if (!paused) {
            from.request(1);
        }
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int statusCode, String reason) {
        arrived.add("close " + statusCode + " " + reason);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        arrived.add("error " + error);
    }

    @Override
    public void close() {
        socket.abort();
    }
}
