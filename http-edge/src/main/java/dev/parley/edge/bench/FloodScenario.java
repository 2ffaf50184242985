package dev.parley.edge.bench;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What quiet rooms feel of a neighbour: first of a room into which sessions without limits push all they can, then of one
 * address that sends rubbish and reconnects for ever.
 *
 * <p>Each of the two is held against the same rooms on the same server just before. Quote the ratios: the load comes from
 * the same cores as the server.
 */
final class FloodScenario implements Scenario {
    private static final int ROOMS = 4;
    private static final int PEERS = 2;
    private static final int NODES_PER_SECOND = 12;
    private static final int WARM_UP_SECONDS = 8;
    private static final int SECONDS = 12;

    private static final int FLOODERS = 8;
    private static final int FLOOD_NODES = 40_000;
    private static final int FLOOD_PACK_NODES = 250;
    private static final int FLOOD_IN_FLIGHT = 8;

    @Override
    public String name() {
        return "flood";
    }

    @Override
    public String about() {
        return "latency in " + ROOMS + " quiet rooms beside a flooded room, and beside a hostile address";
    }

    @Override
    public Map<String, Object> run(Path folder, double scale) throws Exception {
        Map<String, Object> figures = new LinkedHashMap<>();
        besideFloodedRoom(folder.resolve("flooded"), scale, figures);
        besideHostileAddress(folder.resolve("hostile"), scale, figures);
        return figures;
    }

    private static void besideFloodedRoom(Path data, double scale, Map<String, Object> figures) throws Exception {
        List<Flooder> flooders = new ArrayList<>();
        for (int i = 0; i < Math.max(1, (int) (FLOODERS * scale)); i++) {
            flooders.add(new Flooder(i, (int) Math.max(FLOOD_PACK_NODES, FLOOD_NODES * scale)));
        }
        try (ServerUnderLoad server = ServerUnderLoad.start(data, Unlimited.SETTINGS);
                LoadSockets quiet = new LoadSockets("quiet-sockets").started();
                LoadSockets loud = new LoadSockets("loud-sockets").started()) {
            Typists typists = warm(quiet, server, scale);
            Latencies alone = typists.type(NODES_PER_SECOND, RoomsScenario.seconds(SECONDS, scale));
            long began = System.nanoTime();
            for (Flooder flooder : flooders) {
                loud.connect(ServerUnderLoad.HOST, server.port(), "/ws/flooded", flooder);
            }
            Latencies beside = typists.type(NODES_PER_SECOND, RoomsScenario.seconds(SECONDS, scale));
            double seconds = (System.nanoTime() - began) / 1e9;
            flooders.forEach(Flooder::stop);
            add(figures, "flooded_room_", alone, beside);
            long packs = flooders.stream()
                    .mapToLong(flooder -> flooder.acknowledged.get())
                    .sum();
            figures.put("flooded_room_flood_nodes_per_second", Math.round(packs * FLOOD_PACK_NODES / seconds));
            figures.put(
                    "flooded_room_flood_lasted",
                    flooders.stream().noneMatch(Flooder::ranOut) ? "whole time" : "not the whole time");
        }
    }

    private static void besideHostileAddress(Path data, double scale, Map<String, Object> figures) throws Exception {
        try (ServerUnderLoad server = ServerUnderLoad.start(data);
                LoadSockets quiet = new LoadSockets("quiet-sockets").started();
                LoadSockets loud = new LoadSockets("loud-sockets").started()) {
            Typists typists = warm(quiet, server, scale);
            Latencies alone = typists.type(NODES_PER_SECOND, RoomsScenario.seconds(SECONDS, scale));
            Duration before = server.cpu();
            long began = System.nanoTime();
            HostileCrowd crowd = HostileCrowd.gather(loud, server.port(), scale);
            Latencies beside = typists.type(NODES_PER_SECOND, RoomsScenario.seconds(SECONDS, scale));
            double seconds = (System.nanoTime() - began) / 1e9;
            crowd.disperse();
            add(figures, "hostile_address_", alone, beside);
            figures.put("hostile_address_messages_per_second", Math.round(crowd.messages() / seconds));
            figures.put("hostile_address_connections_per_second", Math.round(crowd.connections() / seconds));
            figures.put(
                    "hostile_address_server_cpu_cores",
                    HelloScenario.round(server.cpu().minus(before).toNanos() / 1e9 / seconds));
        }
    }

    private static Typists warm(LoadSockets sockets, ServerUnderLoad server, double scale) throws InterruptedException {
        Typists typists = Typists.join(sockets, server.port(), "quiet-", ROOMS, PEERS);
        typists.type(NODES_PER_SECOND, RoomsScenario.seconds(WARM_UP_SECONDS, scale));
        return typists;
    }

    private static void add(Map<String, Object> figures, String prefix, Latencies alone, Latencies beside) {
        alone.addTo(figures, prefix + "before_");
        beside.addTo(figures, prefix + "beside_");
        figures.put(prefix + "relay_p99_ratio", HelloScenario.round(beside.relayMs(99) / alone.relayMs(99)));
        figures.put(prefix + "ack_p99_ratio", HelloScenario.round(beside.ackMs(99) / alone.ackMs(99)));
    }

    /** Keeps as many large packs unanswered as it may; they were signed beforehand. */
    private static final class Flooder implements LoadSockets.Listener {
        private final String pubkey;
        private final List<String> packs;
        private final AtomicLong acknowledged = new AtomicLong();
        private int next;
        private volatile boolean stopped;
        private volatile boolean ranOut;

        Flooder(int number, int nodes) {
            BenchPeer author = new BenchPeer(90_000 + number);
            pubkey = author.pubkey();
            packs = Unlimited.packs(author.write(nodes), FLOOD_PACK_NODES);
        }

        void stop() {
            stopped = true;
        }

        boolean ranOut() {
            return ranOut;
        }

        private void push(LoadSockets.Connection connection) {
            if (stopped) {
                return;
            }
            if (next == packs.size()) {
                ranOut = true;
            } else {
                connection.send(packs.get(next++));
            }
        }

        @Override
        public void opened(LoadSockets.Connection connection) {
            connection.send("{\"type\":\"hello\",\"pubkey\":\"" + pubkey + "\"}");
        }

        @Override
        public void text(LoadSockets.Connection connection, ByteBuffer text) {
            switch (BenchPeer.type(text)) {
                case "welcome" -> {
                    for (int i = 0; i < FLOOD_IN_FLIGHT; i++) {
                        push(connection);
                    }
                }
                case "pack-ack" -> {
                    acknowledged.incrementAndGet();
                    push(connection);
                }
                default -> {
                    // The flood of the others comes back here.
                }
            }
        }

        @Override
        public void closed(LoadSockets.Connection connection, int code) {
            if (!stopped) {
                System.err.println("a flooder was closed with " + code);
            }
        }
    }
}
