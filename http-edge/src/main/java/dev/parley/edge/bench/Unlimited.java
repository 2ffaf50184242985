package dev.parley.edge.bench;

import dev.parley.core.history.Node;
import java.util.ArrayList;
import java.util.List;

/** A server without rate limits, and pushing into it as fast as it acknowledges. */
final class Unlimited {
    static final String[] SETTINGS = {"parley.limits.nodes-per-second=0", "parley.limits.bytes-per-second=0"};

    /** As many packs as a session may have unanswered by default. */
    private static final int PACKS_IN_FLIGHT = 8;

    private Unlimited() {}

    /** All nodes as pack messages of the given size, ready to send. */
    static List<String> packs(List<Node> nodes, int packSize) {
        List<String> packs = new ArrayList<>();
        for (int from = 0; from < nodes.size(); from += packSize) {
            packs.add(BenchPeer.pack(nodes.subList(from, Math.min(nodes.size(), from + packSize))));
        }
        return packs;
    }

    /** Pushes all packs and waits until each is acknowledged; returns the seconds it took. */
    static double push(BenchPeer peer, List<String> packs) throws InterruptedException {
        long began = System.nanoTime();
        int unanswered = 0;
        for (String pack : packs) {
            if (unanswered == PACKS_IN_FLIGHT) {
                peer.await("pack-ack");
                unanswered--;
            }
            peer.send(pack);
            unanswered++;
        }
        while (unanswered-- > 0) {
            peer.await("pack-ack");
        }
        return (System.nanoTime() - began) / 1e9;
    }
}
