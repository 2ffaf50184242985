package dev.parley.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.core.history.Decoded;
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
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A peer that says exactly what a test tells it to, over a real socket, and sees exactly what comes back. */
final class WirePeer implements WebSocket.Listener, AutoCloseable {
    /** How long an expected message may take; far above what any of them needs. */
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A message, or the close. */
    sealed interface Seen {
        record Message(JsonNode json) implements Seen {}

        record Closed(int code, String reason) implements Seen {}

        record Broken(Throwable cause) implements Seen {}
    }

    private final LinkedBlockingQueue<Seen> seen = new LinkedBlockingQueue<>();
    private final StringBuilder partial = new StringBuilder();
    private final Signer signer;
    private WebSocket socket;
    private long lamport;
    private List<NodeId> heads = List.of();

    private WirePeer(int seed) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) seed);
        this.signer = Ed25519.signer(key);
    }

    /** Connects without saying hello. The key is made of {@code seed} alone. */
    static WirePeer connect(URI room, int seed) throws Exception {
        WirePeer peer = new WirePeer(seed);
        peer.socket = HTTP.newWebSocketBuilder().buildAsync(room, peer).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return peer;
    }

    /** Connects, says a plain hello and reads the welcome. */
    static WirePeer join(URI room, int seed) throws Exception {
        WirePeer peer = connect(room, seed);
        peer.send(peer.hello());
        peer.expect("welcome");
        return peer;
    }

    String pubkey() {
        return signer.peer().toHex();
    }

    ObjectNode hello() {
        return message("hello").put("pubkey", pubkey());
    }

    static ObjectNode message(String type) {
        return JSON.createObjectNode().put("type", type);
    }

    void send(JsonNode message) throws Exception {
        sendText(message.toString());
    }

    void sendText(String text) throws Exception {
        socket.sendText(text, true).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    void sendBinary(byte[] bytes) throws Exception {
        socket.sendBinary(ByteBuffer.wrap(bytes), true).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /** A new signed node on top of this peer's own last one. */
    Node write(String key, String value) {
        Node node = node(++lamport, heads, new Op.MapSet(key, value.getBytes(StandardCharsets.UTF_8)));
        heads = List.of(node.id());
        return node;
    }

    Node node(long atLamport, List<NodeId> parents, Op... ops) {
        return Nodes.sign(new Transaction(signer.peer(), atLamport, 0, List.of(ops), parents), signer);
    }

    void sendPack(Node... nodes) throws Exception {
        sendPack(List.of(nodes));
    }

    void sendPack(List<Node> nodes) throws Exception {
        send(pack(nodes));
    }

    static ObjectNode pack(List<Node> nodes) {
        return message("pack").put("nodes", Base64.getEncoder().encodeToString(Packs.encode(nodes)));
    }

    /** The next message or close, whatever it is. */
    Seen next() throws InterruptedException {
        Seen next = seen.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        if (next == null) {
            throw new AssertionError("nothing came within " + PATIENCE);
        }
        return next;
    }

    /** What has come already, or null. */
    Seen nextIfThere() {
        return seen.poll();
    }

    /** The next message, which has to be of this type. */
    JsonNode expect(String type) throws InterruptedException {
        Seen next = next();
        if (next instanceof Seen.Message(var json) && json.path("type").asText().equals(type)) {
            return json;
        }
        throw new AssertionError("expected " + type + ", saw " + next);
    }

    /** The next message, which has to be an error with this text. */
    void expectError(String text) throws InterruptedException {
        String seenText = expect("error").path("msg").asText();
        if (!seenText.equals(text)) {
            throw new AssertionError("expected the error <" + text + ">, saw <" + seenText + ">");
        }
    }

    /** The close, which has to come next. */
    Seen.Closed expectClose() throws InterruptedException {
        Seen next = next();
        if (next instanceof Seen.Closed closed) {
            return closed;
        }
        throw new AssertionError("expected a close, saw " + next);
    }

    /** Proves that nothing else was sent before the answer to a fresh {@code noop}. */
    void expectQuiet() throws Exception {
        send(message("noop"));
        expect("noop-ack");
    }

    /** Waits for a message of this type, after which there is nothing more. */
    void expectQuietAfter(String type) throws Exception {
        expect(type);
        expectQuiet();
    }

    static List<Node> nodes(JsonNode pack) {
        byte[] bytes = Base64.getDecoder().decode(pack.path("nodes").asText());
        return switch (Packs.decode(bytes)) {
            case Decoded.Whole<List<Node>>(var nodes) -> nodes;
            case Decoded.Broken<List<Node>> broken -> throw new AssertionError(broken.toString());
        };
    }

    static List<NodeId> ids(JsonNode pack) {
        List<NodeId> ids = new ArrayList<>();
        for (Node node : nodes(pack)) {
            ids.add(node.id());
        }
        return ids;
    }

    /** Cuts the connection without a close frame. */
    void cut() {
        socket.abort();
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            try {
                seen.add(new Seen.Message(JSON.readTree(partial.toString())));
            } catch (Exception e) {
                seen.add(new Seen.Broken(e));
            }
            partial.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        seen.add(new Seen.Closed(code, reason));
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        seen.add(new Seen.Broken(error));
    }

    @Override
    public void close() {
        socket.abort();
    }
}
