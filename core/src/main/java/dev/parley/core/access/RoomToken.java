package dev.parley.core.access;

import java.util.List;
import java.util.Optional;

/**
 * A room token as a peer sent it in {@code hello.token}, not yet believed (spec 01 §12, 03 §2.3).
 *
 * <p>Shape: a field is empty when it is missing or of the wrong JSON type; both spellings of each field were read.
 * {@code expirySeconds} is unsigned seconds since the epoch. {@code capabilities} hold the strings only.
 */
public record RoomToken(
        Optional<String> peerPubkey,
        Optional<Long> expirySeconds,
        List<String> capabilities,
        Optional<String> signature,
        Optional<String> profileVersion,
        Optional<Continuity> continuity) {
    public RoomToken {
        capabilities = List.copyOf(capabilities);
    }

    /** The optional continuity claim; not covered by the signature. {@code overlapNotAfter} is unsigned seconds. */
    public record Continuity(
            Optional<String> predecessor, Optional<Long> overlapNotAfter, List<String> revokedPredecessors) {
        public Continuity {
            revokedPredecessors = List.copyOf(revokedPredecessors);
        }
    }
}
