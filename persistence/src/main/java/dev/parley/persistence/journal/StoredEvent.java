package dev.parley.persistence.journal;

/**
 * One event as its row holds it.
 *
 * <p>{@code manifest} and {@code serializer} choose the reader of {@code bytes}; {@code adapterManifest} is that of an
 * event adapter, mostly empty; {@code writer} names the incarnation that wrote it; {@code writtenAtMs} is the writer's
 * clock.
 */
public record StoredEvent(
        long seq,
        String manifest,
        int serializer,
        byte[] bytes,
        String adapterManifest,
        String writer,
        long writtenAtMs) {}
