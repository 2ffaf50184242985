package dev.parley.core.session;

import dev.parley.core.wire.UnsignedText;
import java.util.Optional;

/** The lease fields of presence, which are checked and not used (spec 03 §7.3). */
final class Lease {
    private static final String INVALID = "reject.presence_lease_invalid:";

    private Lease() {}

    /** Why these fields, as JSON text, are no lease; empty when they are, or when there are none. */
    static Optional<String> refusal(Optional<String> ttlMsJson, Optional<String> nowMsJson) {
        if (ttlMsJson.isPresent()
                && UnsignedText.parse(ttlMsJson.get()).filter(ttl -> ttl != 0).isEmpty()) {
            return Optional.of(INVALID + "ttl_ms_must_be_positive_u64");
        }
        if (nowMsJson.isPresent() && UnsignedText.parse(nowMsJson.get()).isEmpty()) {
            return Optional.of(INVALID + "now_unix_ms_must_be_u64");
        }
        if (ttlMsJson.isPresent() && nowMsJson.isEmpty()) {
            return Optional.of(INVALID + "ttl_ms_requires_now_unix_ms");
        }
        if (nowMsJson.isPresent() && ttlMsJson.isEmpty()) {
            return Optional.of(INVALID + "now_unix_ms_requires_ttl_ms");
        }
        return Optional.empty();
    }
}
