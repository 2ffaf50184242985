package dev.parley.edge.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Rooms full of peers that each send a node at an even pace, whatever the server does meanwhile: an overloaded server
 * gets no pause that would flatter its figures.
 *
 * <p>Shape: nodes are signed ahead of the moment they are due. What a peer hears is counted by author, so that a pack of
 * several nodes is several.
 */
final class Typists {
    private static final int JOIN_SECONDS = 120;
    private static final int QUIET_SECONDS = 15;

    private final List<Typist> typists = new ArrayList<>();
    private final int peersEach;
    private volatile Latencies latencies = new Latencies();

    private Typists(int peersEach) {
        this.peersEach = peersEach;
    }

    /** Peers of rooms {@code prefix0}, {@code prefix1}, …, all of them welcomed. */
    static Typists join(LoadSockets sockets, int port, String prefix, int rooms, int peersEach)
            throws InterruptedException {
        Typists all = new Typists(peersEach);
        CountDownLatch welcomed = new CountDownLatch(rooms * peersEach);
        for (int room = 0; room < rooms; room++) {
            Map<String, Typist> byKey = new HashMap<>();
            for (int peer = 0; peer < peersEach; peer++) {
                Typist typist = all.new Typist(50_000 + all.typists.size(), byKey, welcomed);
                byKey.put(typist.author.pubkey(), typist);
                all.typists.add(typist);
            }
            for (Typist typist : byKey.values()) {
                typist.connection = sockets.connect(ServerUnderLoad.HOST, port, "/ws/" + prefix + room, typist);
            }
        }
        if (!welcomed.await(JOIN_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException(welcomed.getCount() + " typists were not let in");
        }
        return all;
    }

    /** Each peer sends so many nodes a second for that time; then all answers are awaited for a while. */
    Latencies type(double perSecond, Duration time) throws InterruptedException {
        Latencies measured = new Latencies();
        latencies = measured;
        double tickNanos = 1e9 / perSecond / typists.size();
        long nodes = (long) (time.toNanos() / tickNanos);
        long began = System.nanoTime();
        for (long i = 0; i < nodes; i++) {
            Typist typist = typists.get((int) (i % typists.size()));
            String pack = typist.next();
            TimeUnit.NANOSECONDS.sleep(began + (long) (i * tickNanos) - System.nanoTime());
            typist.send(pack, measured);
        }
        for (int i = 0; i < 20 * QUIET_SECONDS && !answered(measured); i++) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        return measured;
    }

    private boolean answered(Latencies measured) {
        return measured.acks() >= measured.nodesSent() && measured.relays() >= measured.nodesSent() * (peersEach - 1);
    }

    private final class Typist implements LoadSockets.Listener {
        private static final int REMEMBERED = 1 << 12;
        private static final int FROM_AT = "{\"type\":\"pack\",\"from\":\"".length();
        private static final int KEY_CHARS = 64;
        private static final int NODES_AT = FROM_AT + KEY_CHARS + "\",\"nodes\":\"".length();
        private static final String BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

        private final BenchPeer author;
        private final Map<String, Typist> room;
        private final CountDownLatch welcomed;
        private final long[] sentAtNanos = new long[REMEMBERED];
        private final Map<Typist, Integer> heardOf = new HashMap<>();
        private LoadSockets.Connection connection;
        private int sent;
        private int acknowledged;

        Typist(int number, Map<String, Typist> room, CountDownLatch welcomed) {
            this.author = new BenchPeer(number);
            this.room = room;
            this.welcomed = welcomed;
        }

        String next() {
            return BenchPeer.pack(List.of(author.write("k", "v".getBytes(StandardCharsets.US_ASCII))));
        }

        void send(String pack, Latencies measured) {
            sentAtNanos[sent++ % REMEMBERED] = System.nanoTime();
            measured.sent();
            connection.send(pack);
        }

        @Override
        public void opened(LoadSockets.Connection opened) {
            opened.send("{\"type\":\"hello\",\"pubkey\":\"" + author.pubkey() + "\"}");
        }

        @Override
        public void text(LoadSockets.Connection from, ByteBuffer text) {
            long now = System.nanoTime();
            switch (BenchPeer.type(text)) {
                case "welcome" -> welcomed.countDown();
                case "pack-ack" -> latencies.acknowledged(now - sentAtNanos[acknowledged++ % REMEMBERED]);
                case "pack" -> heard(text, now);
                default -> {
                    // Who joins and leaves is of no interest here.
                }
            }
        }

        private void heard(ByteBuffer text, long now) {
            if (text.remaining() <= NODES_AT + 2) {
                return;
            }
            byte[] key = new byte[KEY_CHARS];
            text.get(text.position() + FROM_AT, key);
            Typist of = room.get(new String(key, StandardCharsets.US_ASCII));
            if (of == null) {
                return;
            }
            // A pack starts with its number of nodes, here always below 128: one byte.
            int nodes = sextet(text, 0) << 2 | sextet(text, 1) >> 4;
            for (int i = 0; i < nodes; i++) {
                int index = heardOf.merge(of, 1, Integer::sum) - 1;
                latencies.relayed(now - of.sentAtNanos[index % REMEMBERED]);
            }
        }

        private static int sextet(ByteBuffer text, int index) {
            return BASE64.indexOf(text.get(text.position() + NODES_AT + index));
        }

        @Override
        public void closed(LoadSockets.Connection from, int code) {
            System.err.println("a typist was closed with " + code);
        }
    }
}
