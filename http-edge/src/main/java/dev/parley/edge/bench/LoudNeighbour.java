package dev.parley.edge.bench;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The process of whoever makes noise beside quiet rooms. Says {@code ready}, then answers each line of its input with its
 * counts so far, in one line: {@code begin} starts the noise, {@code end} stops it, the end of the input ends the process.
 *
 * <p>A process of its own, so that it can be given the lowest priority: then a figure tells how the server shares its time,
 * and not how the kernel shares the cores between the server and those who load it.
 */
final class LoudNeighbour {
    /** What it does. */
    enum Kind {
        FLOOD,
        RUBBISH
    }

    private static final int FLOODERS = 8;
    private static final int FLOOD_NODES = 15_000;

    private final Kind kind;
    private final int port;
    private final double scale;
    private final LoadSockets sockets;
    private final Flooder.Counts counts = new Flooder.Counts();
    private final List<Flooder> flooders = new ArrayList<>();
    private HostileCrowd crowd;
    private long messagesBefore;
    private long connectionsBefore;

    private LoudNeighbour(Kind kind, int port, double scale, LoadSockets sockets) {
        this.kind = kind;
        this.port = port;
        this.scale = scale;
        this.sockets = sockets;
        for (int i = 0; kind == Kind.FLOOD && i < Math.max(1, FLOODERS * scale); i++) {
            flooders.add(new Flooder(i, FLOOD_NODES, new Flooder.Target(sockets, port, counts)));
        }
    }

    /** {@code arguments}: kind, port of the server, scale. */
    public static void main(String[] arguments) throws Exception {
        try (LoadSockets sockets = new LoadSockets("loud-sockets").started()) {
            LoudNeighbour neighbour = new LoudNeighbour(
                    Kind.valueOf(arguments[0]),
                    Integer.parseInt(arguments[1]),
                    Double.parseDouble(arguments[2]),
                    sockets);
            System.out.println("ready");
            BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
            for (String order = orders.readLine(); order != null; order = orders.readLine()) {
                if (order.equals("begin")) {
                    neighbour.begin();
                } else {
                    neighbour.end();
                }
                System.out.println(neighbour.noise().line());
            }
        }
        System.exit(0); // A connection that hangs must not keep the process.
    }

    private void begin() {
        if (kind == Kind.FLOOD) {
            flooders.forEach(Flooder::begin);
        } else {
            crowd = HostileCrowd.gather(sockets, port, scale);
        }
    }

    private void end() {
        if (kind == Kind.FLOOD) {
            flooders.forEach(Flooder::end);
        } else {
            messagesBefore += crowd.messages();
            connectionsBefore += crowd.connections();
            crowd.disperse();
        }
    }

    private Noise noise() {
        return kind == Kind.FLOOD
                ? new Noise(
                        counts.packs().get(),
                        counts.acknowledged().get(),
                        counts.connections().get(),
                        counts.limited().get())
                : new Noise(messagesBefore, 0, connectionsBefore, 0);
    }

    /** Messages sent, large packs among them acknowledged, connections made, and how many of them were closed with 4008. */
    record Noise(long messages, long acknowledged, long connections, long limited) {
        private String line() {
            return messages + " " + acknowledged + " " + connections + " " + limited;
        }

        static Noise of(String line) {
            String[] counts = line.split(" ");
            return new Noise(
                    Long.parseLong(counts[0]),
                    Long.parseLong(counts[1]),
                    Long.parseLong(counts[2]),
                    Long.parseLong(counts[3]));
        }

        Noise since(Noise before) {
            return new Noise(
                    messages - before.messages,
                    acknowledged - before.acknowledged,
                    connections - before.connections,
                    limited - before.limited);
        }
    }
}
