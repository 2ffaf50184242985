package dev.parley.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.core.history.Ed25519;
import dev.parley.core.history.Node;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Op;
import dev.parley.core.history.Signer;
import dev.parley.core.history.Transaction;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.core.reconcile.Ibf;
import dev.parley.core.reconcile.IndexRule;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;

/**
 * Peers that send what a seed says: valid messages in any order, mutated ones, and frames of noise, a few on each connection.
 * The same seed sends the same bytes.
 */
final class HostilePeers {
    private static final int FRAMES_EACH = 10;

    /** How long an answer may take before the connection is left as it is; much of the noise has none. */
    private static final int PATIENCE_MS = 25;

    private static final String[] ODD_VALUES = {
        "null",
        "true",
        "-1",
        "0",
        "1e400",
        "18446744073709551616",
        "\"\"",
        "\"\\ud800\"",
        "\"\\u0000\"",
        "[]",
        "{}",
        "[[[[[[]]]]]]",
        "{\"type\":\"hello\"}",
        "9".repeat(2_000),
        "\"" + "x".repeat(70_000) + "\"",
        "[" + "\"**\",".repeat(300) + "1]",
        "[" + "\"" + "a*".repeat(600) + "\"]"
    };

    private final Random random;
    private final URI room;
    private final PeerId server;
    private final Signer signer;
    private int connections;

    HostilePeers(long seed, URI room, PeerId server) {
        this.random = new Random(seed);
        this.room = room;
        this.server = server;
        byte[] key = new byte[32];
        random.nextBytes(key);
        this.signer = Ed25519.signer(key);
    }

    int connections() {
        return connections;
    }

    void send(int frames) throws IOException {
        for (int sent = 0; sent < frames; sent += FRAMES_EACH) {
            connections++;
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), room.getPort())) {
                socket.setSoTimeout(PATIENCE_MS);
                converse(socket);
            } catch (IOException ended) {
                // The server may end any of these at any time.
            }
        }
    }

    private void converse(Socket socket) throws IOException {
        OutputStream out = socket.getOutputStream();
        String target = random.nextInt(4) == 0 ? "/ws/runtime" : room.getRawPath();
        out.write(("GET " + target + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        // Frames before the answer are no WebSocket yet: the HTTP layer refuses them.
        if (random.nextInt(20) != 0 && socket.getInputStream().read(new byte[1_000]) < 0) {
            return;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        boolean greets = random.nextInt(5) != 0;
        for (int i = 0; i < FRAMES_EACH; i++) {
            bytes.writeBytes(i == 0 && greets ? text(hello().toString()) : anything());
        }
        bytes.writeBytes(text("{\"type\":\"noop\"}"));
        out.write(bytes.toByteArray());
        out.flush();
        readOn(new DataInputStream(socket.getInputStream()));
    }

    /** Reads until nothing more comes, so that the server is not held up by us alone. */
    private static void readOn(DataInputStream in) throws IOException {
        byte[] buffer = new byte[64 << 10];
        StringBuilder tail = new StringBuilder();
        while (tail.indexOf("noop-ack") < 0) {
            int count = in.read(buffer);
            if (count < 0) {
                return;
            }
            tail.append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
            tail.delete(0, Math.max(0, tail.length() - 100));
        }
    }

    private byte[] anything() {
        return switch (random.nextInt(10)) {
            case 0 -> noise();
            case 1 -> text(message().toString());
            case 2 -> frame(random.nextInt(256), message().toString().getBytes(StandardCharsets.UTF_8));
            case 3 -> flipped(text(message().toString()));
            case 4 -> inFragments(message().toString().getBytes(StandardCharsets.UTF_8));
            default -> frame(0x81, mutated(message()));
        };
    }

    private byte[] noise() {
        byte[] noise = new byte[random.nextInt(200)];
        random.nextBytes(noise);
        return random.nextBoolean() ? noise : frame(0x80 | random.nextInt(16), noise);
    }

    private byte[] mutated(ObjectNode message) {
        byte[] json = message.toString().getBytes(StandardCharsets.UTF_8);
        return switch (random.nextInt(5)) {
            case 0 -> flipped(json);
            case 1 -> Arrays.copyOf(json, random.nextInt(json.length));
            case 2 -> duplicated(message);
            default -> retyped(message);
        };
    }

    private byte[] flipped(byte[] bytes) {
        for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return bytes;
    }

    /** One field twice, the second time with a value that is not its own. */
    private byte[] duplicated(ObjectNode message) {
        String json = message.toString();
        return (json.substring(0, json.length() - 1) + ",\"" + field(message) + "\":" + odd() + "}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private byte[] retyped(ObjectNode message) {
        String field = field(message);
        StringBuilder json = new StringBuilder("{");
        message.properties()
                .forEach(entry -> json.append(json.length() == 1 ? "" : ",")
                        .append('"')
                        .append(entry.getKey())
                        .append("\":")
                        .append(
                                entry.getKey().equals(field)
                                        ? odd()
                                        : entry.getValue().toString()));
        return json.append('}').toString().getBytes(StandardCharsets.UTF_8);
    }

    private String field(ObjectNode message) {
        List<String> names = new ArrayList<>();
        message.fieldNames().forEachRemaining(names::add);
        return names.get(random.nextInt(names.size()));
    }

    private String odd() {
        return ODD_VALUES[random.nextInt(ODD_VALUES.length)];
    }

    private ObjectNode message() {
        String[] bare = {
            "noop", "server-info", "ensure-room", "open-session", "close-session", "presence-get", "start-tick",
            "stop-tick", "compact-room", "blob-upload", "blob-request", "request-upload", "unknown", "map-set"
        };
        return switch (random.nextInt(14)) {
            case 0 -> hello();
            case 1, 2, 3 -> pack();
            case 4 -> WirePeer.message("request").set("known", ids());
            case 5 -> WirePeer.message("mst-request").set("paths", texts("", "0", "zz", "0".repeat(65)));
            case 6 -> WirePeer.message("mst-done").set("ids", ids());
            case 7 -> WirePeer.message("subscribe").set("patterns", texts("a/**", "*".repeat(40) + "b", "**/**/x"));
            case 8 ->
                WirePeer.message("presence")
                        .put("data", "here")
                        .put("ttl_ms", 5)
                        .put("now_unix_ms", 6);
            case 9 ->
                WirePeer.message("presence-set")
                        .put("data", "here")
                        .put("ttl_ms", 5)
                        .put("now_unix_ms", 6);
            case 10 -> WirePeer.message("presence-sweep").put("now_unix_ms", random.nextLong());
            case 11 ->
                WirePeer.message("webrtc-offer")
                        .put("to", signer.peer().toHex())
                        .put("sdp", "v=0");
            case 12 ->
                random.nextBoolean()
                        ? WirePeer.message("set-room-key")
                                .put("pubkey", signer.peer().toHex())
                        : WirePeer.message("set-policy").put("default", "deny");
            default -> WirePeer.message(bare[random.nextInt(bare.length)]);
        };
    }

    private ObjectNode hello() {
        ObjectNode hello = WirePeer.message(random.nextInt(8) == 0 ? "client-hello" : "hello")
                .put("pubkey", (random.nextInt(4) == 0 ? server : signer.peer()).toHex())
                .put("room", "besieged");
        if (random.nextBoolean()) {
            Ibf filter = new Ibf(random.nextBoolean() ? IndexRule.WIDE_64 : IndexRule.NARROW_32);
            for (int i = random.nextInt(30); i > 0; i--) {
                filter.add(node(random.nextLong()).id());
            }
            byte[] bytes = filter.encode();
            hello.put("ibf", Base64.getEncoder().encodeToString(random.nextBoolean() ? bytes : flipped(bytes)));
        }
        if (random.nextInt(4) == 0) {
            hello.set("frontier", ids());
        }
        if (random.nextInt(6) == 0) {
            hello.set("subscribe", texts("a/**", "b"));
        }
        if (random.nextInt(6) == 0) {
            hello.putObject("token")
                    .put("peer_pubkey", signer.peer().toHex())
                    .put("expiry", Long.MAX_VALUE)
                    .put("sig", "00".repeat(64))
                    .putObject("continuity");
        }
        return hello;
    }

    private ObjectNode pack() {
        List<Node> nodes = new ArrayList<>();
        for (int i = random.nextInt(5); i >= 0; i--) {
            nodes.add(node(1 + random.nextInt(1_000)));
        }
        ObjectNode pack = WirePeer.pack(nodes);
        if (random.nextInt(3) == 0) {
            byte[] bytes = Base64.getDecoder().decode(pack.path("nodes").asText());
            pack.put("nodes", Base64.getEncoder().encodeToString(flipped(bytes)));
        }
        return pack;
    }

    /** Signed or with an empty signature, by chance; some have a parent that nobody has. */
    private Node node(long lamport) {
        byte[] parent = new byte[32];
        random.nextBytes(parent);
        Transaction transaction = new Transaction(
                signer.peer(),
                lamport,
                0,
                List.of(new Op.MapSet("k" + random.nextInt(9), new byte[random.nextInt(50)])),
                random.nextInt(3) == 0 ? List.of(NodeId.of(parent)) : List.of());
        return Nodes.sign(transaction, random.nextInt(5) == 0 ? new Unsigned(signer.peer()) : signer);
    }

    /** The reference takes a signature of zeros for none (spec 03 §13). */
    private record Unsigned(PeerId peer) implements Signer {
        @Override
        public byte[] sign(NodeId id) {
            return new byte[Node.SIGNATURE_BYTES];
        }

        @Override
        public byte[] signOver(byte[] message) {
            return new byte[Node.SIGNATURE_BYTES];
        }
    }

    private JsonNode ids() {
        return texts("00".repeat(32), node(1).id().toHex(), "not hex", "ff".repeat(31));
    }

    private static JsonNode texts(String... texts) {
        var array = WirePeer.message("").putArray("texts");
        Arrays.stream(texts).forEach(array::add);
        return array;
    }

    private static byte[] text(String json) {
        return frame(0x81, json.getBytes(StandardCharsets.UTF_8));
    }

    private byte[] inFragments(byte[] payload) {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        for (int at = 0; at < payload.length; ) {
            int end = Math.min(payload.length, at + 1 + random.nextInt(payload.length));
            int first = (at == 0 ? 1 : 0) | (end == payload.length ? 0x80 : 0);
            frames.writeBytes(frame(first, Arrays.copyOfRange(payload, at, end)));
            if (random.nextInt(3) == 0) {
                frames.writeBytes(frame(0x89, new byte[random.nextInt(20)]));
            }
            at = end;
        }
        return frames.toByteArray();
    }

    /** Masked with zeros, so that what is flipped in it stays what it was. */
    private static byte[] frame(int first, byte[] payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream(payload.length + 14);
        frame.write(first);
        if (payload.length < 126) {
            frame.write(0x80 | payload.length);
        } else if (payload.length < 1 << 16) {
            frame.write(0x80 | 126);
            frame.write(payload.length >>> 8);
            frame.write(payload.length);
        } else {
            frame.write(0x80 | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                frame.write((int) ((long) payload.length >>> shift));
            }
        }
        frame.writeBytes(new byte[4]);
        frame.writeBytes(payload);
        return frame.toByteArray();
    }
}
