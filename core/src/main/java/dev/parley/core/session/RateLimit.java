package dev.parley.core.session;

/** What a session may send: nodes and decoded pack bytes a second (spec 03 §8, ruling 7). A value. */
public record RateLimit(TokenBucket nodes, TokenBucket bytes) {
    /** What one pack takes. */
    public record Cost(long nodes, long bytes) {
        static final Cost NOTHING = new Cost(0, 0);

        boolean isNothing() {
            return nodes == 0 && bytes == 0;
        }

        Cost minus(Cost part) {
            return new Cost(nodes - part.nodes, bytes - part.bytes);
        }
    }

    static RateLimit full(SessionSettings settings, long nowMs) {
        return new RateLimit(
                TokenBucket.full(settings.nodesPerSecond(), nowMs), TokenBucket.full(settings.bytesPerSecond(), nowMs));
    }

    /** What the quota cannot cover now; the allowance of the peer's address has to. */
    Cost shortage(Cost cost, long nowMs) {
        return new Cost(nodes.shortage(cost.nodes(), nowMs), bytes.shortage(cost.bytes(), nowMs));
    }

    RateLimit charge(Cost cost, long nowMs) {
        return new RateLimit(nodes.charge(cost.nodes(), nowMs), bytes.charge(cost.bytes(), nowMs));
    }

    RateLimit refund(Cost cost, long nowMs) {
        return new RateLimit(nodes.refund(cost.nodes(), nowMs), bytes.refund(cost.bytes(), nowMs));
    }
}
