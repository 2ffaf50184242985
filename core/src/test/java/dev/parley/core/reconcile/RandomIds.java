package dev.parley.core.reconcile;

import dev.parley.core.id.NodeId;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Ids by chance from a seed; two seeds share none. */
final class RandomIds {
    private RandomIds() {}

    static List<NodeId> of(long seed, int count) {
        Random random = new Random(seed);
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    byte[] bytes = new byte[NodeId.SIZE_BYTES];
                    random.nextBytes(bytes);
                    return NodeId.of(bytes);
                })
                .toList();
    }
}
