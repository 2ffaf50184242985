package dev.parley.edge.bench;

import dev.parley.core.history.Node;
import dev.parley.core.id.NodeId;
import dev.parley.core.reconcile.Ibf;
import dev.parley.core.reconcile.IndexRule;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What one hello costs the server in rooms of growing size: with the heads known, and with a filter that differs by 20. */
final class HelloScenario implements Scenario {
    private static final int HELLOS = 300;
    private static final int WARM_UP = 1_000;
    private static final int DIFFERING = 20;

    @Override
    public String name() {
        return "hello";
    }

    @Override
    public String about() {
        return "CPU and latency of a hello at 1,000, 10,000 and 100,000 nodes, heads known or 20 ids differing by filter";
    }

    @Override
    public Map<String, Object> run(Path folder, double scale) throws Exception {
        Map<String, Object> figures = new LinkedHashMap<>();
        try (ServerUnderLoad server = ServerUnderLoad.start(folder.resolve("data"), Unlimited.SETTINGS);
                LoadSockets sockets = new LoadSockets("bench-sockets").started()) {
            for (int nodes : new int[] {1_000, 10_000, 100_000}) {
                int size = (int) Math.max(100, nodes * scale);
                String room = "hello-" + size;
                BenchPeer author = new BenchPeer(size).join(sockets, server.port(), room, "");
                List<Node> written = author.write(size);
                Unlimited.push(author, Unlimited.packs(written, 500));
                NodeId head = written.getLast().id();
                figures.put(
                        "heads_known_" + size,
                        measure(server, sockets, room, ",\"frontier\":[\"" + head.toHex() + "\"]"));
                figures.put("filter_20_differ_" + size, measure(server, sockets, room, filter(written)));
                author.cut();
            }
        }
        return figures;
    }

    private static String filter(List<Node> written) {
        Ibf filter = new Ibf(IndexRule.WIDE_64);
        for (Node node : written.subList(0, written.size() - DIFFERING)) {
            filter.add(node.id());
        }
        return ",\"ibf\":\"" + Base64.getEncoder().encodeToString(filter.encode()) + "\"";
    }

    private static Map<String, Object> measure(ServerUnderLoad server, LoadSockets sockets, String room, String extra)
            throws Exception {
        for (int i = 0; i < WARM_UP; i++) {
            new BenchPeer(1_000_000).join(sockets, server.port(), room, extra).cut();
        }
        long[] nanos = new long[HELLOS];
        Duration before = server.cpu();
        for (int i = 0; i < HELLOS; i++) {
            BenchPeer peer = new BenchPeer(1_000_000).connect(sockets, server.port(), room);
            peer.await("opened");
            long began = System.nanoTime();
            peer.hello(extra);
            nanos[i] = peer.await("welcome").atNanos() - began;
            peer.cut();
        }
        double both = server.cpu().minus(before).toNanos() / 1e6 / HELLOS;
        double connect = connectCpuMs(server, sockets, room);
        Arrays.sort(nanos);
        return Map.of(
                "cpu_ms_per_connect_and_hello", round(both),
                "cpu_ms_per_connect", round(connect),
                "cpu_ms_per_hello", round(both - connect),
                "welcome_ms_median", round(nanos[HELLOS / 2] / 1e6),
                "welcome_ms_p99", round(nanos[HELLOS * 99 / 100] / 1e6));
    }

    /** What a connection costs that opens and ends without a word. */
    private static double connectCpuMs(ServerUnderLoad server, LoadSockets sockets, String room) throws Exception {
        Duration before = server.cpu();
        for (int i = 0; i < HELLOS; i++) {
            BenchPeer peer = new BenchPeer(1_000_000).connect(sockets, server.port(), room);
            peer.await("opened");
            peer.cut();
        }
        return server.cpu().minus(before).toNanos() / 1e6 / HELLOS;
    }

    static double round(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
