package dev.parley.core.wire;

import dev.parley.core.history.Decoded;
import dev.parley.core.history.Node;
import dev.parley.core.history.Packs;
import dev.parley.core.id.NodeId;
import dev.parley.core.wire.FromPeer.PackContent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Reads one text message of a peer (spec 03 §0.3).
 *
 * <p>Shape: always a value. What is no JSON is {@link FromPeer.NotJson}; JSON that is no object, has no string
 * {@code type} or one we do not know is {@link FromPeer.Unknown}. A field of a wrong type counts as absent. Never
 * throws. Cost: linear in the text; the content of a pack is decoded here, so run it where that may take its time.
 */
public final class MessageReader {
    private static final Set<String> FIELDS = Set.of(
            "type",
            "nodes",
            "known",
            "paths",
            "ids",
            "patterns",
            "data",
            "ttl_ms",
            "now_unix_ms",
            "to",
            "pubkey",
            "default",
            "rules",
            "room",
            "frontier",
            "ibf",
            "root",
            "mst_root",
            "caps",
            "subscribe",
            "token",
            "peer_id",
            "peer_type",
            "session_id");

    /** Beyond it signalling is not even taken apart; sessions refuse it from a quarter of that on. */
    private static final int SIGNAL_BYTES_MAX = 256 << 10;

    private MessageReader() {}

    /** Reads {@code length} bytes of UTF-8 from {@code offset} on; the array is not kept. */
    public static FromPeer read(byte[] utf8, int offset, int length) {
        return switch (JsonFields.read(utf8, offset, length, FIELDS)) {
            case JsonFields.Read.NotJson notJson -> new FromPeer.NotJson();
            case JsonFields.Read.OtherValue other -> new FromPeer.Unknown("");
            case JsonFields.Read.Fields(var fields) -> message(fields, utf8, offset, length);
        };
    }

    private static FromPeer message(JsonFields fields, byte[] utf8, int offset, int length) {
        String type = fields.string("type").orElse("");
        return switch (type) {
            case "hello", "client-hello" -> HelloReader.read(fields);
            case "pack" -> new FromPeer.Pack(pack(fields));
            case "request", "request-server-pack" -> new FromPeer.Request(ids(fields, "known"));
            case "mst-request" -> new FromPeer.MstRequest(fields.strings("paths"));
            case "mst-done" -> new FromPeer.MstDone(ids(fields, "ids"));
            case "subscribe" -> new FromPeer.Subscribe(patterns(fields, "patterns"));
            case "presence" ->
                new FromPeer.Presence(
                        fields.verbatim("data").orElse("null"),
                        fields.verbatim("ttl_ms"),
                        fields.verbatim("now_unix_ms"));
            case "presence-set" ->
                new FromPeer.PresenceSet(
                        fields.verbatim("data").orElse("null"),
                        unsigned(fields, "ttl_ms"),
                        unsigned(fields, "now_unix_ms"));
            case "presence-get" -> new FromPeer.PresenceGet();
            case "presence-sweep" -> new FromPeer.PresenceSweep(unsigned(fields, "now_unix_ms"));
            case "webrtc-offer", "webrtc-answer", "webrtc-ice" ->
                length > SIGNAL_BYTES_MAX
                        ? new FromPeer.TooLarge(SIGNAL_BYTES_MAX)
                        : new FromPeer.Signal(
                                type, fields.string("to"), JsonFields.without("from", utf8, offset, length));
            case "noop" -> new FromPeer.Noop();
            case "server-info" -> new FromPeer.ServerInfo();
            case "ensure-room" -> new FromPeer.EnsureRoom();
            case "open-session" -> new FromPeer.OpenSession();
            case "close-session" -> new FromPeer.CloseSession();
            case "set-room-key" -> new FromPeer.SetRoomKey(fields.string("pubkey"));
            case "set-policy" -> new FromPeer.SetPolicy(PolicyReader.read(fields));
            default -> gated(type);
        };
    }

    private static FromPeer gated(String type) {
        return ControlCommands.capability(type)
                .<FromPeer>map(capability -> new FromPeer.Gated(type, capability))
                .orElseGet(() -> new FromPeer.Unknown(type));
    }

    /** A missing {@code nodes} counts as empty text, which is base64 but no pack. */
    private static PackContent pack(JsonFields fields) {
        Optional<byte[]> bytes = fields.base64("nodes").orElseGet(() -> Optional.of(new byte[0]));
        if (bytes.isEmpty()) {
            return new PackContent.BadBase64();
        }
        return switch (Packs.decode(bytes.get())) {
            case Decoded.Whole<List<Node>>(var nodes) -> new PackContent.Nodes(nodes, bytes.get().length);
            case Decoded.Broken<List<Node>> broken -> new PackContent.BadPostcard();
        };
    }

    private static OptionalLong unsigned(JsonFields fields, String name) {
        return fields.unsigned(name).map(OptionalLong::of).orElseGet(OptionalLong::empty);
    }

    /** Malformed entries are skipped (spec 03 §0.2). */
    static List<NodeId> ids(JsonFields fields, String name) {
        List<NodeId> ids = new ArrayList<>();
        fields.eachString(name, hex -> NodeId.parse(hex).ifPresent(ids::add));
        return ids;
    }

    /** Empty for everything: no array, no strings in it, or {@code **} among them (spec 03 §6). */
    static List<String> patterns(JsonFields fields, String name) {
        List<String> patterns = fields.strings(name);
        return patterns.contains("**") ? List.of() : patterns;
    }
}
