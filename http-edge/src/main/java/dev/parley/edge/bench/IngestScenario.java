package dev.parley.edge.bench;

import dev.parley.core.history.Ed25519;
import dev.parley.core.history.Node;
import dev.parley.core.history.Signatures;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Big packs into one room, held against the bare rate of the same signature checks on all cores. */
final class IngestScenario implements Scenario {
    private static final int NODES = 60_000;
    private static final int PACK_NODES = 1_000;

    @Override
    public String name() {
        return "ingest";
    }

    @Override
    public String about() {
        return "signed nodes a second into one room in packs of 1,000, against the bare rate of signature checks";
    }

    @Override
    public Map<String, Object> run(Path folder, double scale) throws Exception {
        int size = (int) (NODES * scale);
        BenchPeer warmer = new BenchPeer(1);
        BenchPeer author = new BenchPeer(2);
        List<Node> warm = warmer.write(size / 2);
        List<Node> written = author.write(size);
        double bareBefore = bareRate(written);
        double rate;
        try (ServerUnderLoad server = ServerUnderLoad.start(folder.resolve("data"), Unlimited.SETTINGS);
                LoadSockets sockets = new LoadSockets("bench-sockets").started()) {
            Unlimited.push(warmer.join(sockets, server.port(), "warm", ""), warm, PACK_NODES);
            double seconds = Unlimited.push(author.join(sockets, server.port(), "ingest", ""), written, PACK_NODES);
            rate = size / seconds;
        }
        double bare = (bareBefore + bareRate(written)) / 2;
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("nodes_per_second", Math.round(rate));
        figures.put("bare_signature_checks_per_second_all_cores", Math.round(bare));
        figures.put("ratio", HelloScenario.round(rate / bare));
        return figures;
    }

    private static double bareRate(List<Node> nodes) {
        Signatures signatures = Ed25519.best();
        check(nodes.subList(0, nodes.size() / 4), signatures);
        long began = System.nanoTime();
        check(nodes, signatures);
        return nodes.size() / ((System.nanoTime() - began) / 1e9);
    }

    private static void check(List<Node> nodes, Signatures signatures) {
        boolean all = nodes.parallelStream()
                .allMatch(node -> signatures.valid(node.transaction().author(), node.id(), node.signature()));
        if (!all) {
            throw new IllegalStateException("a signature of our own did not verify");
        }
    }
}
