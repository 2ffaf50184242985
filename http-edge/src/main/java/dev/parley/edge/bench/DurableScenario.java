package dev.parley.edge.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Small packs into many rooms at once, each acknowledged when durable, held against the journal alone. */
final class DurableScenario implements Scenario {
    private static final int ROOMS = 100;
    private static final int UNANSWERED = 1;
    private static final int WARM_UP_SECONDS = 8;
    private static final int SECONDS = 15;

    /** So many packs are signed beforehand; every room is sent the same ones. A room that has had all is done. */
    private static final int PACKS = 20_000;

    @Override
    public String name() {
        return "durable";
    }

    @Override
    public String about() {
        return "packs of one node a second over 100 rooms, against the journal alone with as many writers";
    }

    @Override
    public Map<String, Object> run(Path folder, double scale) throws Exception {
        int rooms = (int) Math.max(2, ROOMS * scale);
        BenchPeer author = new BenchPeer(1);
        List<String> packs = Unlimited.packs(author.write(PACKS), 1);
        double alone = JournalAlone.eventsPerSecond(folder.resolve("journal"), rooms, SECONDS);
        double rate;
        double cpuMicros;
        AtomicLong acknowledged = new AtomicLong();
        CountDownLatch welcomed = new CountDownLatch(rooms);
        try (ServerUnderLoad server = ServerUnderLoad.start(folder.resolve("data"), Unlimited.SETTINGS);
                LoadSockets sockets = new LoadSockets("bench-sockets").started()) {
            List<Writer> writers = new ArrayList<>();
            for (int i = 0; i < rooms; i++) {
                Writer writer = new Writer(author.pubkey(), packs, welcomed, acknowledged);
                writers.add(writer);
                sockets.connect(ServerUnderLoad.HOST, server.port(), "/ws/durable-" + i, writer);
            }
            if (!welcomed.await(2, TimeUnit.MINUTES)) {
                throw new IllegalStateException("not every room opened");
            }
            TimeUnit.SECONDS.sleep(WARM_UP_SECONDS);
            long began = System.nanoTime();
            long before = acknowledged.get();
            var cpuBefore = server.cpu();
            TimeUnit.SECONDS.sleep(SECONDS);
            long count = acknowledged.get() - before;
            rate = count / ((System.nanoTime() - began) / 1e9);
            cpuMicros = server.cpu().minus(cpuBefore).toNanos() / 1e3 / count;
            boolean ranOut = writers.stream().anyMatch(writer -> writer.next == PACKS);
            writers.forEach(writer -> writer.stopped = true);
            if (ranOut) {
                throw new IllegalStateException("a room had all packs before the time was over");
            }
        }
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("packs_per_second", Math.round(rate));
        figures.put("server_cpu_us_per_pack", HelloScenario.round(cpuMicros));
        figures.put("journal_alone_events_per_second", Math.round(alone));
        figures.put("ratio", HelloScenario.round(rate / alone));
        return figures;
    }

    /** Keeps a few packs unanswered; each acknowledgement brings the next pack. */
    private static final class Writer implements LoadSockets.Listener {
        private final String pubkey;
        private final List<String> packs;
        private final CountDownLatch welcomed;
        private final AtomicLong acknowledged;
        private volatile int next;
        private volatile boolean stopped;

        Writer(String pubkey, List<String> packs, CountDownLatch welcomed, AtomicLong acknowledged) {
            this.pubkey = pubkey;
            this.packs = packs;
            this.welcomed = welcomed;
            this.acknowledged = acknowledged;
        }

        @Override
        public void opened(LoadSockets.Connection connection) {
            connection.send("{\"type\":\"hello\",\"pubkey\":\"" + pubkey + "\"}");
        }

        @Override
        public void text(LoadSockets.Connection connection, ByteBuffer text) {
            switch (BenchPeer.type(text)) {
                case "welcome" -> {
                    welcomed.countDown();
                    for (int i = 0; i < UNANSWERED; i++) {
                        write(connection);
                    }
                }
                case "pack-ack" -> {
                    acknowledged.incrementAndGet();
                    write(connection);
                }
                default -> throw new IllegalStateException("unexpected: " + StandardCharsets.UTF_8.decode(text));
            }
        }

        private void write(LoadSockets.Connection connection) {
            int number = next;
            if (!stopped && number < packs.size()) {
                next = number + 1;
                connection.send(packs.get(number));
            }
        }

        @Override
        public void closed(LoadSockets.Connection connection, int code) {
            stopped = true;
        }
    }
}
