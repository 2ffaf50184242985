package dev.parley.edge.peer.stock;

import dev.parley.core.reconcile.IndexRule;
import java.util.List;

/**
 * How a document client behaves.
 *
 * <p>{@code filterRule}: browsers build the filter by the 32-bit rule (spec 02 §1.5), other builds by the 64-bit one.
 * {@code subscribe} are key patterns. {@code tokens}: the application hands out tokens. {@code blobs} are those it holds
 * from the start.
 */
public record DocSettings(IndexRule filterRule, List<String> subscribe, boolean tokens, List<byte[]> blobs) {
    /** As in a browser, for an open room. */
    public static final DocSettings BROWSER = new DocSettings(IndexRule.NARROW_32, List.of("**"), false, List.of());

    public DocSettings {
        subscribe = List.copyOf(subscribe);
        blobs = List.copyOf(blobs);
    }

    public DocSettings withTokens() {
        return new DocSettings(filterRule, subscribe, true, blobs);
    }

    public DocSettings withRule(IndexRule rule) {
        return new DocSettings(rule, subscribe, tokens, blobs);
    }

    public DocSettings withBlobs(List<byte[]> held) {
        return new DocSettings(filterRule, subscribe, tokens, held);
    }

    public DocSettings subscribedTo(List<String> patterns) {
        return new DocSettings(filterRule, patterns, tokens, blobs);
    }
}
