package dev.parley.edge.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;

/** One author, many receivers: how long a node takes from the author's socket to each receiver's. */
final class RelayScenario implements Scenario {
    private static final int PACKS_PER_SECOND = 20;
    private static final int SECONDS = 20;
    private static final int WARM_UP_SECONDS = 5;

    private final int receivers;

    RelayScenario(int receivers) {
        this.receivers = receivers;
    }

    @Override
    public String name() {
        return "relay-" + receivers;
    }

    @Override
    public String about() {
        return "latency of " + PACKS_PER_SECOND + " packs a second to " + receivers + " receivers of one room";
    }

    @Override
    public Map<String, Object> run(Path folder, double scale) throws Exception {
        int count = (int) Math.max(1, receivers * scale);
        ConcurrentHistogram micros = new ConcurrentHistogram(TimeUnit.MINUTES.toMicros(1), 3);
        AtomicLong delivered = new AtomicLong();
        AtomicLong sentAtNanos = new AtomicLong();
        CountDownLatch welcomed = new CountDownLatch(count);
        try (ServerUnderLoad server = ServerUnderLoad.start(
                        folder.resolve("data"),
                        "parley.limits.nodes-per-second=0",
                        "parley.edge.sessions-per-address-max=4000");
                LoadSockets sockets = new LoadSockets("bench-sockets").started()) {
            for (int i = 0; i < count; i++) {
                sockets.connect(
                        ServerUnderLoad.HOST,
                        server.port(),
                        "/ws/relay",
                        new Receiver(i, welcomed, sentAtNanos, micros, delivered));
            }
            if (!welcomed.await(2, TimeUnit.MINUTES)) {
                throw new IllegalStateException("only " + (count - welcomed.getCount()) + " receivers got in");
            }
            BenchPeer author = new BenchPeer(1).join(sockets, server.port(), "relay", "");
            pace(author, WARM_UP_SECONDS, sentAtNanos);
            settle();
            micros.reset();
            delivered.set(0);
            Duration before = server.cpu();
            pace(author, SECONDS, sentAtNanos);
            settle();
            Duration cpu = server.cpu().minus(before);
            Map<String, Object> figures = new LinkedHashMap<>();
            figures.put("delivered", delivered.get());
            figures.put("expected", (long) count * SECONDS * PACKS_PER_SECOND);
            figures.put("p50_ms", HelloScenario.round(micros.getValueAtPercentile(50) / 1e3));
            figures.put("p99_ms", HelloScenario.round(micros.getValueAtPercentile(99) / 1e3));
            figures.put("max_ms", HelloScenario.round(micros.getMaxValue() / 1e3));
            figures.put("server_cpu_us_per_delivery", HelloScenario.round(cpu.toNanos() / 1e3 / delivered.get()));
            return figures;
        }
    }

    /** Lets what is on its way arrive, so that it is counted on the side of the line where it was sent. */
    private static void settle() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(500);
    }

    private static void pace(BenchPeer author, int seconds, AtomicLong sentAtNanos) throws InterruptedException {
        long next = System.nanoTime();
        for (int i = 0; i < seconds * PACKS_PER_SECOND; i++) {
            String pack = BenchPeer.pack(List.of(author.write("k", "v".getBytes(StandardCharsets.US_ASCII))));
            TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
            sentAtNanos.set(System.nanoTime());
            author.send(pack);
            author.await("pack-ack");
            next += TimeUnit.SECONDS.toNanos(1) / PACKS_PER_SECOND;
        }
    }

    private record Receiver(
            int number,
            CountDownLatch welcomed,
            AtomicLong sentAtNanos,
            ConcurrentHistogram micros,
            AtomicLong delivered)
            implements LoadSockets.Listener {
        private static final byte PACK_THIRD_LETTER = 'c';
        private static final int THIRD_LETTER_AT = "{\"type\":\"pa".length();

        @Override
        public void opened(LoadSockets.Connection connection) {
            connection.send("{\"type\":\"hello\",\"pubkey\":\"" + String.format("%064x", number + 1) + "\"}");
        }

        @Override
        public void text(LoadSockets.Connection connection, ByteBuffer text) {
            byte letter = text.get(text.position() + THIRD_LETTER_AT);
            if (letter == PACK_THIRD_LETTER) {
                micros.recordValue((System.nanoTime() - sentAtNanos.get()) / 1_000);
                delivered.incrementAndGet();
            } else if (text.get(text.position() + THIRD_LETTER_AT - 2) == 'w') {
                welcomed.countDown();
            }
        }

        @Override
        public void closed(LoadSockets.Connection connection, int code) {
            System.err.println("receiver " + number + " was closed with " + code);
        }
    }
}
