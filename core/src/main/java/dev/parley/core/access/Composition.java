package dev.parley.core.access;

/** How the capabilities of tokens are made into those of sessions (spec 04 §3). */
public sealed interface Composition {
    /** No profile is configured: as the token gives them. */
    Composition OFF = new Off();

    record Off() implements Composition {}

    /** Tokens name a version of the profile, and their capabilities are expanded by it. */
    record On(CapabilityProfile profile) implements Composition {}

    /** A profile is configured and cannot be used: no token gives anything. {@code why} is told to peers. */
    record Unusable(String why) implements Composition {}
}
