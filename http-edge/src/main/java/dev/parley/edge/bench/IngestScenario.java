package dev.parley.edge.bench;

import dev.parley.core.history.Ed25519;
import dev.parley.core.history.Node;
import dev.parley.core.history.Signatures;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Big packs into one room, held against the bare rate of the same signature checks on all cores. */
final class IngestScenario implements Scenario {
    private static final int NODES = 100_000;
    private static final int PACK_NODES = 1_000;
    private static final int WARM_UP_ROOMS = 5;

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
        List<Node> written = new BenchPeer(1).write(size);
        List<String> packs = Unlimited.packs(written, PACK_NODES);
        Bare bareBefore = bare(written);
        double rate;
        double cpuMicros;
        try (ServerUnderLoad server = ServerUnderLoad.start(folder.resolve("data"), Unlimited.SETTINGS);
                LoadSockets sockets = new LoadSockets("bench-sockets").started()) {
            for (int room = 0; room < WARM_UP_ROOMS; room++) {
                Unlimited.push(new BenchPeer(2).join(sockets, server.port(), "warm-" + room, ""), packs);
            }
            BenchPeer author = new BenchPeer(1).join(sockets, server.port(), "ingest", "");
            Duration before = server.cpu();
            rate = size / Unlimited.push(author, packs);
            cpuMicros = server.cpu().minus(before).toNanos() / 1e3 / size;
        }
        Bare bareAfter = bare(written);
        double bare = (bareBefore.perSecond() + bareAfter.perSecond()) / 2;
        double bareCpuMicros = (bareBefore.cpuMicros() + bareAfter.cpuMicros()) / 2;
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("nodes_per_second", Math.round(rate));
        figures.put("server_cpu_us_per_node", HelloScenario.round(cpuMicros));
        figures.put("bare_check_cpu_us", HelloScenario.round(bareCpuMicros));
        figures.put("bare_signature_checks_per_second_all_cores", Math.round(bare));
        figures.put("ratio", HelloScenario.round(rate / bare));
        return figures;
    }

    /** What signature checks alone give and cost. */
    private record Bare(double perSecond, double cpuMicros) {}

    private static Bare bare(List<Node> nodes) {
        Signatures signatures = Ed25519.best();
        check(nodes.subList(0, nodes.size() / 4), signatures);
        Duration cpuBefore = ownCpu();
        long began = System.nanoTime();
        check(nodes, signatures);
        double seconds = (System.nanoTime() - began) / 1e9;
        double cpuMicros = ownCpu().minus(cpuBefore).toNanos() / 1e3;
        return new Bare(nodes.size() / seconds, cpuMicros / nodes.size());
    }

    private static Duration ownCpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow();
    }

    private static void check(List<Node> nodes, Signatures signatures) {
        boolean all = nodes.parallelStream()
                .allMatch(node -> signatures.valid(node.transaction().author(), node.id(), node.signature()));
        if (!all) {
            throw new IllegalStateException("a signature of our own did not verify");
        }
    }
}
