package dev.parley.edge.bench;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What a session costs that does nothing, and which part of it is the connection, the stream and the session.
 *
 * <p>The same sockets go through three stages together: connected to the HTTP server without a word, upgraded without
 * hello, welcomed. The heap is read after full collections at each. They come from several addresses of this machine, so
 * that neither ports nor the limits of one address stop them.
 */
final class IdleScenario implements Scenario {
    private static final int ROOM_SESSIONS = 100;
    private static final int ADDRESSES = 8;
    private static final int STAGE_SECONDS = 180;
    private static final int PING_SECONDS = 60;

    /** Connections that are on their way at one time; a listening socket's queue is bounded. */
    private static final int AT_ONCE = 64;

    private final int sessions;

    IdleScenario(int sessions) {
        this.sessions = sessions;
    }

    @Override
    public String name() {
        return sessions == 2_000 ? "idle" : "idle-" + sessions;
    }

    @Override
    public String about() {
        return "heap per idle session in three stages, and CPU of their pings, " + sessions + " sessions, "
                + ROOM_SESSIONS + " in a room";
    }

    @Override
    public Map<String, Object> run(Path folder, double scale) throws Exception {
        int count = (int) Math.max(1, sessions * scale);
        int rooms = 1 + (count - 1) / ROOM_SESSIONS;
        String most = Integer.toString(count + 100);
        try (ServerUnderLoad server = ServerUnderLoad.start(
                        folder.resolve("data"),
                        "parley.edge.hello-timeout=10m",
                        "parley.edge.handshakes-max=" + most,
                        "parley.edge.handshakes-per-address-max=" + most);
                LoadSockets sockets = new LoadSockets("bench-sockets").started()) {
            for (int i = 0; i < rooms; i++) {
                new BenchPeer(i).join(sockets, server.port(), "idle-" + i, "");
            }
            double cpuBefore = cpuCores(server, scale);
            long none = server.heapBytesAfterCollection();

            List<Idler> idlers = new ArrayList<>();
            Stage connected = new Stage(count);
            for (int i = 0; i < count; i++) {
                Idler idler = new Idler(i, connected);
                idlers.add(idler);
                LoadSockets.Route route = new LoadSockets.Route(
                        "127.0.0." + (10 + i % ADDRESSES),
                        ServerUnderLoad.HOST,
                        server.port(),
                        "/ws/idle-" + i % rooms);
                connected.paced(i, () -> idler.connection = sockets.hold(route, idler));
            }
            connected.await("connected");
            // Connected is what our side calls it: the server has accepted all when it next has nothing to do.
            TimeUnit.SECONDS.sleep(2);
            long afterConnect = server.heapBytesAfterCollection();

            Stage upgraded = new Stage(count);
            for (int i = 0; i < count; i++) {
                Idler idler = idlers.get(i);
                idler.stage = upgraded;
                upgraded.paced(i, () -> idler.connection.upgrade());
            }
            upgraded.await("upgraded");
            long afterUpgrade = server.heapBytesAfterCollection();

            Stage welcomed = new Stage(count);
            for (int i = 0; i < count; i++) {
                Idler idler = idlers.get(i);
                idler.stage = welcomed;
                welcomed.paced(i, idler::hello);
            }
            welcomed.await("welcomed");
            long afterWelcome = server.heapBytesAfterCollection();
            double cpuAfter = cpuCores(server, scale);

            Map<String, Object> figures = new LinkedHashMap<>();
            figures.put("sessions", count);
            figures.put("heap_kib_without", none >> 10);
            figures.put("heap_kib_per_connection", kib(afterConnect - none, count));
            figures.put("heap_kib_for_stream", kib(afterUpgrade - afterConnect, count));
            figures.put("heap_kib_for_session", kib(afterWelcome - afterUpgrade, count));
            figures.put("heap_kib_per_idle_session", kib(afterWelcome - none, count));
            figures.put("server_cpu_cores_without", cpuBefore);
            figures.put("server_cpu_cores_idle_with_pings", cpuAfter);
            figures.put(
                    "sessions_lost", idlers.stream().filter(idler -> idler.lost).count());
            return figures;
        }
    }

    private static double kib(long bytes, int count) {
        return HelloScenario.round(bytes / 1024.0 / count);
    }

    /** Over two intervals of pings as they are by default. */
    private static double cpuCores(ServerUnderLoad server, double scale) throws InterruptedException {
        long before = server.cpu().toNanos();
        long began = System.nanoTime();
        TimeUnit.MILLISECONDS.sleep(RoomsScenario.seconds(PING_SECONDS, scale).toMillis());
        return HelloScenario.round((double) (server.cpu().toNanos() - before) / (System.nanoTime() - began));
    }

    /** All sockets take one step, a bounded number at a time. */
    private static final class Stage {
        private final CountDownLatch reached;
        private final int count;

        Stage(int count) {
            this.count = count;
            this.reached = new CountDownLatch(count);
        }

        void paced(int index, Runnable step) throws InterruptedException {
            long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(STAGE_SECONDS);
            while (index - (count - reached.getCount()) >= AT_ONCE && System.nanoTime() < limit) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
            step.run();
        }

        void await(String what) throws InterruptedException {
            if (!reached.await(STAGE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException(
                        "only " + (count - reached.getCount()) + " of " + count + " were " + what);
            }
        }
    }

    private static final class Idler implements LoadSockets.Listener {
        private final int number;
        private volatile Stage stage;
        private volatile LoadSockets.Connection connection;
        private volatile boolean lost;

        Idler(int number, Stage stage) {
            this.number = number;
            this.stage = stage;
        }

        void hello() {
            connection.send("{\"type\":\"hello\",\"pubkey\":\"" + String.format("%064x", number + 1) + "\"}");
        }

        @Override
        public void connected(LoadSockets.Connection held) {
            stage.reached.countDown();
        }

        @Override
        public void opened(LoadSockets.Connection opened) {
            stage.reached.countDown();
        }

        @Override
        public void text(LoadSockets.Connection from, ByteBuffer text) {
            if (BenchPeer.type(text).equals("welcome")) {
                stage.reached.countDown();
            }
        }

        @Override
        public void closed(LoadSockets.Connection from, int code) {
            if (!lost) {
                lost = true;
                System.err.println("idler " + number + " was closed with " + code);
            }
        }
    }
}
