package dev.parley.edge.bench;

import dev.parley.core.history.Node;
import java.util.List;

/** A server without rate limits, and pushing into it as fast as it acknowledges. */
final class Unlimited {
    static final String[] SETTINGS = {"parley.limits.nodes-per-second=0", "parley.limits.bytes-per-second=0"};

    /** As many packs as a session may have unanswered by default. */
    private static final int PACKS_IN_FLIGHT = 8;

    private Unlimited() {}

    /** Pushes all nodes in packs of the given size and waits until each is acknowledged; returns the seconds it took. */
    static double push(BenchPeer peer, List<Node> nodes, int packSize) throws InterruptedException {
        long began = System.nanoTime();
        int unanswered = 0;
        for (int from = 0; from < nodes.size(); from += packSize) {
            if (unanswered == PACKS_IN_FLIGHT) {
                peer.await("pack-ack");
                unanswered--;
            }
            peer.send(BenchPeer.pack(nodes.subList(from, Math.min(nodes.size(), from + packSize))));
            unanswered++;
        }
        while (unanswered-- > 0) {
            peer.await("pack-ack");
        }
        return (System.nanoTime() - began) / 1e9;
    }
}
