package dev.parley.core.access;

import java.util.OptionalLong;

/**
 * What one side of a session supports ({@code hello.caps}, {@code welcome.caps}; spec 01 §11).
 *
 * <p>Units: {@code maxTickIntervalMs} is unsigned milliseconds, empty = null on the wire.
 */
public record Capabilities(
        boolean ibf,
        boolean mst,
        boolean postcard,
        boolean encryption,
        boolean webrtc,
        OptionalLong maxTickIntervalMs,
        boolean listCrdt,
        boolean directBlobIo) {
    /** What a peer that says nothing gets, and what the server offers. */
    public static final Capabilities DEFAULT =
            new Capabilities(true, true, true, true, false, OptionalLong.empty(), true, true);

    /** What both sides support; of two tick intervals the larger, of one none. */
    public Capabilities and(Capabilities theirs) {
        OptionalLong tick = maxTickIntervalMs.isPresent() && theirs.maxTickIntervalMs.isPresent()
                ? OptionalLong.of(dev.parley.core.id.Lamport.max(
                        maxTickIntervalMs.getAsLong(), theirs.maxTickIntervalMs.getAsLong()))
                : OptionalLong.empty();
        return new Capabilities(
                ibf && theirs.ibf,
                mst && theirs.mst,
                postcard && theirs.postcard,
                encryption && theirs.encryption,
                webrtc && theirs.webrtc,
                tick,
                listCrdt && theirs.listCrdt,
                directBlobIo && theirs.directBlobIo);
    }
}
