package dev.parley.edge.bench;

import dev.parley.core.history.Node;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * One address full of bad peers: some say hello and then only rubbish, as fast as it is taken; some are refused at hello,
 * some break the frames, and all of these come back at once; some connect and never say a word.
 *
 * <p>Bounded by the number of connections, by what the server takes, and by {@link #disperse}.
 */
final class HostileCrowd {
    private static final String ADDRESS = "127.0.0.66";
    private static final int BABBLERS = 50;
    private static final int GATECRASHERS = 20;
    private static final int WRECKERS = 20;
    private static final int LOITERERS = 500;
    private static final int CONNECTIONS_MAX = 200_000;

    private final LoadSockets sockets;
    private final int port;
    private final List<String> rubbish;
    private final AtomicLong messages = new AtomicLong();
    private final AtomicLong connections = new AtomicLong();
    private volatile boolean dispersed;

    private HostileCrowd(LoadSockets sockets, int port) {
        this.sockets = sockets;
        this.port = port;
        this.rubbish = rubbish();
    }

    static HostileCrowd gather(LoadSockets sockets, int port, double scale) {
        HostileCrowd crowd = new HostileCrowd(sockets, port);
        crowd.start(BABBLERS * scale, number -> crowd.new Babbler(number));
        crowd.start(GATECRASHERS * scale, number -> crowd.new Gatecrasher());
        crowd.start(WRECKERS * scale, number -> crowd.new Wrecker());
        for (int i = 0; i < LOITERERS * scale; i++) {
            crowd.loiter();
        }
        return crowd;
    }

    private void start(double count, Function<Integer, Foe> kind) {
        for (int number = 0; number < Math.max(1, count); number++) {
            kind.apply(number).come();
        }
    }

    private void loiter() {
        if (!mayConnect()) {
            return;
        }
        sockets.hold(route("/"), new Foe() {
            @Override
            void come() {
                loiter();
            }
        });
    }

    private boolean mayConnect() {
        return !dispersed && connections.incrementAndGet() <= CONNECTIONS_MAX;
    }

    private LoadSockets.Route route(String path) {
        return new LoadSockets.Route(ADDRESS, ServerUnderLoad.HOST, port, path);
    }

    /** Nobody comes back, and who is there goes. */
    void disperse() {
        dispersed = true;
        sockets.cutAll();
    }

    long messages() {
        return messages.get();
    }

    long connections() {
        return connections.get();
    }

    /** One of each kind of message that is refused, or costs more than it looks. */
    private static List<String> rubbish() {
        BenchPeer author = new BenchPeer(77_777);
        Node node = author.write("k", new byte[1_000]);
        byte[] pack = Base64.getDecoder().decode(base64(BenchPeer.pack(List.of(node))));
        pack[pack.length - 1] ^= 1;
        String forged = "{\"type\":\"pack\",\"nodes\":\"" + Base64.getEncoder().encodeToString(pack) + "\"}";
        return List.of(
                "{",
                "[]",
                "{\"type\":7}",
                "{\"type\":\"pack\",\"nodes\":\"!!!!\"}",
                "{\"type\":\"pack\",\"nodes\":\"////////////////\"}",
                forged,
                "{\"type\":\"mst-request\",\"paths\":[" + "\"0\",".repeat(2_000) + "\"\"]}",
                "{\"type\":\"mst-done\",\"ids\":[\"" + "ab".repeat(32) + "\"]}",
                "{\"type\":\"request\",\"known\":[]}",
                "{\"type\":\"subscribe\",\"patterns\":[\"" + "**/*a".repeat(200) + "b\"]}",
                "{\"type\":\"presence\",\"data\":" + "[".repeat(2_000) + "]".repeat(2_000) + "}",
                "{\"type\":\"presence\",\"data\":\"" + "x".repeat(15_000) + "\"}",
                "{\"type\":\"set-room-key\",\"pubkey\":\"" + "1f".repeat(32) + "\"}",
                "{\"type\":\"noop\",\"x\":[" + "0,".repeat(100_000) + "0]}",
                "{\"type\":\"noop\",\"x\":1" + "0".repeat(5_000) + "}");
    }

    private static String base64(String packMessage) {
        return packMessage.substring(packMessage.lastIndexOf(":\"") + 2, packMessage.lastIndexOf('"'));
    }

    /** Somebody who comes back whenever thrown out. */
    private abstract class Foe implements LoadSockets.Listener {
        abstract void come();

        final void enter(String path) {
            if (mayConnect()) {
                sockets.connect(route(path), this);
            }
        }

        final void say(LoadSockets.Connection connection, String text) {
            messages.incrementAndGet();
            connection.send(text);
        }

        @Override
        public void opened(LoadSockets.Connection connection) {
            // Most have nothing to wait for.
        }

        @Override
        public void text(LoadSockets.Connection connection, ByteBuffer text) {
            // Refusals and other people's news.
        }

        @Override
        public void closed(LoadSockets.Connection connection, int code) {
            come();
        }
    }

    /** Says one thing after the other as soon as the last has left. */
    private final class Babbler extends Foe {
        private final int number;
        private int next;
        private boolean welcome;

        Babbler(int number) {
            this.number = number;
            this.next = number;
        }

        @Override
        void come() {
            welcome = false;
            enter("/ws/hostile-" + number % 5);
        }

        @Override
        public void opened(LoadSockets.Connection connection) {
            say(connection, "{\"type\":\"hello\",\"pubkey\":\"" + String.format("%064x", number + 1) + "\"}");
        }

        @Override
        public void text(LoadSockets.Connection connection, ByteBuffer text) {
            if (!welcome && BenchPeer.type(text).equals("welcome")) {
                welcome = true;
                drained(connection);
            }
        }

        @Override
        public void drained(LoadSockets.Connection connection) {
            if (welcome && !dispersed) {
                say(connection, rubbish.get(next++ % rubbish.size()));
            }
        }
    }

    private final class Gatecrasher extends Foe {
        @Override
        void come() {
            enter("/ws/hostile");
        }

        @Override
        public void opened(LoadSockets.Connection connection) {
            say(connection, "{\"type\":\"hello\",\"pubkey\":\"nobody\"}");
        }
    }

    /** Breaks RFC 6455 in one way after the other. */
    private final class Wrecker extends Foe {
        private static final byte[][] BROKEN = {
            {(byte) 0x81, 1, 'x'},
            {(byte) 0xF1, (byte) 0x81, 0, 0, 0, 0, 'x'},
            {(byte) 0x81, (byte) 0xFF, 0x7F, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0},
            {(byte) 0x80, (byte) 0x81, 0, 0, 0, 0, 'x'},
            "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII)
        };

        private int next;

        @Override
        void come() {
            enter("/ws/hostile");
        }

        @Override
        public void opened(LoadSockets.Connection connection) {
            messages.incrementAndGet();
            connection.sendRaw(BROKEN[next++ % BROKEN.length]);
        }
    }
}
