package dev.parley.core.wire;

import static dev.parley.core.wire.Wire.NODE_A;
import static dev.parley.core.wire.Wire.NODE_B;
import static dev.parley.core.wire.Wire.PEER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.parley.core.access.Capabilities;
import dev.parley.core.history.Node;
import dev.parley.core.history.Packs;
import dev.parley.core.id.RoomId;
import dev.parley.core.id.SessionId;
import dev.parley.core.reconcile.MstNode;
import dev.parley.core.wire.FromPeer.PackContent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MessageWriterTest {
    private static final RoomId ROOM = new RoomId("r\"1");
    private static final SessionId SESSION = new SessionId(42);

    static Stream<Arguments> messages() {
        String a = NODE_A.toHex();
        String b = NODE_B.toHex();
        String p = PEER.toHex();
        String caps = "{\"supports_ibf\":true,\"supports_mst\":true,\"supports_postcard\":true,"
                + "\"supports_encryption\":true,\"supports_webrtc\":false,\"max_tick_interval_ms\":null,"
                + "\"supports_list_crdt\":true,\"supports_direct_blob_io\":true}";
        return Stream.of(
                arguments(
                        new ToPeer.Welcome(
                                ROOM,
                                SESSION,
                                NODE_A,
                                List.of(NODE_A, NODE_B),
                                List.of(),
                                Capabilities.DEFAULT,
                                Wire.peer(0x5e),
                                List.of(PEER),
                                Optional.of(NODE_B)),
                        "{\"type\":\"welcome\",\"root\":\"" + a + "\",\"frontier\":[\"" + a + "\",\"" + b
                                + "\"],\"missing\":[],\"caps\":" + caps + ",\"server_pubkey\":\"" + "5e".repeat(32)
                                + "\",\"peers\":[\"" + p + "\"],\"mst_root\":\"" + b
                                + "\",\"room\":\"r\\\"1\",\"session_id\":42}"),
                arguments(
                        new ToPeer.Welcome(
                                ROOM,
                                SESSION,
                                NODE_A,
                                List.of(),
                                List.of(NODE_B),
                                Capabilities.DEFAULT,
                                PEER,
                                List.of(),
                                Optional.empty()),
                        "{\"type\":\"welcome\",\"root\":\"" + a + "\",\"frontier\":[],\"missing\":[\"" + b
                                + "\"],\"caps\":" + caps + ",\"server_pubkey\":\"" + p
                                + "\",\"peers\":[],\"room\":\"r\\\"1\",\"session_id\":42}"),
                arguments(
                        new ToPeer.Pack("server", new byte[] {0}, Optional.empty()),
                        "{\"type\":\"pack\",\"from\":\"server\",\"nodes\":\"AA==\"}"),
                arguments(
                        new ToPeer.Pack(p, new byte[] {0, 1, 2}, Optional.of(NODE_A)),
                        "{\"type\":\"pack\",\"from\":\"" + p + "\",\"nodes\":\"AAEC\",\"root\":\"" + a + "\"}"),
                arguments(
                        new ToPeer.PackAck(ROOM, 3, 2, 1, 0),
                        "{\"type\":\"pack-ack\",\"room\":\"r\\\"1\",\"incoming_count\":3,\"accepted_count\":2,"
                                + "\"rejected_count\":1,\"parked_count\":0}"),
                arguments(new ToPeer.MstResponse(List.of()), "{\"type\":\"mst-response\",\"nodes\":[]}"),
                arguments(
                        new ToPeer.MstResponse(List.of(
                                new MstNode(
                                        "3F",
                                        NODE_A,
                                        List.of(new MstNode.Child(0, NODE_B), new MstNode.Child(10, NODE_A)),
                                        List.of()),
                                new MstNode("", NODE_B, List.of(), List.of(NODE_A)))),
                        "{\"type\":\"mst-response\",\"nodes\":[{\"path\":\"3F\",\"hash\":\"" + a
                                + "\",\"children\":{\"0\":\"" + b + "\",\"a\":\"" + a
                                + "\"},\"keys\":[]},{\"path\":\"\",\"hash\":\"" + b
                                + "\",\"children\":{},\"keys\":[\"" + a + "\"]}]}"),
                arguments(
                        new ToPeer.SubscribeAck(ROOM, SESSION, List.of("a/*", "\u0001é")),
                        "{\"type\":\"subscribe-ack\",\"room\":\"r\\\"1\",\"session_id\":42,"
                                + "\"patterns\":[\"a/*\",\"\\u0001é\"]}"),
                arguments(
                        new ToPeer.SubscribeAck(ROOM, SESSION, List.of()),
                        "{\"type\":\"subscribe-ack\",\"room\":\"r\\\"1\",\"session_id\":42,\"patterns\":[\"**\"]}"),
                arguments(
                        new ToPeer.PeerJoined(ROOM, PEER, "id\n", "ui"),
                        "{\"type\":\"peer-joined\",\"from\":\"" + p + "\",\"pubkey\":\"" + p
                                + "\",\"room\":\"r\\\"1\",\"peer_id\":\"id\\n\",\"peer_type\":\"ui\"}"),
                arguments(
                        new ToPeer.PeerLeft(ROOM, PEER, "id", "ui"),
                        "{\"type\":\"peer-left\",\"from\":\"" + p
                                + "\",\"room\":\"r\\\"1\",\"peer_id\":\"id\",\"peer_type\":\"ui\"}"),
                arguments(
                        new ToPeer.PresenceValue(new RoomId("r\"1"), new SessionId(7), PEER, true, "[1.50]"),
                        "{\"type\":\"presence\",\"room\":\"r\\\"1\",\"session_id\":7,\"from\":\"" + p
                                + "\",\"joined\":true,\"data\":[1.50]}"),
                arguments(
                        new ToPeer.PresenceLeave(new RoomId("r1"), new SessionId(7), PEER, "stale"),
                        "{\"type\":\"presence-leave\",\"room\":\"r1\",\"session_id\":7,\"from\":\"" + p
                                + "\",\"reason\":\"stale\"}"),
                arguments(
                        new ToPeer.PresenceSnapshot(
                                new RoomId("r1"),
                                List.of(
                                        new PresenceEntry(new SessionId(7), PEER, "{}", OptionalLong.of(-1)),
                                        new PresenceEntry(new SessionId(8), PEER, "null", OptionalLong.empty()))),
                        "{\"type\":\"presence-snapshot\",\"room\":\"r1\",\"entries\":[{\"session_id\":7,\"from_peer_pubkey\":\""
                                + p
                                + "\",\"data\":{},\"expires_at_unix_ms\":18446744073709551615},"
                                + "{\"session_id\":8,\"from_peer_pubkey\":\"" + p
                                + "\",\"data\":null,\"expires_at_unix_ms\":null}]}"),
                arguments(
                        new ToPeer.PresenceSnapshot(new RoomId("r1"), List.of()),
                        "{\"type\":\"presence-snapshot\",\"room\":\"r1\",\"entries\":[]}"),
                arguments(
                        new ToPeer.Presence(PEER, "{ \"x\": 1.50 }"),
                        "{\"type\":\"presence\",\"from\":\"" + p + "\",\"data\":{ \"x\": 1.50 }}"),
                arguments(
                        new ToPeer.Signal(PEER, "{\"type\":\"webrtc-ice\",\"x\":{}}"),
                        "{\"type\":\"webrtc-ice\",\"x\":{},\"from\":\"" + p + "\"}"),
                arguments(new ToPeer.NoopAck(), "{\"type\":\"noop-ack\"}"),
                arguments(new ToPeer.ServerInfo(PEER), "{\"type\":\"server-info\",\"pubkey\":\"" + p + "\"}"),
                arguments(new ToPeer.RoomEnsured(ROOM), "{\"type\":\"room-ensured\",\"room\":\"r\\\"1\"}"),
                arguments(
                        new ToPeer.SessionOpened(ROOM, SESSION),
                        "{\"type\":\"session-opened\",\"room\":\"r\\\"1\",\"session_id\":42}"),
                arguments(
                        new ToPeer.SessionClosed(ROOM, SESSION),
                        "{\"type\":\"session-closed\",\"room\":\"r\\\"1\",\"session_id\":42}"),
                arguments(new ToPeer.RoomLocked("ABcd"), "{\"type\":\"room-locked\",\"pubkey\":\"ABcd\"}"),
                arguments(new ToPeer.PolicySet(new RoomId("r\"1")), "{\"type\":\"policy-set\",\"room\":\"r\\\"1\"}"),
                arguments(new ToPeer.Failure("in\\valid"), "{\"type\":\"error\",\"msg\":\"in\\\\valid\"}"),
                arguments(
                        new ToPeer.Failure(
                                "no",
                                Map.of(
                                        "required_capability", "c",
                                        "command", "b",
                                        "zone", "z",
                                        "reason_class", "a",
                                        "area", "y",
                                        "status", "s")),
                        "{\"type\":\"error\",\"msg\":\"no\",\"status\":\"s\",\"reason_class\":\"a\",\"command\":\"b\","
                                + "\"required_capability\":\"c\",\"area\":\"y\",\"zone\":\"z\"}"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("messages")
    void messageBecomesItsText(ToPeer message, String json) {
        Encoded encoded = MessageWriter.encode(message);

        assertThat(encoded.json()).isEqualTo(json);
        assertThat(encoded.sizeBytes()).isEqualTo(json.getBytes(StandardCharsets.UTF_8).length);
    }

    @Test
    void whatIsRelayedReadsAsTheSamePack() {
        List<Node> nodes = Wire.chain(5);
        byte[] pack = Packs.encode(nodes);

        Encoded encoded = MessageWriter.encode(new ToPeer.Pack(PEER.toHex(), pack, Optional.of(NODE_A)));

        assertThat(Wire.read(encoded.json())).isEqualTo(new FromPeer.Pack(new PackContent.Nodes(nodes, pack.length)));
    }

    @Property
    void anyTextComesBackAsItWas(@ForAll String text) {
        Encoded encoded = MessageWriter.encode(new ToPeer.SubscribeAck(ROOM, SESSION, List.of("x", text)));
        byte[] utf8 = encoded.json().getBytes(StandardCharsets.UTF_8);

        FromPeer read = Wire.read(encoded.json().replace("subscribe-ack", "subscribe"));

        assertThat(encoded.sizeBytes()).isEqualTo(utf8.length);
        assertThat(read).isEqualTo(new FromPeer.Subscribe(text.equals("**") ? List.of() : List.of("x", text)));
    }
}
