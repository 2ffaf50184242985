package dev.parley.edge.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Many small rooms that are all in use: what a server of an app with many documents sees. */
final class RoomsScenario implements Scenario {
    private static final int ROOMS = 300;
    private static final int PEERS = 3;
    private static final int[] NODES_PER_SECOND = {1, 3};
    private static final int WARM_UP_SECONDS = 6;
    private static final int SECONDS = 20;

    @Override
    public String name() {
        return "rooms-300";
    }

    @Override
    public String about() {
        return ROOMS + " rooms of " + PEERS + " peers, each peer sending 1 and then 3 nodes a second";
    }

    @Override
    public Map<String, Object> run(Path folder, double scale) throws Exception {
        int rooms = (int) Math.max(1, ROOMS * scale);
        Map<String, Object> figures = new LinkedHashMap<>();
        try (ServerUnderLoad server = ServerUnderLoad.start(folder.resolve("data"));
                LoadSockets sockets = new LoadSockets("bench-sockets").started()) {
            Typists typists = Typists.join(sockets, server.port(), "rooms-", rooms, PEERS);
            typists.type(NODES_PER_SECOND[0], seconds(WARM_UP_SECONDS, scale));
            for (int perSecond : NODES_PER_SECOND) {
                Duration time = seconds(SECONDS, scale);
                Duration before = server.cpu();
                long began = System.nanoTime();
                Latencies latencies = typists.type(perSecond, time);
                double took = (System.nanoTime() - began) / 1e9;
                double cpuSeconds = server.cpu().minus(before).toNanos() / 1e9;
                String prefix = perSecond + "_per_second_";
                figures.put(prefix + "nodes_offered_per_second", rooms * PEERS * perSecond);
                figures.put(prefix + "nodes_acknowledged_per_second", Math.round(latencies.acks() / took));
                latencies.addTo(figures, prefix);
                figures.put(prefix + "server_cpu_cores", HelloScenario.round(cpuSeconds / took));
                figures.put(
                        prefix + "server_cpu_us_per_node", HelloScenario.round(1e6 * cpuSeconds / latencies.acks()));
            }
        }
        return figures;
    }

    static Duration seconds(int seconds, double scale) {
        return Duration.ofMillis((long) Math.max(1_000, 1_000 * seconds * scale));
    }
}
