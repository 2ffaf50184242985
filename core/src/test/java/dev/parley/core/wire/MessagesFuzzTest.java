package dev.parley.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.parley.core.fuzz.Corpus;
import dev.parley.core.history.Node;
import dev.parley.core.id.NodeId;
import dev.parley.core.wire.FromPeer.PackContent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever text a peer sends, it is read to the message that an ordinary JSON reader sees, and what goes on to other
 * peers is one JSON object with our word on who sent it.
 */
class MessagesFuzzTest {
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(JsonFields.DEPTH_MAX)
                            .maxNumberLength(JsonFields.NUMBER_CHARS_MAX)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    static Stream<byte[]> seeds() {
        return Stream.of(
                        Corpus.of(MessagesFuzzTest.class, "messages"),
                        BrokenMessagesTest.samples().map(text -> text.getBytes(StandardCharsets.UTF_8)),
                        Corpus.texts(
                                "{\"type\":\"mst-done\",\"ids\":[\"" + "Aa".repeat(32) + "\",\"x\",7,[\"b\"]]}",
                                "{\"type\":\"subscribe\",\"patterns\":[\"a/**\",\"**\"]}",
                                "{\"type\":\"set-room-key\",\"pubkey\":\"" + "0f".repeat(32) + "\"}",
                                "{\"type\":\"set-policy\",\"policy\":{\"rules\":[{\"pattern\":\"a\",\"can_write\":[]}]}}",
                                "{\"type\":\"webrtc-ice\",\"to\":null,\"fr\\u006fm\":1,\"c\":{\"d\":[]}}",
                                "{\"type\":\"presence\"}",
                                "{\"type\":\"projection.read\"}",
                                "[{\"type\":\"noop\"}]",
                                "TWFu",
                                "TWE=",
                                "TQ"))
                .flatMap(each -> each);
    }

    @MethodSource("seeds")
    @FuzzTest
    void messages(byte[] bytes) {
        FromPeer message = MessageReader.read(bytes, 0, bytes.length);
        readsTheSameInsideAnArray(bytes, message);
        agreesWithAnOrdinaryReader(bytes, message);
        whatGoesOnIsOneObject(message);
        base64(bytes);
    }

    private static void readsTheSameInsideAnArray(byte[] bytes, FromPeer message) {
        if (!isUtf8(bytes)) {
            return; // Whether a broken name is one depends on the names read before; the socket lets none through.
        }
        byte[] around = new byte[bytes.length + 7];
        Arrays.fill(around, (byte) '"');
        System.arraycopy(bytes, 0, around, 3, bytes.length);
        assertThat(MessageReader.read(around, 3, bytes.length).toString().replaceAll("@[0-9a-f]+", ""))
                .isEqualTo(message.toString().replaceAll("@[0-9a-f]+", ""));
    }

    private static void agreesWithAnOrdinaryReader(byte[] bytes, FromPeer message) {
        Optional<JsonNode> tree = tree(bytes);
        if (tree.isEmpty() || !isUtf8(bytes)) {
            return; // The socket lets no other text through; names are compared in a way that relies on that.
        }
        JsonNode json = tree.get();
        if (message instanceof FromPeer.NotJson) {
            assertThat(json.isMissingNode() || bytes[0] <= 0).isTrue();
            return;
        }
        String type = json.path("type").isTextual() ? json.path("type").textValue() : "";
        switch (message) {
            case FromPeer.Hello hello -> {
                assertThat(type).isIn("hello", "client-hello");
                assertThat(hello.pubkey()).isEqualTo(text(json, "pubkey").orElse(""));
                assertThat(hello.room()).isEqualTo(text(json, "room"));
                assertThat(hello.heads())
                        .isEqualTo(ids(json, "frontier").stream()
                                .sorted()
                                .distinct()
                                .toList());
                assertThat(hello.peerId()).isEqualTo(text(json, "peer_id"));
                assertThat(hello.token().isPresent())
                        .isEqualTo(json.path("token").isObject());
            }
            case FromPeer.Pack(var content) -> {
                assertThat(type).isEqualTo("pack");
                Optional<byte[]> decoded =
                        naiveBase64(text(json, "nodes").orElse("").getBytes(StandardCharsets.UTF_8));
                assertThat(content instanceof PackContent.BadBase64).isEqualTo(decoded.isEmpty());
                if (content instanceof PackContent.Nodes(List<Node> nodes, long sizeBytes)) {
                    assertThat(sizeBytes).isEqualTo(decoded.orElseThrow().length);
                }
            }
            case FromPeer.Request(var known) -> assertThat(known).isEqualTo(ids(json, "known"));
            case FromPeer.MstRequest(var paths) -> assertThat(paths).isEqualTo(texts(json, "paths"));
            case FromPeer.MstDone(var ids) -> assertThat(ids).isEqualTo(ids(json, "ids"));
            case FromPeer.Subscribe(var patterns) -> {
                List<String> texts = texts(json, "patterns");
                assertThat(patterns).isEqualTo(texts.contains("**") ? List.of() : texts);
            }
            case FromPeer.Presence presence ->
                assertThat(tree(presence.dataJson().getBytes(StandardCharsets.UTF_8)))
                        .contains(json.has("data") ? json.get("data") : JSON.nullNode());
            case FromPeer.Signal signal -> {
                assertThat(signal.to()).isEqualTo(text(json, "to"));
                assertThat(signal.type()).isEqualTo(type);
            }
            case FromPeer.SetRoomKey(var pubkey) -> assertThat(pubkey).isEqualTo(text(json, "pubkey"));
            case FromPeer.Unknown(var unknown) -> assertThat(unknown).isEqualTo(type);
            case FromPeer.Gated(var command, var capability) ->
                assertThat(command).isEqualTo(type);
            default -> assertThat(type).isNotEmpty();
        }
    }

    private static void whatGoesOnIsOneObject(FromPeer message) {
        switch (message) {
            case FromPeer.Signal(var type, var to, var fieldsJson) -> {
                JsonNode sent = sent(new ToPeer.Signal(Wire.PEER, fieldsJson));
                assertThat(sent.path("type").textValue()).isEqualTo(type);
                assertThat(sent.path("from").textValue()).isEqualTo(Wire.PEER.toHex());
            }
            case FromPeer.Presence presence -> {
                JsonNode sent = sent(new ToPeer.Presence(Wire.PEER, presence.dataJson()));
                assertThat(sent.path("type").textValue()).isEqualTo("presence");
                assertThat(sent.path("from").textValue()).isEqualTo(Wire.PEER.toHex());
                assertThat(sent.size()).isEqualTo(3);
            }
            case FromPeer.SetRoomKey(var pubkey) -> sent(new ToPeer.RoomLocked(pubkey.orElse("")));
            case FromPeer.Unknown(var type) -> sent(new ToPeer.Failure(type, Map.of("command", type)));
            default -> {}
        }
    }

    private static JsonNode sent(ToPeer message) {
        Encoded encoded = MessageWriter.encode(message);
        byte[] bytes = encoded.json().getBytes(StandardCharsets.UTF_8);
        assertThat(encoded.sizeBytes()).isEqualTo(bytes.length);
        try {
            fieldsAreDistinct(bytes);
            JsonNode json = JSON.readTree(bytes);
            assertThat(json.isObject()).isTrue();
            return json;
        } catch (IOException broken) {
            throw new AssertionError("not JSON: " + encoded.json(), broken);
        }
    }

    /** Of the message itself; what a peer nests in its data is its own affair. */
    private static void fieldsAreDistinct(byte[] bytes) throws IOException {
        Set<String> names = new HashSet<>();
        try (JsonParser parser = JSON.createParser(bytes)) {
            assertThat(parser.nextToken()).isEqualTo(JsonToken.START_OBJECT);
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                assertThat(names.add(parser.currentName()))
                        .as(parser.currentName())
                        .isTrue();
                parser.nextToken();
                parser.skipChildren();
            }
        }
    }

    private static void base64(byte[] bytes) {
        Optional<byte[]> expected = naiveBase64(bytes);
        Optional<byte[]> decoded = Base64Text.decode(bytes, 0, bytes.length);
        assertThat(decoded.isPresent()).isEqualTo(expected.isPresent());
        if (decoded.isPresent()) {
            assertThat(decoded.get()).isEqualTo(expected.get());
        }
    }

    /** Spec 03 §0.1 word for word. */
    static Optional<byte[]> naiveBase64(byte[] text) {
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int at = 0; at < text.length; at += 4) {
            String group = new String(text, at, Math.min(4, text.length - at), StandardCharsets.ISO_8859_1);
            if (group.startsWith("=")) {
                return Optional.of(out.toByteArray());
            }
            int chars = group.length();
            if (chars == 4 && group.charAt(2) == '=') {
                chars = 2;
            } else if (chars == 4 && group.charAt(3) == '=') {
                chars = 3;
            } else if (chars == 3 && group.charAt(2) == '=') {
                chars = 2;
            }
            int bits = 0;
            for (int i = 0; i < chars; i++) {
                int value = alphabet.indexOf(group.charAt(i));
                if (value < 0) {
                    return Optional.empty();
                }
                bits = bits << 6 | value;
            }
            switch (chars) {
                case 1 -> {
                    return Optional.empty();
                }
                case 2 -> out.write(bits >> 4);
                case 3 -> {
                    out.write(bits >> 10);
                    out.write(bits >> 2);
                }
                default -> {
                    out.write(bits >> 16);
                    out.write(bits >> 8);
                    out.write(bits);
                }
            }
        }
        return Optional.of(out.toByteArray());
    }

    private static Optional<JsonNode> tree(byte[] bytes) {
        try {
            return Optional.of(JSON.readTree(new String(bytes, StandardCharsets.UTF_8)));
        } catch (IOException notJson) {
            return Optional.empty();
        }
    }

    private static boolean isUtf8(byte[] bytes) {
        return Arrays.equals(new String(bytes, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8), bytes);
    }

    private static Optional<String> text(JsonNode json, String name) {
        return Optional.ofNullable(json.path(name).textValue());
    }

    private static List<String> texts(JsonNode json, String name) {
        List<String> texts = new ArrayList<>();
        if (json.path(name).isArray()) {
            json.path(name).forEach(entry -> {
                if (entry.isTextual()) {
                    texts.add(entry.textValue());
                }
            });
        }
        return texts;
    }

    private static List<NodeId> ids(JsonNode json, String name) {
        return texts(json, name).stream()
                .filter(hex -> hex.matches("[0-9a-fA-F]{64}"))
                .map(hex -> NodeId.parse(hex).orElseThrow())
                .toList();
    }
}
