package dev.parley.core.session;

import dev.parley.core.access.Subscription;
import dev.parley.core.wire.ToPeer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The texts of refusals, which clients may parse (spec 03, 04 §2). */
final class Texts {
    static final String TEXT_REQUIRED = "text messages required";
    static final String TOO_LARGE = "message too large";
    static final String NOT_JSON = "invalid JSON";
    static final String SECOND_HELLO = "hello already processed for this connection";
    static final String BAD_BASE64 = "invalid pack: bad base64";
    static final String BAD_POSTCARD = "invalid pack: bad postcard";
    static final String INVALID_KEY = "set-room-key: invalid pubkey hex";
    static final String ALREADY_LOCKED = "room already locked";

    /** The name of the field follows. */
    static final String INVALID_FIELD = "reject.protocol_invalid_field: ";

    /** The type of the message follows. */
    static final String PART_TOO_LARGE = "reject.protocol_message_too_large: ";

    private static final String FORBIDDEN = "reject.control_plane_forbidden";
    private static final String UNSUPPORTED = "reject.protocol_unsupported_command";

    private Texts() {}

    /** Denies a control command (spec 04 §2). */
    static ToPeer.Failure denied(String command, String capability) {
        return new ToPeer.Failure(
                FORBIDDEN + ": command=" + command + " requires=" + capability,
                Map.of("reason_class", FORBIDDEN, "command", command, "required_capability", capability));
    }

    /** Answers a control command that this server does not have (spec 04 §9.4). */
    static ToPeer.Failure unsupported(String command) {
        return new ToPeer.Failure(
                UNSUPPORTED + ": command=" + command, Map.of("reason_class", UNSUPPORTED, "command", command));
    }

    /** True if a list of patterns is longer, or holds a longer one, than a session may have (ruling 9). */
    static boolean beyondCaps(List<String> patterns) {
        return patterns.size() > Subscription.PATTERNS_MAX
                || patterns.stream().anyMatch(pattern -> sizeBytes(pattern) > Subscription.PATTERN_BYTES_MAX);
    }

    static int sizeBytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
