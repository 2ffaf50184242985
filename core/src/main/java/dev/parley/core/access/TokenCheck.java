package dev.parley.core.access;

import dev.parley.core.history.Signatures;
import dev.parley.core.id.Bytes;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Decides whether a token lets a peer into a room, in the order and with the texts of spec 03 §2.3. One text is ours:
 * {@code malformed token field: caps} for more capabilities, or longer ones, than spec 01 §16 bounds them to, so that
 * an unbelieved token cannot make a room sort megabytes.
 *
 * <p>A token does not prove that the peer holds the key it names; it is a bearer secret.
 */
public final class TokenCheck {
    /** The prefix of every refusal. */
    private static final String AUTH = "auth: ";

    /** The whole text for a token that has run out. */
    public static final String EXPIRED = AUTH + "token has expired";

    private static final String NOT_EXPANDED = "capability profile expansion failed: ";

    private final RoomId room;
    private final PeerId signer;
    private final String helloPubkey;
    private final RoomToken token;
    private final long nowSeconds;
    private final Signatures signatures;
    private final Composition composition;

    private TokenCheck(
            RoomId room,
            PeerId signer,
            String helloPubkey,
            RoomToken token,
            long nowSeconds,
            Signatures signatures,
            Composition composition) {
        this.room = room;
        this.signer = signer;
        this.helloPubkey = helloPubkey;
        this.token = token;
        this.nowSeconds = nowSeconds;
        this.signatures = signatures;
        this.composition = composition;
    }

    /**
     * The verdict on a hello. A locked room wants a token signed by its lock key. In an open room a token signed by the
     * server's key, and good in every other way, gives its capabilities (ruling 1); any other is ignored, and no error.
     *
     * <p>{@code lockKeyOrNull} is null for an open room; {@code helloPubkeyHex} is verbatim from hello;
     * {@code nowSeconds} is unsigned. {@code composition} is applied last, to either kind of token.
     *
     * <p>Cost: at most one signature check, after all cheaper ones.
     */
    public static TokenVerdict check(
            RoomId room,
            PeerId lockKeyOrNull,
            PeerId serverKey,
            String helloPubkeyHex,
            Optional<RoomToken> token,
            long nowSeconds,
            Signatures signatures,
            Composition composition) {
        if (lockKeyOrNull == null) {
            TokenVerdict verdict = token.map(it -> new TokenCheck(
                                    room, serverKey, helloPubkeyHex, it, nowSeconds, signatures, composition)
                            .verdict())
                    .orElseGet(TokenVerdict.Open::new);
            return verdict instanceof TokenVerdict.Granted ? verdict : new TokenVerdict.Open();
        }
        return token.map(it -> new TokenCheck(
                                room, lockKeyOrNull, helloPubkeyHex, it, nowSeconds, signatures, composition)
                        .verdict())
                .orElseGet(() -> refused("room is locked — include a capability token in hello"));
    }

    private TokenVerdict verdict() {
        if (token.peerPubkey().isEmpty()) {
            return refused("missing token.peer_pubkey");
        }
        if (token.expirySeconds().isEmpty()) {
            return refused("missing token.expiry");
        }
        if (token.signature().isEmpty()) {
            return refused("missing token.sig");
        }
        Optional<PeerId> connecting = PeerId.parse(helloPubkey);
        if (connecting.isEmpty()) {
            return refused("invalid peer pubkey in hello");
        }
        Optional<PeerId> named = token.peerPubkey().flatMap(PeerId::parse);
        if (named.isEmpty()) {
            return refused("malformed token field: peer_pubkey");
        }
        Optional<byte[]> signature = token.signature().flatMap(hex -> Bytes.parseHex(hex, RoomTokens.SIGNATURE_BYTES));
        if (signature.isEmpty()) {
            return refused("malformed token field: sig");
        }
        if (!RoomTokens.withinBounds(token.capabilities())) {
            return refused("malformed token field: caps");
        }
        if (!named.equals(connecting)) {
            return refused("token peer_pubkey does not match connecting peer");
        }
        long expirySeconds = token.expirySeconds().get();
        if (Long.compareUnsigned(nowSeconds, expirySeconds) >= 0) {
            return new TokenVerdict.Refused(EXPIRED, true);
        }
        byte[] signed = RoomTokens.signedBytes(room.value(), named.get(), expirySeconds, token.capabilities());
        if (!signatures.validOver(signer, signed, signature.get())) {
            return refused("signature verification failed");
        }
        return token.continuity()
                .flatMap(continuity -> broken(continuity, named.get()))
                .map(TokenCheck::refused)
                .orElseGet(() -> granted(expirySeconds));
    }

    private TokenVerdict granted(long expirySeconds) {
        return switch (composition) {
            case Composition.Off off -> new TokenVerdict.Granted(Set.copyOf(token.capabilities()), expirySeconds);
            case Composition.Unusable(String why) -> refused(NOT_EXPANDED + why);
            case Composition.On(CapabilityProfile profile) -> expanded(profile, expirySeconds);
        };
    }

    private TokenVerdict expanded(CapabilityProfile profile, long expirySeconds) {
        Optional<String> version = token.profileVersion();
        if (version.isEmpty()) {
            return refused("missing token.capability_profile_version while capability composition is enabled");
        }
        if (!profile.takes(version.get())) {
            return refused("unknown token.capability_profile_version '" + CapabilityProfile.echo(version.get())
                    + "' (expected '" + profile.version() + "' or configured compatibility versions)");
        }
        return switch (profile.expand(token.capabilities())) {
            case CapabilityProfile.Expansion.Whole(List<String> capabilities) ->
                new TokenVerdict.Granted(Set.copyOf(capabilities), expirySeconds);
            case CapabilityProfile.Expansion.Failed(String why) -> refused(NOT_EXPANDED + why);
        };
    }

    /** What is wrong with the claim to follow an older key, if anything is. */
    private Optional<String> broken(RoomToken.Continuity claim, PeerId peer) {
        if (claim.predecessor().isEmpty()) {
            return Optional.of("missing token.continuity.predecessor_peer_pubkey");
        }
        String predecessor = claim.predecessor().get();
        Optional<PeerId> parsed = PeerId.parse(predecessor);
        if (parsed.isEmpty()) {
            return Optional.of("invalid token.continuity.predecessor_peer_pubkey");
        }
        if (parsed.get().equals(peer)) {
            return Optional.of("token continuity predecessor must differ from current peer");
        }
        if (claim.overlapNotAfter().isEmpty()) {
            return Optional.of("missing token.continuity.overlap_not_after");
        }
        if (Long.compareUnsigned(nowSeconds, claim.overlapNotAfter().get()) > 0) {
            return Optional.of("token continuity overlap window expired");
        }
        if (claim.revokedPredecessors().stream().anyMatch(predecessor::equalsIgnoreCase)) {
            return Optional.of("token continuity predecessor is revoked");
        }
        return Optional.empty();
    }

    private static TokenVerdict refused(String why) {
        return new TokenVerdict.Refused(AUTH + why, false);
    }
}
