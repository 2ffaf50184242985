package dev.parley.core.wire;

/** One outgoing message as JSON text, made once and shared. {@code sizeBytes} is its size as UTF-8. */
public record Encoded(String json, int sizeBytes) {}
