package dev.parley.edge.bench;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;

/** From kill -9 to the first welcome of a room that was written in small packs. */
final class RecoveryScenario implements Scenario {
    private static final int NODES = 100_000;
    private static final int PACK_NODES = 5;
    private static final int PACKS_IN_FLIGHT = 8;

    @Override
    public String name() {
        return "recovery";
    }

    @Override
    public String about() {
        return "from kill -9 to the first welcome of a room of 100,000 nodes that came in packs of 5";
    }

    @Override
    public Map<String, Object> run(Path folder, double scale) throws Exception {
        int size = (int) (NODES * scale);
        Path data = folder.resolve("data");
        try (LoadSockets sockets = new LoadSockets("bench-sockets").started()) {
            try (ServerUnderLoad server = ServerUnderLoad.start(data, Unlimited.SETTINGS)) {
                fill(new BenchPeer(1).join(sockets, server.port(), "recovery", ""), size);
                server.kill();
            }
            try (ServerUnderLoad server = ServerUnderLoad.start(data, Unlimited.SETTINGS)) {
                BenchPeer peer = new BenchPeer(2).connect(sockets, server.port(), "recovery");
                peer.await("opened");
                long began = System.nanoTime();
                peer.hello("");
                long welcomeNanos = peer.await("welcome").atNanos() - began;
                Map<String, Object> figures = new LinkedHashMap<>();
                figures.put("nodes", size);
                figures.put(
                        "server_ready_s", HelloScenario.round(server.startedIn().toMillis() / 1e3));
                figures.put("first_welcome_s", HelloScenario.round(welcomeNanos / 1e9));
                return figures;
            }
        }
    }

    private static void fill(BenchPeer peer, int size) throws InterruptedException {
        ArrayDeque<String> unanswered = new ArrayDeque<>();
        byte[] value = "value".getBytes(StandardCharsets.US_ASCII);
        for (int written = 0; written < size; written += PACK_NODES) {
            var nodes = new java.util.ArrayList<dev.parley.core.history.Node>();
            for (int i = 0; i < PACK_NODES; i++) {
                nodes.add(peer.write("k" + (written + i) % 1_000, value));
            }
            if (unanswered.size() == PACKS_IN_FLIGHT) {
                peer.await("pack-ack");
                unanswered.remove();
            }
            String pack = BenchPeer.pack(nodes);
            unanswered.add(pack);
            peer.send(pack);
        }
        for (String pack : unanswered) {
            peer.await("pack-ack");
        }
    }
}
