package dev.parley.core.wire;

import dev.parley.core.access.Capabilities;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.core.reconcile.MstNode;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes one message to a peer as JSON: the same message gives the same text, fields in the order of spec 03's examples,
 * absent optional fields left out.
 *
 * <p>Errors: none. Cost: linear; a pack is copied twice, into base64 and into its message.
 */
public final class MessageWriter {
    /** In the order of spec 03 §12.7. */
    private static final List<String> FAILURE_FIELDS =
            List.of("status", "reason_class", "command", "required_capability");

    private MessageWriter() {}

    public static Encoded encode(ToPeer message) {
        return switch (message) {
            case ToPeer.Pack pack -> pack(pack);
            case ToPeer.Welcome welcome -> encoded(welcome(welcome));
            case ToPeer.PackAck ack ->
                encoded(object("pack-ack")
                        .text("room", ack.room().value())
                        .number("incoming_count", ack.incoming())
                        .number("accepted_count", ack.accepted())
                        .number("rejected_count", ack.rejected())
                        .number("parked_count", ack.parked()));
            case ToPeer.MstResponse(var nodes) -> encoded(object("mst-response").raw("nodes", mst(nodes)));
            case ToPeer.SubscribeAck(var room, var session, var patterns) ->
                encoded(object("subscribe-ack")
                        .text("room", room.value())
                        .number("session_id", session.value())
                        .raw("patterns", texts(patterns.isEmpty() ? List.of("**") : patterns)));
            case ToPeer.PeerJoined(var room, var peer, var peerId, var peerType) ->
                encoded(object("peer-joined")
                        .hex("from", peer)
                        .hex("pubkey", peer)
                        .text("room", room.value())
                        .text("peer_id", peerId)
                        .text("peer_type", peerType));
            case ToPeer.PeerLeft(var room, var peer, var peerId, var peerType) ->
                encoded(object("peer-left")
                        .hex("from", peer)
                        .text("room", room.value())
                        .text("peer_id", peerId)
                        .text("peer_type", peerType));
            case ToPeer.Presence(var from, var dataJson) ->
                encoded(object("presence").hex("from", from).raw("data", dataJson));
            case ToPeer.PresenceValue(var room, var session, var from, var joined, var dataJson) ->
                encoded(object("presence")
                        .text("room", room.value())
                        .number("session_id", session.value())
                        .hex("from", from)
                        .raw("joined", Boolean.toString(joined))
                        .raw("data", dataJson));
            case ToPeer.PresenceLeave(var room, var session, var from, var reason) ->
                encoded(object("presence-leave")
                        .text("room", room.value())
                        .number("session_id", session.value())
                        .hex("from", from)
                        .text("reason", reason));
            case ToPeer.PresenceSnapshot(var room, var entries) ->
                encoded(object("presence-snapshot").text("room", room.value()).raw("entries", presence(entries)));
            case ToPeer.Signal(var from, var fieldsJson) -> signal(from, fieldsJson);
            case ToPeer.NoopAck ack -> encoded(object("noop-ack"));
            case ToPeer.ServerInfo(var server) -> encoded(object("server-info").hex("pubkey", server));
            case ToPeer.RoomEnsured(var room) -> encoded(object("room-ensured").text("room", room.value()));
            case ToPeer.SessionOpened(var room, var session) ->
                encoded(object("session-opened").text("room", room.value()).number("session_id", session.value()));
            case ToPeer.SessionClosed(var room, var session) ->
                encoded(object("session-closed").text("room", room.value()).number("session_id", session.value()));
            case ToPeer.RoomLocked(var pubkey) -> encoded(object("room-locked").text("pubkey", pubkey));
            case ToPeer.PolicySet(var room) -> encoded(object("policy-set").text("room", room.value()));
            case ToPeer.Failure failure -> encoded(failure(failure));
        };
    }

    /** A pack relayed to a room's peers, of all messages the most frequent. {@code from} needs no escapes. */
    private static Encoded pack(ToPeer.Pack pack) {
        String nodes = Base64.getEncoder().encodeToString(pack.pack());
        String root = pack.root().map(id -> "\",\"root\":\"" + id.toHex()).orElse("");
        String json = "{\"type\":\"pack\",\"from\":\"" + pack.from() + "\",\"nodes\":\"" + nodes + root + "\"}";
        return new Encoded(json, json.length());
    }

    private static Fields welcome(ToPeer.Welcome welcome) {
        Fields fields = object("welcome")
                .raw("root", hex(welcome.root()))
                .raw("frontier", ids(welcome.frontier()))
                .raw("missing", ids(welcome.missing()))
                .raw("caps", capabilities(welcome.caps()))
                .hex("server_pubkey", welcome.server())
                .raw("peers", texts(welcome.peers().stream().map(PeerId::toHex).toList()));
        welcome.mstRoot().ifPresent(root -> fields.raw("mst_root", hex(root)));
        return fields.text("room", welcome.room().value())
                .number("session_id", welcome.session().value());
    }

    private static String capabilities(Capabilities caps) {
        String tick = caps.maxTickIntervalMs().isPresent()
                ? Long.toUnsignedString(caps.maxTickIntervalMs().getAsLong())
                : "null";
        return "{\"supports_ibf\":" + caps.ibf()
                + ",\"supports_mst\":" + caps.mst()
                + ",\"supports_postcard\":" + caps.postcard()
                + ",\"supports_encryption\":" + caps.encryption()
                + ",\"supports_webrtc\":" + caps.webrtc()
                + ",\"max_tick_interval_ms\":" + tick
                + ",\"supports_list_crdt\":" + caps.listCrdt()
                + ",\"supports_direct_blob_io\":" + caps.directBlobIo() + "}";
    }

    private static StringBuilder mst(List<MstNode> nodes) {
        StringBuilder json = new StringBuilder("[");
        for (MstNode node : nodes) {
            JsonText.quote((json.length() == 1 ? json : json.append(',')).append("{\"path\":"), node.path());
            json.append(",\"hash\":").append(hex(node.hash())).append(",\"children\":{");
            for (int i = 0; i < node.children().size(); i++) {
                MstNode.Child child = node.children().get(i);
                json.append(i == 0 ? "\"" : ",\"")
                        .append(Character.forDigit(child.nibble(), 16))
                        .append("\":")
                        .append(hex(child.hash()));
            }
            json.append("},\"keys\":").append(ids(node.keys())).append('}');
        }
        return json.append(']');
    }

    private static StringBuilder presence(List<PresenceEntry> entries) {
        StringBuilder json = new StringBuilder("[");
        for (PresenceEntry entry : entries) {
            (json.length() == 1 ? json : json.append(','))
                    .append("{\"session_id\":")
                    .append(entry.session().value())
                    .append(",\"from_peer_pubkey\":\"")
                    .append(entry.from().toHex())
                    .append("\",\"data\":")
                    .append(entry.dataJson())
                    .append(",\"expires_at_unix_ms\":")
                    .append(
                            entry.expiresAtMs().isPresent()
                                    ? Long.toUnsignedString(entry.expiresAtMs().getAsLong())
                                    : "null")
                    .append('}');
        }
        return json.append(']');
    }

    /** The sender's object as it came, with the sender's name put in by us. */
    private static Encoded signal(PeerId from, String fieldsJson) {
        String fields = fieldsJson.substring(0, fieldsJson.lastIndexOf('}'));
        String comma = fields.length() == 1 ? "" : ",";
        String json = fields + comma + "\"from\":\"" + from.toHex() + "\"}";
        return new Encoded(json, JsonText.sizeBytes(json));
    }

    private static Fields failure(ToPeer.Failure failure) {
        Fields fields = object("error").text("msg", failure.text());
        Map<String, String> others = new TreeMap<>(failure.fields());
        for (String name : FAILURE_FIELDS) {
            String value = others.remove(name);
            if (value != null) {
                fields.text(name, value);
            }
        }
        others.forEach(fields::text);
        return fields;
    }

    private static String hex(NodeId id) {
        return '"' + id.toHex() + '"';
    }

    private static StringBuilder ids(Collection<NodeId> ids) {
        StringBuilder json = new StringBuilder(2 + 67 * ids.size()).append('[');
        for (NodeId id : ids) {
            (json.length() == 1 ? json : json.append(',')).append(hex(id));
        }
        return json.append(']');
    }

    private static StringBuilder texts(Collection<String> texts) {
        StringBuilder json = new StringBuilder("[");
        for (String text : texts) {
            JsonText.quote(json.length() == 1 ? json : json.append(','), text);
        }
        return json.append(']');
    }

    private static Fields object(String type) {
        return new Fields(new StringBuilder("{\"type\":\"").append(type).append('"'));
    }

    private static Encoded encoded(Fields fields) {
        String json = fields.json.append('}').toString();
        return new Encoded(json, JsonText.sizeBytes(json));
    }

    /** An object being written, field after field. */
    private record Fields(StringBuilder json) {
        Fields text(String name, String value) {
            JsonText.quote(named(name), value);
            return this;
        }

        Fields hex(String name, PeerId peer) {
            return raw(name, '"' + peer.toHex() + '"');
        }

        Fields number(String name, long value) {
            named(name).append(value);
            return this;
        }

        Fields raw(String name, CharSequence value) {
            named(name).append(value);
            return this;
        }

        private StringBuilder named(String name) {
            return json.append(",\"").append(name).append("\":");
        }
    }
}
