package dev.parley.edge.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Many WebSocket connections on one thread, as cheap as a load generator needs them: no compression, no fragments out,
 * text in one piece in.
 *
 * <p>Cost: one selector thread; a few hundred bytes and a 16 KiB read buffer a connection. Source: RFC 6455 §5.
 */
final class LoadSockets implements AutoCloseable {
    /** What happens on a connection; called on the selector's thread, so it must be quick. */
    interface Listener {
        /** The upgrade is through. */
        void opened(Connection connection);

        /** {@code text} is valid during the call only, from position to limit. */
        void text(Connection connection, ByteBuffer text);

        /** {@code code} is that of the close frame, or -1 when the connection just ended. */
        void closed(Connection connection, int code);

        /** The connection of a {@link #hold} stands. */
        default void connected(Connection connection) {}

        /** All that was to be sent is on its way. */
        default void drained(Connection connection) {}
    }

    private static final int READ_BUFFER_BYTES = 16 << 10;
    private static final int OPCODE_TEXT = 1;
    private static final int OPCODE_CLOSE = 8;
    private static final int OPCODE_PING = 9;
    private static final int OPCODE_PONG = 10;

    private final Selector selector;
    private final Thread thread;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private volatile boolean stopped;

    LoadSockets(String name) throws IOException {
        selector = Selector.open();
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    LoadSockets started() {
        thread.start();
        return this;
    }

    /** Connects to {@code path} and upgrades; the listener hears of the outcome. */
    Connection connect(String host, int port, String path, Listener listener) {
        return connect(new Route(host, host, port, path), listener);
    }

    /** Where from, and where to. {@code from} is an address of this machine. */
    record Route(String from, String host, int port, String path) {}

    /** The same from one of several addresses. */
    Connection connect(Route route, Listener listener) {
        Connection connection = new Connection(route, listener);
        onThread(() -> {
            connection.open();
            connection.request();
        });
        return connection;
    }

    /** Connects and says nothing; {@link Connection#upgrade} goes on from there. */
    Connection hold(Route route, Listener listener) {
        Connection connection = new Connection(route, listener);
        onThread(connection::open);
        return connection;
    }

    void onThread(Runnable task) {
        tasks.add(task);
        selector.wakeup();
    }

    /** Ends all connections there are. */
    void cutAll() {
        onThread(() -> List.copyOf(selector.keys()).forEach(key -> ((Connection) key.attachment()).end(-1)));
    }

    private void run() {
        while (!stopped) {
            try {
                selector.select();
                for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.run();
                }
                Iterator<SelectionKey> ready = selector.selectedKeys().iterator();
                while (ready.hasNext()) {
                    SelectionKey key = ready.next();
                    ready.remove();
                    if (key.isValid()) {
                        ((Connection) key.attachment()).ready(key);
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        stopped = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }

    /** One connection. {@link #send} may be called from any thread. */
    final class Connection {
        private final Route route;
        private final Listener listener;
        private final ArrayDeque<ByteBuffer> outgoing = new ArrayDeque<>();
        private ByteBuffer incoming = ByteBuffer.allocate(READ_BUFFER_BYTES);
        private SocketChannel channel;
        private SelectionKey key;
        private boolean upgraded;
        private boolean ended;

        /** Free for the caller. */
        Object tag;

        private Connection(Route route, Listener listener) {
            this.route = route;
            this.listener = listener;
        }

        private void open() {
            try {
                channel = SocketChannel.open();
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                key = channel.register(selector, SelectionKey.OP_CONNECT, this);
                if (!route.from().equals(route.host())) {
                    channel.bind(new InetSocketAddress(route.from(), 0));
                }
                channel.connect(new InetSocketAddress(route.host(), route.port()));
            } catch (IOException e) {
                end(-1);
            }
        }

        private void request() {
            String request = "GET " + route.path() + " HTTP/1.1\r\nHost: " + route.host() + ":" + route.port()
                    + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
            outgoing.add(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
        }

        /** Upgrades a held connection. */
        void upgrade() {
            onThread(() -> {
                if (!ended) {
                    request();
                    flush();
                }
            });
        }

        /** Bytes as they are, in no frame. */
        void sendRaw(byte[] bytes) {
            onThread(() -> write(ByteBuffer.wrap(bytes)));
        }

        void send(String text) {
            ByteBuffer frame = frame(OPCODE_TEXT, text.getBytes(StandardCharsets.UTF_8));
            onThread(() -> write(frame));
        }

        void cut() {
            onThread(() -> end(-1));
        }

        private void write(ByteBuffer frame) {
            if (!ended) {
                outgoing.add(frame);
                flush();
            }
        }

        private void ready(SelectionKey readyKey) {
            try {
                if (readyKey.isConnectable()) {
                    channel.finishConnect();
                    listener.connected(this);
                    flush();
                    return;
                }
                if (readyKey.isWritable()) {
                    flush();
                }
                if (!ended && readyKey.isReadable()) {
                    read();
                }
            } catch (IOException e) {
                end(-1);
            }
        }

        private void flush() {
            try {
                while (!outgoing.isEmpty()) {
                    ByteBuffer head = outgoing.peek();
                    channel.write(head);
                    if (head.hasRemaining()) {
                        key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
                        return;
                    }
                    outgoing.remove();
                }
                key.interestOps(SelectionKey.OP_READ);
            } catch (IOException e) {
                end(-1);
                return;
            }
            if (upgraded) {
                listener.drained(this);
            }
        }

        private void read() throws IOException {
            int count = channel.read(incoming);
            if (count < 0) {
                end(-1);
                return;
            }
            incoming.flip();
            if (!upgraded) {
                upgraded = skipHead();
                if (upgraded) {
                    listener.opened(this);
                }
            }
            while (upgraded && !ended && takeFrame()) {
                // Each turn consumes one whole frame.
            }
            incoming.compact();
            if (!incoming.hasRemaining()) {
                ByteBuffer larger = ByteBuffer.allocate(incoming.capacity() * 2);
                incoming.flip();
                larger.put(incoming);
                incoming = larger;
            }
        }

        private boolean skipHead() {
            for (int i = incoming.position() + 3; i < incoming.limit(); i++) {
                if (incoming.get(i) == '\n' && incoming.get(i - 1) == '\r' && incoming.get(i - 2) == '\n') {
                    byte[] head = Arrays.copyOfRange(incoming.array(), incoming.position(), i);
                    if (!new String(head, StandardCharsets.US_ASCII).startsWith("HTTP/1.1 101")) {
                        end(-1);
                        return false;
                    }
                    incoming.position(i + 1);
                    return true;
                }
            }
            return false;
        }

        private boolean takeFrame() {
            int available = incoming.remaining();
            if (available < 2) {
                return false;
            }
            int at = incoming.position();
            int opcode = incoming.get(at) & 15;
            long length = incoming.get(at + 1) & 127;
            int head = 2;
            if (length == 126) {
                head = 4;
                if (available < head) {
                    return false;
                }
                length = incoming.getShort(at + 2) & 0xffff;
            } else if (length == 127) {
                head = 10;
                if (available < head) {
                    return false;
                }
                length = incoming.getLong(at + 2);
            }
            if (available < head + length) {
                return false;
            }
            ByteBuffer payload = incoming.duplicate();
            payload.position(at + head);
            payload.limit(at + head + (int) length);
            incoming.position(at + head + (int) length);
            switch (opcode) {
                case OPCODE_TEXT -> listener.text(this, payload);
                case OPCODE_PING -> {
                    byte[] echo = new byte[payload.remaining()];
                    payload.get(echo);
                    write(frame(OPCODE_PONG, echo));
                }
                case OPCODE_CLOSE -> end(payload.remaining() >= 2 ? payload.getShort() & 0xffff : 1005);
                default -> {
                    // A pong needs no answer; this server sends text in one piece.
                }
            }
            return true;
        }

        private void end(int code) {
            if (ended) {
                return;
            }
            ended = true;
            try {
                if (channel != null) {
                    channel.close();
                }
            } catch (IOException e) {
                // The connection is over either way; the listener hears so below.
                ended = true;
            }
            listener.closed(this, code);
        }
    }

    /** A masked frame; the mask is zero, which the protocol allows and which costs nothing. */
    private static ByteBuffer frame(int opcode, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(payload.length + 14);
        frame.put((byte) (0x80 | opcode));
        if (payload.length < 126) {
            frame.put((byte) (0x80 | payload.length));
        } else if (payload.length < 1 << 16) {
            frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
        } else {
            frame.put((byte) (0x80 | 127)).putLong(payload.length);
        }
        return frame.putInt(0).put(payload).flip();
    }
}
