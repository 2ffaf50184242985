package dev.parley.core.wire;

import static dev.parley.core.wire.Wire.NODE_A;
import static dev.parley.core.wire.Wire.NODE_B;
import static dev.parley.core.wire.Wire.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.parley.core.access.Capabilities;
import dev.parley.core.access.RoomToken;
import dev.parley.core.access.WritePolicy;
import dev.parley.core.history.Node;
import dev.parley.core.history.Packs;
import dev.parley.core.reconcile.Ibf;
import dev.parley.core.reconcile.IndexRule;
import dev.parley.core.reconcile.Summary.TheirSketch;
import dev.parley.core.wire.FromPeer.PackContent;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageReaderTest {
    private static final String KEY = "11".repeat(32);

    static Stream<Arguments> messages() {
        String a = NODE_A.toHex();
        String b = NODE_B.toHex();
        return Stream.of(
                arguments("{\"type\":\"noop\"}", new FromPeer.Noop()),
                arguments(" {\"type\" : \"noop\", \"more\":[{\"x\":1}]} ", new FromPeer.Noop()),
                arguments("{\"type\":\"hello\",\"type\":\"noop\"}", new FromPeer.Noop()),
                arguments("{\"\\u0074ype\":\"n\\u006fop\"}", new FromPeer.Noop()),
                arguments("{\"type\":\"server-info\"}", new FromPeer.ServerInfo()),
                arguments("{\"type\":\"close-session\"}", new FromPeer.CloseSession()),
                arguments("{\"type\":\"ensure-room\"}", new FromPeer.EnsureRoom()),
                arguments("{\"type\":\"open-session\"}", new FromPeer.OpenSession()),
                arguments("{\"type\":\"request\"}", new FromPeer.Request(List.of())),
                arguments("{\"type\":\"request\",\"known\":\"" + a + "\"}", new FromPeer.Request(List.of())),
                arguments(
                        "{\"known\":[\"" + a + "\",\"xy\",7,null,{\"a\":[]},\"" + b.toUpperCase(java.util.Locale.ROOT)
                                + "\"],\"type\":\"request\"}",
                        new FromPeer.Request(List.of(NODE_A, NODE_B))),
                arguments(
                        "{\"type\":\"request-server-pack\",\"known\":[\"" + b + "\"]}",
                        new FromPeer.Request(List.of(NODE_B))),
                arguments(
                        "{\"type\":\"mst-request\",\"paths\":[\"\",\"0A\",3,\"zz\"]}",
                        new FromPeer.MstRequest(List.of("", "0A", "zz"))),
                arguments("{\"type\":\"mst-request\"}", new FromPeer.MstRequest(List.of())),
                arguments(
                        "{\"type\":\"mst-done\",\"ids\":[\"" + a + "\",\"\"]}", new FromPeer.MstDone(List.of(NODE_A))),
                arguments(
                        "{\"type\":\"subscribe\",\"patterns\":[\"a/*\",1,\"b\"]}",
                        new FromPeer.Subscribe(List.of("a/*", "b"))),
                arguments("{\"type\":\"subscribe\",\"patterns\":[\"a\",\"**\"]}", new FromPeer.Subscribe(List.of())),
                arguments("{\"type\":\"subscribe\",\"patterns\":\"a\"}", new FromPeer.Subscribe(List.of())),
                arguments(
                        "{\"type\":\"presence\",\"data\":{ \"x\" : [1, \"}\\\"\"]},\"ttl_ms\":-1.5,\"now_unix_ms\":null}",
                        new FromPeer.Presence("{ \"x\" : [1, \"}\\\"\"]}", Optional.of("-1.5"), Optional.of("null"))),
                arguments(
                        "{\"type\":\"presence-set\",\"data\":{\"x\":1e999},\"ttl_ms\":500,\"now_unix_ms\":1000}",
                        new FromPeer.PresenceSet("{\"x\":1e999}", OptionalLong.of(500), OptionalLong.of(1000))),
                arguments(
                        "{\"type\":\"presence-set\",\"ttl_ms\":-1,\"now_unix_ms\":\"1000\"}",
                        new FromPeer.PresenceSet("null", OptionalLong.empty(), OptionalLong.empty())),
                arguments("{\"type\":\"presence-get\"}", new FromPeer.PresenceGet()),
                arguments(
                        "{\"type\":\"presence-sweep\",\"now_unix_ms\":18446744073709551615}",
                        new FromPeer.PresenceSweep(OptionalLong.of(-1))),
                arguments("{\"type\":\"presence-sweep\"}", new FromPeer.PresenceSweep(OptionalLong.empty())),
                arguments("{\"type\":\"presence\"}", new FromPeer.Presence("null", Optional.empty(), Optional.empty())),
                arguments(
                        "{\"type\":\"presence\",\"data\":\"a\\u00e9 ü\",\"ttl_ms\":\"7\"}",
                        new FromPeer.Presence("\"a\\u00e9 ü\"", Optional.of("\"7\""), Optional.empty())),
                arguments(
                        "{\"from\":\"me\",\"type\":\"webrtc-offer\",\"to\":\"you\", \"sdp\":{\"a\": 1},\"fr\\u006fm\":2}",
                        new FromPeer.Signal(
                                "webrtc-offer",
                                Optional.of("you"),
                                "{\"type\":\"webrtc-offer\",\"to\":\"you\",\"sdp\":{\"a\": 1}}")),
                arguments(
                        "{\"type\":\"pack\",\"nodes\":\"AA==\",\"type\":\"webrtc-ice\"}",
                        new FromPeer.Signal(
                                "webrtc-ice", Optional.empty(), "{\"type\":\"webrtc-ice\",\"nodes\":\"AA==\"}")),
                arguments(
                        "{\"type\":\"webrtc-ice\",\"to\":3,\"candidate\":true}",
                        new FromPeer.Signal(
                                "webrtc-ice",
                                Optional.empty(),
                                "{\"type\":\"webrtc-ice\",\"to\":3,\"candidate\":true}")),
                arguments(
                        "{\"type\":\"set-room-key\",\"pubkey\":\"" + KEY + "\"}",
                        new FromPeer.SetRoomKey(Optional.of(KEY))),
                arguments("{\"type\":\"set-room-key\",\"pubkey\":5}", new FromPeer.SetRoomKey(Optional.empty())),
                arguments(
                        "{\"type\":\"set-policy\"}",
                        new FromPeer.SetPolicy(new FromPeer.PolicyContent.Whole(WritePolicy.ALLOW_ALL))),
                arguments("{\"type\":\"compact-room\"}", new FromPeer.Gated("compact-room", "room.admin")),
                arguments(
                        "{\"type\":\"topology.list-children\"}",
                        new FromPeer.Gated("topology.list-children", "topology.admin")),
                arguments("{\"type\":\"archive.describe\"}", new FromPeer.Gated("archive.describe", "archive.read")),
                arguments("{\"type\":\"Noop\"}", new FromPeer.Unknown("Noop")),
                arguments("{\"type\":\"blob-request\"}", new FromPeer.Unknown("blob-request")),
                arguments("{\"type\":7}", new FromPeer.Unknown("")),
                arguments("{\"kind\":\"noop\"}", new FromPeer.Unknown("")),
                arguments("[\"type\",\"noop\"]", new FromPeer.Unknown("")),
                arguments("\"hello\"", new FromPeer.Unknown("")),
                arguments("null", new FromPeer.Unknown("")),
                arguments("12", new FromPeer.Unknown("")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("messages")
    void textBecomesItsMessage(String json, FromPeer wanted) {
        assertThat(read(json)).isEqualTo(wanted);
    }

    @ParameterizedTest(name = "[{0}]")
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{\"type\":\"noop\"",
                "{\"type\":\"noop\"} {}",
                "{\"type\":\"noop\"},",
                "{'type':'noop'}",
                "{\"type\":\"noop\",}",
                "{\"type\":nope}",
                "{\"type\":\"no\nop\"}",
                "{\"x\":01,\"type\":\"noop\"}",
                "{\"x\":NaN}",
                "\uFEFF{\"type\":\"noop\"}",
                "\u0000{\"type\":\"noop\"}"
            })
    void textThatIsNoJsonIsSaidToBeNone(String text) {
        assertThat(read(text)).isEqualTo(new FromPeer.NotJson());
    }

    @Test
    void textInAnotherEncodingIsNoJson() {
        byte[] utf16 = "{\"type\":\"noop\"}".getBytes(StandardCharsets.UTF_16LE);
        assertThat(MessageReader.read(utf16, 0, utf16.length)).isEqualTo(new FromPeer.NotJson());
    }

    @Test
    void nestingAndNumbersAreBounded() {
        String deep = "{\"type\":\"noop\",\"x\":" + "[".repeat(200) + "]".repeat(200) + "}";
        String shallow = "{\"type\":\"noop\",\"x\":" + "[".repeat(100) + "]".repeat(100) + "}";
        String longNumber = "{\"type\":\"noop\",\"x\":" + "1".repeat(1001) + "}";

        assertThat(read(deep)).isEqualTo(new FromPeer.NotJson());
        assertThat(read(shallow)).isEqualTo(new FromPeer.Noop());
        assertThat(read(longNumber)).isEqualTo(new FromPeer.NotJson());
    }

    @Test
    void helloWithNothingInItHasDefaults() {
        assertThat(read("{\"type\":\"hello\"}"))
                .isEqualTo(new FromPeer.Hello(
                        "",
                        Optional.empty(),
                        List.of(),
                        new TheirSketch.Absent(),
                        Capabilities.DEFAULT,
                        List.of(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        OptionalLong.empty()));
    }

    @Test
    void helloIsReadInFull() {
        String json = "{\"type\":\"client-hello\",\"room\":\"r1\",\"pubkey\":\"" + KEY + "\",\"frontier\":[\""
                + NODE_B.toHex() + "\",\"" + NODE_A.toHex() + "\",9,\"" + NODE_B.toHex()
                + "\"],\"caps\":{\"supports_mst\":false,\"max_tick_interval_ms\":250,\"new\":1},"
                + "\"subscribe\":[\"world/**\"],\"peer_id\":\"p\",\"peer_type\":\"ephemeral-agent\","
                + "\"session_id\":18446744073709551615,\"root\":\"\",\"known\":[]}";

        assertThat(read(json))
                .isEqualTo(new FromPeer.Hello(
                        KEY,
                        Optional.of("r1"),
                        List.of(NODE_A, NODE_B),
                        new TheirSketch.Absent(),
                        new Capabilities(true, false, true, true, false, OptionalLong.of(250), true, true),
                        List.of("world/**"),
                        Optional.empty(),
                        Optional.of("p"),
                        Optional.of("ephemeral-agent"),
                        OptionalLong.of(-1L)));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "7",
                "[]",
                "null",
                "{\"supports_mst\":false,\"supports_ibf\":1}",
                "{\"supports_mst\":false,\"supports_webrtc\":null}",
                "{\"supports_mst\":false,\"max_tick_interval_ms\":-1}",
                "{\"supports_mst\":false,\"max_tick_interval_ms\":1.0}",
                "{\"supports_mst\":false,\"max_tick_interval_ms\":\"1\"}"
            })
    void oneCapabilityOfAWrongTypeMakesAllDefaults(String caps) {
        assertThat(read("{\"type\":\"hello\",\"caps\":" + caps + "}"))
                .isInstanceOfSatisfying(
                        FromPeer.Hello.class, hello -> assertThat(hello.caps()).isEqualTo(Capabilities.DEFAULT));
    }

    static Stream<Arguments> tokens() {
        String sig = "ab".repeat(64);
        RoomToken full = new RoomToken(
                Optional.of(KEY),
                Optional.of(1_700_000_000L),
                List.of("room.admin"),
                Optional.of(sig),
                Optional.of("v1"),
                Optional.empty());
        RoomToken nothing = new RoomToken(
                Optional.empty(), Optional.empty(), List.of(), Optional.empty(), Optional.empty(), Optional.empty());
        RoomToken continued = new RoomToken(
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(new RoomToken.Continuity(Optional.of(KEY), Optional.of(9L), List.of("x"))));
        return Stream.of(
                arguments(
                        "{\"peer_pubkey\":\"" + KEY + "\",\"expiry\":1700000000,\"caps\":[\"room.admin\",5],\"sig\":\""
                                + sig + "\",\"capability_profile_version\":\"v1\"}",
                        Optional.of(full)),
                arguments(
                        "{\"peer_pubkey_hex\":\"" + KEY
                                + "\",\"expiry_secs\":1700000000,\"capabilities\":[\"room.admin\"],\"sig_hex\":\""
                                + sig + "\",\"profile_version\":\"v1\"}",
                        Optional.of(full)),
                arguments("{\"peer_pubkey\":1,\"expiry\":1.5,\"caps\":\"a\",\"sig\":null}", Optional.of(nothing)),
                arguments("{\"expiry\":-1}", Optional.of(nothing)),
                arguments("{\"expiry\":18446744073709551616}", Optional.of(nothing)),
                arguments(
                        "{\"continuity\":{\"predecessor_peer_pubkey\":\"" + KEY
                                + "\",\"overlap_not_after\":9,\"revoked_predecessors\":[\"x\",1]}}",
                        Optional.of(continued)),
                arguments("\"abc\"", Optional.empty()),
                arguments("null", Optional.empty()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("tokens")
    void tokensAreReadInBothSpellings(String token, Optional<RoomToken> wanted) {
        assertThat(read("{\"type\":\"hello\",\"token\":" + token + "}"))
                .isInstanceOfSatisfying(
                        FromPeer.Hello.class, hello -> assertThat(hello.token()).isEqualTo(wanted));
    }

    @Test
    void aSketchIsPresentOnlyWhenItParses() {
        byte[] cells = new Ibf(IndexRule.WIDE_64).encode();
        String good = Base64.getEncoder().encodeToString(cells);

        assertThat(sketch("\"" + good + "\""))
                .isInstanceOfSatisfying(
                        TheirSketch.Present.class,
                        present -> assertThat(present.bytes()).isEqualTo(cells));
        assertThat(sketch("\"" + good.replace("/", "\\/") + "\"")).isInstanceOf(TheirSketch.Present.class);
        assertThat(sketch("\"AA**\"")).isEqualTo(new TheirSketch.Bad());
        assertThat(sketch("\"\"")).isEqualTo(new TheirSketch.Bad());
        assertThat(sketch("\"AA==\"")).as("no cells").isEqualTo(new TheirSketch.Bad());
        assertThat(sketch("\"" + good.substring(0, good.length() - 8) + "\"")).isEqualTo(new TheirSketch.Bad());
        assertThat(sketch("7")).isEqualTo(new TheirSketch.Absent());
        assertThat(sketch("null")).isEqualTo(new TheirSketch.Absent());
    }

    private static TheirSketch sketch(String json) {
        return ((FromPeer.Hello) read("{\"type\":\"hello\",\"ibf\":" + json + "}")).sketch();
    }

    @Test
    void packsAreDecoded() {
        List<Node> nodes = Wire.chain(3);
        String text = Wire.base64(nodes);
        FromPeer wanted = new FromPeer.Pack(new PackContent.Nodes(nodes, Packs.encode(nodes).length));

        assertThat(read("{\"type\":\"pack\",\"nodes\":\"" + text + "\"}")).isEqualTo(wanted);
        assertThat(read("{\"type\":\"pack\",\"nodes\":\"" + text.replace("=", "") + "\"}"))
                .isEqualTo(wanted);
        assertThat(read("{\"nodes\":\"" + text.replace("+", "\\u002B").replace("A", "\\u0041")
                        + "\",\"type\":\"pack\"}"))
                .isEqualTo(wanted);
        assertThat(read("{\"type\":\"pack\",\"nodes\":\"AA==\"}"))
                .isEqualTo(new FromPeer.Pack(new PackContent.Nodes(List.of(), 1)));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "{\"type\":\"pack\"}",
                "{\"type\":\"pack\",\"nodes\":7}",
                "{\"type\":\"pack\",\"nodes\":\"\"}",
                "{\"type\":\"pack\",\"nodes\":\"AQ==\"}"
            })
    void packsWithoutAPackInThemAreBadPostcard(String json) {
        assertThat(read(json)).isEqualTo(new FromPeer.Pack(new PackContent.BadPostcard()));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"A", "AA_-", "AA E", "é"})
    void packsInBrokenBase64AreBadBase64(String nodes) {
        assertThat(read("{\"type\":\"pack\",\"nodes\":\"" + nodes + "\"}"))
                .isEqualTo(new FromPeer.Pack(new PackContent.BadBase64()));
    }
}
