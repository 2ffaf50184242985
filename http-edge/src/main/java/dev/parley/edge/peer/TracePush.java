package dev.parley.edge.peer;

import dev.parley.core.history.Node;
import dev.parley.core.history.Signer;
import dev.parley.core.id.NodeId;
import dev.parley.edge.trace.Trace;
import dev.parley.edge.trace.TraceTyping;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Feeds a typed trace to replicas, each agent's nodes to its own.
 *
 * <p>A trace of one author is typed while it is sent. One of several authors is typed at once, so that each agent's
 * nodes are at hand; a replica holds them back until it has received what their author had seen.
 */
final class TracePush {
    private static final int BACKLOG_MAX = 4_096;
    private static final int NODES_A_TURN = 256;

    private final Map<Integer, AgentFeed> feeds = new HashMap<>();

    /** One agent's part. Its counters are read by other threads. */
    static final class AgentFeed implements PeerConnection.Feed {
        private final Iterator<Node> nodes;
        private volatile long offered;
        private volatile boolean finished;
        private volatile Optional<NodeId> last = Optional.empty();

        private AgentFeed(Iterator<Node> nodes) {
            this.nodes = nodes;
        }

        @Override
        public boolean fill(Replica replica) {
            // What a former run pushed is known by then, and is not pushed again.
            if (!replica.caughtUp() || finished) {
                return false;
            }
            long made = 0;
            while (nodes.hasNext() && made < NODES_A_TURN && replica.backlog() < BACKLOG_MAX) {
                Node node = nodes.next();
                replica.offer(node);
                last = Optional.of(node.id());
                made++;
            }
            offered += made;
            finished = !nodes.hasNext();
            return !finished && made > 0;
        }

        /** How many nodes were given to the replica. */
        long offered() {
            return offered;
        }

        boolean finished() {
            return finished;
        }

        /** The last node that was given to the replica. */
        Optional<NodeId> last() {
            return last;
        }
    }

    /** A push of all agents' edits into the text {@code key}; {@code signers} has one for each agent. */
    TracePush(Trace trace, String key, List<Signer> signers) {
        TraceTyping typing = new TraceTyping(trace, key, signers);
        if (trace.agents() == 1) {
            feeds.put(0, new AgentFeed(new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return typing.hasNext();
                }

                @Override
                public Node next() {
                    return typing.next().node();
                }
            }));
            return;
        }
        Map<Integer, List<Node>> byAgent = new HashMap<>();
        typing.forEachRemaining(typed -> byAgent.computeIfAbsent(typed.agent(), agent -> new ArrayList<>())
                .add(typed.node()));
        for (int agent = 0; agent < trace.agents(); agent++) {
            feeds.put(
                    agent, new AgentFeed(byAgent.getOrDefault(agent, List.of()).iterator()));
        }
    }

    AgentFeed feed(int agent) {
        return feeds.get(agent);
    }
}
