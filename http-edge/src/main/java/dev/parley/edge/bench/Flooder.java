package dev.parley.edge.bench;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A session that keeps as many large packs unanswered as it may, signed beforehand, and comes back whenever thrown out.
 *
 * <p>One that has sent all it has goes on in the next room with the same packs, so that a flood lasts as long as it is
 * wanted.
 */
final class Flooder implements LoadSockets.Listener {
    static final int PACK_NODES = 250;
    private static final int IN_FLIGHT = 8;

    /** What all flooders of a process share. */
    record Target(LoadSockets sockets, int port, Counts counts) {}

    /** What the server made of the flood. */
    record Counts(AtomicLong packs, AtomicLong acknowledged, AtomicLong connections, AtomicLong limited) {
        Counts() {
            this(new AtomicLong(), new AtomicLong(), new AtomicLong(), new AtomicLong());
        }
    }

    private static final int RATE_LIMITED = 4008;

    private final Target target;
    private final String pubkey;
    private final List<String> packs;
    private LoadSockets.Connection connection;
    private int room;
    private int next;
    private volatile boolean stopped = true;

    Flooder(int number, int nodes, Target target) {
        this.target = target;
        BenchPeer author = new BenchPeer(90_000 + number);
        pubkey = author.pubkey();
        packs = Unlimited.packs(author.write(nodes), PACK_NODES);
    }

    void begin() {
        stopped = false;
        target.sockets().onThread(this::come);
    }

    /** Leaves, and in the next flood begins with a room of its own. */
    void end() {
        stopped = true;
        target.sockets().onThread(() -> {
            nextRoom();
            connection.cut();
        });
    }

    private void nextRoom() {
        room++;
        next = 0;
    }

    private void come() {
        if (!stopped) {
            target.counts().connections().incrementAndGet();
            connection = target.sockets().connect(ServerUnderLoad.HOST, target.port(), "/ws/flooded-" + room, this);
        }
    }

    private void push() {
        if (stopped) {
            return;
        }
        if (next == packs.size()) {
            nextRoom();
            connection.cut();
        } else {
            target.counts().packs().incrementAndGet();
            connection.send(packs.get(next++));
        }
    }

    @Override
    public void opened(LoadSockets.Connection opened) {
        opened.send("{\"type\":\"hello\",\"pubkey\":\"" + pubkey + "\"}");
    }

    @Override
    public void text(LoadSockets.Connection from, ByteBuffer text) {
        if (from != connection) {
            return;
        }
        switch (BenchPeer.type(text)) {
            case "welcome" -> {
                for (int i = 0; i < IN_FLIGHT && from == connection; i++) {
                    push();
                }
            }
            case "pack-ack" -> {
                target.counts().acknowledged().incrementAndGet();
                push();
            }
            default -> {
                // The flood of the others comes back here.
            }
        }
    }

    @Override
    public void closed(LoadSockets.Connection from, int code) {
        if (code == RATE_LIMITED) {
            target.counts().limited().incrementAndGet();
        }
        if (from == connection) {
            come();
        }
    }
}
