package dev.parley.core.history;

/** A node that asks to be accepted, with what is known of its hash and signature. */
public record Candidate(Node node, Verdict verdict) {}
