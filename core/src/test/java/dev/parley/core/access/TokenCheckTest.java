package dev.parley.core.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.core.history.Ed25519;
import dev.parley.core.history.Signatures;
import dev.parley.core.history.Signer;
import dev.parley.core.id.Bytes;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import dev.parley.core.reconcile.Golden;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TokenCheckTest {
    private static final CapabilityProfile PROFILE = ((ProfileReader.Read.Whole)
                    ProfileReader.read("{\"profile_version\":\"v3\","
                            + "\"supported_profile_versions\":[\"v2\"],\"nodes\":[{\"capability\":\"role.owner\","
                            + "\"inherits\":[\"room.admin\"]},{\"capability\":\"room.admin\"}]}"))
            .profile();

    private static final JsonNode VECTORS = Golden.file("01-tokens.json");
    private static final Signatures SIGNATURES = Ed25519.best();
    private static final RoomId ROOM = new RoomId("my-room");
    private static final Signer LOCK = signer(0x42);
    private static final Signer SERVER = signer(0x43);
    private static final Signer STRANGER = signer(0x44);
    private static final PeerId PEER = signer(7).peer();
    private static final String PUBKEY = PEER.toString();
    private static final PeerId OLD = signer(8).peer();
    private static final long NOW = 1_000;
    private static final RoomToken GOOD = RoomTokens.sign(ROOM, PEER, 2_000, List.of("room.admin", "a"), LOCK);

    @TestFactory
    List<DynamicTest> theVectorsAreJudgedAsTheySay() {
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode vector : VECTORS.get("vectors")) {
            tests.add(DynamicTest.dynamicTest(vector.get("name").asText(), () -> {
                RoomToken token = token(vector.get("token"));
                PeerId named = PeerId.parse(token.peerPubkey().orElseThrow()).orElseThrow();
                assertThat(RoomTokens.signedBytes(
                                vector.get("room").asText(),
                                named,
                                token.expirySeconds().orElseThrow(),
                                token.capabilities()))
                        .isEqualTo(Golden.bytes(vector.get("message")));

                Optional<RoomId> room = RoomId.parse(vector.get("room").asText());
                if (room.isEmpty()) {
                    return; // No room of ours has an empty name.
                }
                TokenVerdict verdict = TokenCheck.check(
                        room.get(),
                        PeerId.parse(vector.get("room_pubkey").asText()).orElseThrow(),
                        SERVER.peer(),
                        vector.get("connecting_peer").asText(),
                        Optional.of(token),
                        Long.parseUnsignedLong(vector.get("now").asText()),
                        SIGNATURES,
                        Composition.OFF);

                String result = vector.get("result").asText();
                assertThat(verdict)
                        .isEqualTo(
                                result.equals("ok")
                                        ? new TokenVerdict.Granted(
                                                Set.copyOf(token.capabilities()),
                                                token.expirySeconds().orElseThrow())
                                        : new TokenVerdict.Refused(
                                                "auth: " + result, result.equals("token has expired")));
            }));
        }
        return tests;
    }

    @Test
    void malformedFieldsAreNamed() {
        for (JsonNode vector : VECTORS.get("malformed")) {
            RoomToken token = new RoomToken(
                    Optional.of(vector.get("peer_pubkey").asText()),
                    Optional.of(Long.MAX_VALUE),
                    List.of(),
                    Optional.of(vector.get("sig").asText()),
                    Optional.empty(),
                    Optional.empty());
            TokenVerdict verdict = check(LOCK.peer(), VECTORS.get("peer_pubkey").asText(), Optional.of(token));

            if (vector.get("error").isNull()) {
                assertThat(verdict).isEqualTo(refused("signature verification failed"));
            } else {
                assertThat(verdict).isEqualTo(refused(vector.get("error").asText()));
            }
        }
    }

    @TestFactory
    List<DynamicTest> theTokensOfTheReferenceAreSignedAndJudgedAsByIt() {
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode vector : Golden.file("reference-core.json").get("room_tokens")) {
            if (vector.get("room").asText().isEmpty()) {
                continue; // No room of ours has an empty name.
            }
            tests.add(DynamicTest.dynamicTest(vector.get("name").asText(), () -> {
                Signer key = signer(
                        Integer.parseInt(vector.get("room_key_seed").asText().substring(0, 2), 16));
                RoomId room = new RoomId(vector.get("room").asText());
                PeerId peer = PeerId.parse(vector.get("peer_pubkey").asText()).orElseThrow();
                long expiry = Long.parseUnsignedLong(vector.get("expiry").asText());

                RoomToken token = RoomTokens.sign(room, peer, expiry, Golden.texts(vector.get("caps_in")), key);

                assertThat(key.peer()).hasToString(vector.get("room_pubkey").asText());
                assertThat(token.capabilities()).isEqualTo(Golden.texts(vector.get("caps_signed_order")));
                assertThat(token.signature()).contains(vector.get("sig").asText());
                assertThat(verdict(vector, "verify_at_0")).isEqualTo(reference(check(room, key, peer, token, 0)));
                assertThat(verdict(vector, "verify_at_expiry"))
                        .isEqualTo(reference(check(room, key, peer, token, expiry)));
                assertThat(verdict(vector, "verify_at_expiry_minus_1"))
                        .isEqualTo(reference(check(room, key, peer, token, expiry - 1)));
                assertThat(reference(check(room, STRANGER, peer, token, 0))).isIn("Err(BadSignature)", "Err(Expired)");
                assertThat(reference(check(room, key, OLD, token, 0))).isEqualTo("Err(PeerMismatch)");
            }));
        }
        return tests;
    }

    @Test
    void aGoodTokenGivesItsCapabilitiesUntilItExpires() {
        assertThat(check(LOCK.peer(), PUBKEY, Optional.of(GOOD)))
                .isEqualTo(new TokenVerdict.Granted(Set.of("room.admin", "a"), 2_000));
        assertThat(check(LOCK.peer(), PUBKEY.toUpperCase(Locale.ROOT), Optional.of(GOOD)))
                .isInstanceOf(TokenVerdict.Granted.class);
    }

    static Stream<Arguments> refusals() {
        RoomToken empty = token(Optional.empty(), Optional.empty(), Optional.empty(), List.of());
        Optional<String> sig = Optional.of("ab".repeat(64));
        Optional<String> key = Optional.of(PUBKEY);
        Optional<Long> expired = Optional.of(NOW);
        Optional<Long> later = Optional.of(NOW + 1);
        return Stream.of(
                Arguments.of("room is locked — include a capability token in hello", PUBKEY, null),
                Arguments.of("missing token.peer_pubkey", "x", empty),
                Arguments.of("missing token.expiry", "x", token(Optional.of("x"), Optional.empty(), sig, List.of())),
                Arguments.of("missing token.sig", "x", token(Optional.of("x"), expired, Optional.empty(), List.of())),
                Arguments.of("invalid peer pubkey in hello", "x", token(Optional.of("x"), expired, sig, List.of())),
                Arguments.of(
                        "malformed token field: peer_pubkey",
                        PUBKEY,
                        token(Optional.of("x"), expired, Optional.of("y"), List.of())),
                Arguments.of(
                        "malformed token field: sig",
                        PUBKEY,
                        token(Optional.of(OLD.toString()), expired, Optional.of("y"), List.of())),
                Arguments.of(
                        "malformed token field: caps",
                        PUBKEY,
                        token(Optional.of(OLD.toString()), expired, sig, Collections.nCopies(257, "a"))),
                Arguments.of(
                        "malformed token field: caps",
                        PUBKEY,
                        token(Optional.of(OLD.toString()), expired, sig, List.of("a".repeat(257)))),
                Arguments.of(
                        "token peer_pubkey does not match connecting peer",
                        PUBKEY,
                        token(Optional.of(OLD.toString()), expired, sig, List.of())),
                Arguments.of("token has expired", PUBKEY, token(key, expired, sig, List.of())),
                Arguments.of("signature verification failed", PUBKEY, token(key, later, sig, List.of())));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void whatIsWrongFirstIsNamed(String text, String hello, RoomToken token) {
        assertThat(check(LOCK.peer(), hello, Optional.ofNullable(token)))
                .isEqualTo(new TokenVerdict.Refused("auth: " + text, text.equals("token has expired")));
    }

    static Stream<Arguments> continuities() {
        String old = OLD.toString();
        return Stream.of(
                Arguments.of("missing token.continuity.predecessor_peer_pubkey", claim(null, null)),
                Arguments.of("invalid token.continuity.predecessor_peer_pubkey", claim("x", null)),
                Arguments.of("token continuity predecessor must differ from current peer", claim(PUBKEY, null)),
                Arguments.of("missing token.continuity.overlap_not_after", claim(old, null)),
                Arguments.of("token continuity overlap window expired", claim(old, NOW - 1, old)),
                Arguments.of(
                        "token continuity predecessor is revoked", claim(old, NOW, "x", old.toUpperCase(Locale.ROOT))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("continuities")
    void aContinuityThatDoesNotHoldIsRefused(String text, RoomToken.Continuity claim) {
        assertThat(check(LOCK.peer(), PUBKEY, Optional.of(with(GOOD, claim)))).isEqualTo(refused(text));
    }

    @Test
    void aContinuityThatHoldsIsGranted() {
        RoomToken.Continuity claim = claim(OLD.toString(), NOW, STRANGER.peer().toString());

        assertThat(check(LOCK.peer(), PUBKEY, Optional.of(with(GOOD, claim)))).isInstanceOf(TokenVerdict.Granted.class);
    }

    @Test
    void anOpenRoomHonoursTheServersTokenAlone() {
        RoomToken byServer = RoomTokens.sign(ROOM, PEER, 2_000, List.of("room.admin"), SERVER);

        assertThat(check(null, PUBKEY, Optional.of(byServer)))
                .isEqualTo(new TokenVerdict.Granted(Set.of("room.admin"), 2_000));
        assertThat(check(null, PUBKEY, Optional.empty())).isEqualTo(new TokenVerdict.Open());
        assertThat(check(null, PUBKEY, Optional.of(GOOD))).isEqualTo(new TokenVerdict.Open());
        assertThat(check(null, OLD.toString(), Optional.of(byServer))).isEqualTo(new TokenVerdict.Open());
        assertThat(check(null, "x", Optional.of(byServer))).isEqualTo(new TokenVerdict.Open());
        RoomToken ofAnotherRoom = RoomTokens.sign(new RoomId("other"), PEER, 2_000, List.of("room.admin"), SERVER);
        assertThat(check(null, PUBKEY, Optional.of(ofAnotherRoom))).isEqualTo(new TokenVerdict.Open());
        RoomToken expired = RoomTokens.sign(ROOM, PEER, NOW, List.of("room.admin"), SERVER);
        assertThat(check(null, PUBKEY, Optional.of(expired))).isEqualTo(new TokenVerdict.Open());
    }

    @Test
    void aLockedRoomDoesNotTakeTheServersToken() {
        RoomToken byServer = RoomTokens.sign(ROOM, PEER, 2_000, List.of("room.admin"), SERVER);

        assertThat(check(LOCK.peer(), PUBKEY, Optional.of(byServer)))
                .isEqualTo(refused("signature verification failed"));
    }

    static Stream<Arguments> compositions() {
        Composition on = new Composition.On(PROFILE);
        Composition unusable = new Composition.Unusable("the profile is not JSON");
        return Stream.of(
                Arguments.of(
                        on,
                        Optional.empty(),
                        List.of("role.owner"),
                        "missing token.capability_profile_version while capability composition is enabled"),
                Arguments.of(
                        on,
                        Optional.of("v1"),
                        List.of("role.owner"),
                        "unknown token.capability_profile_version 'v1' (expected 'v3' or configured compatibility"
                                + " versions)"),
                Arguments.of(
                        on,
                        Optional.of("x".repeat(200)),
                        List.of(),
                        "unknown token.capability_profile_version '" + "x".repeat(128)
                                + "…' (expected 'v3' or configured compatibility versions)"),
                Arguments.of(
                        on,
                        Optional.of("v3"),
                        List.of("read:world/**"),
                        "capability profile expansion failed: invalid capability name 'read:world/**'"),
                Arguments.of(
                        on,
                        Optional.of("v2"),
                        List.of("role.king"),
                        "capability profile expansion failed: unknown capability 'role.king'"),
                Arguments.of(
                        unusable,
                        Optional.empty(),
                        List.of(),
                        "capability profile expansion failed: the profile is not JSON"));
    }

    @ParameterizedTest(name = "{3}")
    @MethodSource("compositions")
    void aTokenThatComesToNothingIsRefusedLastOfAll(
            Composition composition, Optional<String> version, List<String> caps, String text) {
        RoomToken token = ofVersion(RoomTokens.sign(ROOM, PEER, 2_000, caps, LOCK), version);

        assertThat(check(LOCK.peer(), token, composition)).isEqualTo(refused(text));
        assertThat(check(LOCK.peer(), with(token, claim(null, null)), composition))
                .isEqualTo(refused("missing token.continuity.predecessor_peer_pubkey"));
        RoomToken old = ofVersion(RoomTokens.sign(ROOM, PEER, NOW, caps, LOCK), version);
        assertThat(check(LOCK.peer(), old, composition))
                .isEqualTo(new TokenVerdict.Refused("auth: token has expired", true));
        assertThat(check(null, ofVersion(RoomTokens.sign(ROOM, PEER, 2_000, caps, SERVER), version), composition))
                .isEqualTo(new TokenVerdict.Open());
    }

    @Test
    void aRoleGivesWhatTheProfileSaysInLockedRoomsAndByTheServersTokenInOpenOnes() {
        Composition on = new Composition.On(PROFILE);
        List<String> role = List.of("Role.Owner ");
        TokenVerdict granted = new TokenVerdict.Granted(Set.of("role.owner", "room.admin"), 2_000);

        RoomToken token = ofVersion(RoomTokens.sign(ROOM, PEER, 2_000, role, LOCK), Optional.of("v3"));
        assertThat(check(LOCK.peer(), token, on)).isEqualTo(granted);
        RoomToken byServer = ofVersion(RoomTokens.sign(ROOM, PEER, 2_000, role, SERVER), Optional.of("v2"));
        assertThat(check(null, byServer, on)).isEqualTo(granted);
        assertThat(check(LOCK.peer(), token, Composition.OFF))
                .isEqualTo(new TokenVerdict.Granted(Set.of("Role.Owner "), 2_000));
    }

    @Test
    void everyFlippedBitOfASignatureIsRefused() {
        byte[] signature = HexFormat.of().parseHex(GOOD.signature().orElseThrow());
        for (int bit = 0; bit < 8 * signature.length; bit++) {
            byte[] flipped = signature.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            RoomToken token = token(
                    GOOD.peerPubkey(), GOOD.expirySeconds(), Optional.of(Bytes.toHex(flipped)), GOOD.capabilities());
            assertThat(check(LOCK.peer(), PUBKEY, Optional.of(token)))
                    .isEqualTo(refused("signature verification failed"));
        }
    }

    private static TokenVerdict check(PeerId lock, RoomToken token, Composition composition) {
        return TokenCheck.check(ROOM, lock, SERVER.peer(), PUBKEY, Optional.of(token), NOW, SIGNATURES, composition);
    }

    private static RoomToken ofVersion(RoomToken token, Optional<String> version) {
        return new RoomToken(
                token.peerPubkey(),
                token.expirySeconds(),
                token.capabilities(),
                token.signature(),
                version,
                token.continuity());
    }

    private static TokenVerdict check(PeerId lock, String hello, Optional<RoomToken> token) {
        return TokenCheck.check(ROOM, lock, SERVER.peer(), hello, token, NOW, SIGNATURES, Composition.OFF);
    }

    private static TokenVerdict check(RoomId room, Signer lock, PeerId peer, RoomToken token, long now) {
        return TokenCheck.check(
                room,
                lock.peer(),
                SERVER.peer(),
                peer.toString(),
                Optional.of(token),
                now,
                SIGNATURES,
                Composition.OFF);
    }

    private static String verdict(JsonNode vector, String moment) {
        return vector.get(moment).asText();
    }

    private static String reference(TokenVerdict verdict) {
        return switch (verdict) {
            case TokenVerdict.Granted granted -> "Ok(())";
            case TokenVerdict.Open open -> "open";
            case TokenVerdict.Refused(String text, boolean expired) when expired -> "Err(Expired)";
            case TokenVerdict.Refused(String text, boolean expired)
            when text.contains("connecting peer") -> "Err(PeerMismatch)";
            case TokenVerdict.Refused refused -> "Err(BadSignature)";
        };
    }

    private static TokenVerdict refused(String why) {
        return new TokenVerdict.Refused("auth: " + why, false);
    }

    private static RoomToken.Continuity claim(String predecessor, Long notAfter, String... revoked) {
        return new RoomToken.Continuity(
                Optional.ofNullable(predecessor), Optional.ofNullable(notAfter), List.of(revoked));
    }

    private static RoomToken with(RoomToken token, RoomToken.Continuity claim) {
        return new RoomToken(
                token.peerPubkey(),
                token.expirySeconds(),
                token.capabilities(),
                token.signature(),
                token.profileVersion(),
                Optional.of(claim));
    }

    private static RoomToken token(
            Optional<String> key, Optional<Long> expiry, Optional<String> signature, List<String> caps) {
        return new RoomToken(key, expiry, caps, signature, Optional.empty(), Optional.empty());
    }

    private static RoomToken token(JsonNode json) {
        return token(
                Optional.of(json.get("peer_pubkey").asText()),
                Optional.of(Long.parseUnsignedLong(json.get("expiry").asText())),
                Optional.of(json.get("sig").asText()),
                Golden.texts(json.get("caps")));
    }

    private static Signer signer(int seedByte) {
        byte[] seed = new byte[32];
        Arrays.fill(seed, (byte) seedByte);
        return Ed25519.signer(seed);
    }
}
