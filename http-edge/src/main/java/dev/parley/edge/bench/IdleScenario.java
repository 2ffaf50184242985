package dev.parley.edge.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Heap of a session that does nothing. */
final class IdleScenario implements Scenario {
    private static final int SESSIONS = 2_000;
    private static final int ROOMS = 20;

    @Override
    public String name() {
        return "idle";
    }

    @Override
    public String about() {
        return "heap per idle session, 2,000 sessions over 20 rooms";
    }

    @Override
    public Map<String, Object> run(Path folder, double scale) throws Exception {
        int count = (int) Math.max(ROOMS, SESSIONS * scale);
        try (ServerUnderLoad server = ServerUnderLoad.start(
                        folder.resolve("data"), "parley.edge.sessions-per-address-max=" + (count + 100));
                LoadSockets sockets = new LoadSockets("bench-sockets").started()) {
            join(server, sockets, 0, ROOMS);
            long before = server.heapBytesAfterCollection();
            List<BenchPeer> peers = join(server, sockets, ROOMS, count);
            long after = server.heapBytesAfterCollection();
            Map<String, Object> figures = new LinkedHashMap<>();
            figures.put("sessions", peers.size());
            figures.put("heap_kib_before", before >> 10);
            figures.put("heap_kib_after", after >> 10);
            figures.put("heap_kib_per_session", HelloScenario.round((after - before) / 1024.0 / peers.size()));
            return figures;
        }
    }

    private static List<BenchPeer> join(ServerUnderLoad server, LoadSockets sockets, int from, int to)
            throws InterruptedException {
        List<BenchPeer> peers = new ArrayList<>();
        for (int i = from; i < to; i++) {
            peers.add(new BenchPeer(i).join(sockets, server.port(), "idle-" + i % ROOMS, ""));
        }
        return peers;
    }
}
