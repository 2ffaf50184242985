package dev.parley.core.access;

import java.util.Set;

/** What a room makes of the token that a peer brought, or did not bring. */
public sealed interface TokenVerdict {
    /** The room is open and the token, if there is one, means nothing here: in, without rights over the room. */
    record Open() implements TokenVerdict {}

    /** In, with these rights, until {@code expirySeconds} (unsigned, since the epoch). */
    record Granted(Set<String> capabilities, long expirySeconds) implements TokenVerdict {
        public Granted {
            capabilities = Set.copyOf(capabilities);
        }
    }

    /** Not in. {@code text} is the whole text for the error envelope, {@code auth: } included. */
    record Refused(String text, boolean expired) implements TokenVerdict {}
}
