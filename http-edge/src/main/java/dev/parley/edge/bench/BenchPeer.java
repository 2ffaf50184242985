package dev.parley.edge.bench;

import dev.parley.core.history.Ed25519;
import dev.parley.core.history.Node;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Op;
import dev.parley.core.history.Packs;
import dev.parley.core.history.Signer;
import dev.parley.core.history.Transaction;
import dev.parley.core.id.NodeId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A peer that writes as fast as it is told to and keeps nothing of what it hears but the types of the messages. */
final class BenchPeer implements LoadSockets.Listener {
    /** What came in: the message's type, or the close. {@code atNanos} is when. */
    record Heard(String type, int sizeBytes, long atNanos) {}

    private static final int TYPE_STARTS_AT = "{\"type\":\"".length();
    private static final int WAIT_SECONDS = 120;

    private final Signer signer;
    private final LinkedBlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
    private LoadSockets.Connection connection;
    private long lamport;
    private List<NodeId> heads = List.of();

    BenchPeer(int number) {
        byte[] seed = new byte[32];
        ByteBuffer.wrap(seed).putInt(number);
        signer = Ed25519.signer(seed);
    }

    BenchPeer connect(LoadSockets sockets, int port, String room) {
        connection = sockets.connect(ServerUnderLoad.HOST, port, "/ws/" + room, this);
        return this;
    }

    /** Connects, says hello with the given extra JSON members ("" or starting with a comma) and waits for welcome. */
    BenchPeer join(LoadSockets sockets, int port, String room, String extra) throws InterruptedException {
        connect(sockets, port, room);
        await("opened");
        hello(extra);
        await("welcome");
        return this;
    }

    String pubkey() {
        return signer.peer().toHex();
    }

    void hello(String extra) {
        connection.send("{\"type\":\"hello\",\"pubkey\":\"" + signer.peer().toHex() + "\"" + extra + "}");
    }

    void send(String text) {
        connection.send(text);
    }

    void cut() {
        connection.cut();
    }

    /** The next node of this author: one map set, on top of its own last one. */
    Node write(String key, byte[] value) {
        Node node = Nodes.sign(
                new Transaction(signer.peer(), ++lamport, 0, List.of(new Op.MapSet(key, value)), heads), signer);
        heads = List.of(node.id());
        return node;
    }

    List<Node> write(int nodes) {
        List<Node> written = new ArrayList<>(nodes);
        for (int i = 0; i < nodes; i++) {
            written.add(write("k" + i % 100, Integer.toString(i).getBytes(StandardCharsets.US_ASCII)));
        }
        return written;
    }

    static String pack(List<Node> nodes) {
        return "{\"type\":\"pack\",\"nodes\":\"" + Base64.getEncoder().encodeToString(Packs.encode(nodes)) + "\"}";
    }

    /** Drops what comes until a message of this type; fails on a close or when nothing comes for two minutes. */
    Heard await(String type) throws InterruptedException {
        while (true) {
            Heard next = heard.poll(WAIT_SECONDS, TimeUnit.SECONDS);
            if (next == null) {
                throw new IllegalStateException("no " + type + " within " + WAIT_SECONDS + " s");
            }
            if (next.type().equals(type)) {
                return next;
            }
            if (next.type().startsWith("closed") || next.type().equals("error")) {
                throw new IllegalStateException("waiting for " + type + ", got " + next);
            }
        }
    }

    @Override
    public void opened(LoadSockets.Connection opened) {
        heard.add(new Heard("opened", 0, System.nanoTime()));
    }

    @Override
    public void text(LoadSockets.Connection from, ByteBuffer text) {
        heard.add(new Heard(type(text), text.remaining(), System.nanoTime()));
    }

    @Override
    public void closed(LoadSockets.Connection from, int code) {
        heard.add(new Heard("closed " + code, 0, System.nanoTime()));
    }

    static String type(ByteBuffer text) {
        byte[] head = new byte[Math.min(48, text.remaining())];
        text.get(text.position(), head);
        int end = TYPE_STARTS_AT;
        while (end < head.length && head[end] != '"') {
            end++;
        }
        return new String(
                head,
                Math.min(TYPE_STARTS_AT, head.length),
                Math.max(0, end - TYPE_STARTS_AT),
                StandardCharsets.US_ASCII);
    }
}
