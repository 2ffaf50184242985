package dev.parley.core.session;

import java.util.OptionalLong;

/** What a session wants of its room's presence store (spec 03 §12.3). */
public sealed interface PresenceRequest {
    /** Keeps this value as the session's own, and tells the others. {@code expiresAtMs} is unsigned. */
    record Put(String dataJson, OptionalLong expiresAtMs) implements PresenceRequest {}

    /** Asks for all entries. */
    record Get() implements PresenceRequest {}

    /** Removes the entries whose time is over at {@code nowMs}, unsigned. */
    record Sweep(long nowMs) implements PresenceRequest {}
}
