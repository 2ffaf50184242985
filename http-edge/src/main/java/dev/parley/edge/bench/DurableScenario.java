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
        double alone = JournalAlone.eventsPerSecond(folder.resolve("journal"), rooms, SECONDS);
        double rate;
        double cpuMicros;
        AtomicLong acknowledged = new AtomicLong();
        CountDownLatch welcomed = new CountDownLatch(rooms);
        try (ServerUnderLoad server = ServerUnderLoad.start(folder.resolve("data"), Unlimited.SETTINGS);
                LoadSockets sockets = new LoadSockets("bench-sockets").started()) {
            List<Writer> writers = new ArrayList<>();
            for (int i = 0; i < rooms; i++) {
                Writer writer = new Writer(i, welcomed, acknowledged);
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
            writers.forEach(writer -> writer.stopped = true);
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
        private final BenchPeer author;
        private final CountDownLatch welcomed;
        private final AtomicLong acknowledged;
        private volatile boolean stopped;

        Writer(int number, CountDownLatch welcomed, AtomicLong acknowledged) {
            this.author = new BenchPeer(number);
            this.welcomed = welcomed;
            this.acknowledged = acknowledged;
        }

        @Override
        public void opened(LoadSockets.Connection connection) {
            connection.send("{\"type\":\"hello\",\"pubkey\":\"" + author.pubkey() + "\"}");
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
            if (!stopped) {
                connection.send(BenchPeer.pack(author.write(1)));
            }
        }

        @Override
        public void closed(LoadSockets.Connection connection, int code) {
            stopped = true;
        }
    }
}
