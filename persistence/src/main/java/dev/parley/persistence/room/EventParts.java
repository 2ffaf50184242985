package dev.parley.persistence.room;

import dev.parley.core.history.Node;
import java.util.ArrayList;
import java.util.List;

/** Splits the runs of a large group into parts of a bounded size, keeping their order. */
final class EventParts {
    private EventParts() {}

    /** Each part has at most {@code bytesMax} bytes of nodes, or one larger node. */
    static List<List<Run>> of(List<Run> runs, long bytesMax) {
        List<List<Run>> parts = new ArrayList<>();
        List<Run> part = new ArrayList<>();
        long partBytes = 0;
        for (Run run : runs) {
            List<Node> nodes = new ArrayList<>();
            for (Node node : run.nodes()) {
                if (partBytes > 0 && partBytes + node.sizeBytes() > bytesMax) {
                    close(run, nodes, part);
                    parts.add(part);
                    nodes = new ArrayList<>();
                    part = new ArrayList<>();
                    partBytes = 0;
                }
                nodes.add(node);
                partBytes += node.sizeBytes();
            }
            close(run, nodes, part);
        }
        parts.add(part);
        return parts;
    }

    private static void close(Run run, List<Node> nodes, List<Run> part) {
        if (!nodes.isEmpty()) {
            part.add(new Run(run.origin(), run.from(), nodes));
        }
    }
}
