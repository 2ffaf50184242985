package dev.parley.edge.bench;

import dev.parley.edge.bench.LoudNeighbour.Noise;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * What quiet rooms feel of a neighbour: of a room into which sessions push all they can, with limits and without, or of one
 * address that sends rubbish and reconnects for ever.
 *
 * <p>The same rooms on the same server are measured alone and beside the noise, by turns; the figures are the medians of
 * the turns. The noise comes from a process of the lowest priority ({@link LoudNeighbour}) and lasts through each turn. Each
 * kind of turn is done once before, unmeasured.
 */
final class FloodScenario implements Scenario {
    private static final int ROOMS = 4;
    private static final int PEERS = 2;
    private static final int NODES_PER_SECOND = 12;
    private static final int WARM_UP_SECONDS = 6;
    private static final int SECONDS = 6;
    private static final int ROUNDS = 3;

    /** How long the server may take to be done with what it has read of a flood. */
    private static final int SETTLE_SECONDS = 2;

    private final String name;
    private final String about;
    private final LoudNeighbour.Kind kind;
    private final String[] settings;

    private FloodScenario(String name, String about, LoudNeighbour.Kind kind, String... settings) {
        this.name = name;
        this.about = about;
        this.kind = kind;
        this.settings = settings;
    }

    static FloodScenario withoutLimits() {
        return new FloodScenario(
                "flood", "a room flooded without limits", LoudNeighbour.Kind.FLOOD, Unlimited.SETTINGS);
    }

    static FloodScenario withLimits() {
        return new FloodScenario("flood-limits", "a room flooded against the default limits", LoudNeighbour.Kind.FLOOD);
    }

    static FloodScenario hostileAddress() {
        return new FloodScenario("hostile", "an address full of bad peers", LoudNeighbour.Kind.RUBBISH);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String about() {
        return "latency in " + ROOMS + " quiet rooms, alone and beside " + about;
    }

    /** What one turn gave. */
    private record Turn(Latencies latencies, double serverCores, double neighbourCores) {}

    @Override
    public Map<String, Object> run(Path folder, double scale) throws Exception {
        List<Turn> alone = new ArrayList<>();
        List<Turn> beside = new ArrayList<>();
        try (ServerUnderLoad server = ServerUnderLoad.start(folder.resolve("data"), settings);
                LoadSockets quiet = new LoadSockets("quiet-sockets").started();
                Neighbour neighbour = Neighbour.start(kind, server.port(), scale)) {
            Typists typists = Typists.join(quiet, server.port(), "quiet-", ROOMS, PEERS);
            Duration time = RoomsScenario.seconds(SECONDS, scale);
            turn(typists, RoomsScenario.seconds(WARM_UP_SECONDS, scale), server, neighbour);
            neighbour.begin();
            turn(typists, RoomsScenario.seconds(WARM_UP_SECONDS, scale), server, neighbour);
            Noise before = neighbour.end();
            Noise after = before;
            for (int round = 0; round < ROUNDS; round++) {
                TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
                alone.add(turn(typists, time, server, neighbour));
                neighbour.begin();
                beside.add(turn(typists, time, server, neighbour));
                after = neighbour.end();
            }
            return figures(alone, beside, after.since(before), time, neighbour.lowPriority());
        }
    }

    private static Turn turn(Typists typists, Duration time, ServerUnderLoad server, Neighbour neighbour)
            throws InterruptedException {
        Duration serverBefore = server.cpu();
        Duration neighbourBefore = neighbour.cpu();
        long began = System.nanoTime();
        Latencies latencies = typists.type(NODES_PER_SECOND, time);
        double nanos = System.nanoTime() - began;
        return new Turn(
                latencies,
                server.cpu().minus(serverBefore).toNanos() / nanos,
                neighbour.cpu().minus(neighbourBefore).toNanos() / nanos);
    }

    private Map<String, Object> figures(
            List<Turn> alone, List<Turn> beside, Noise noise, Duration time, boolean lowPriority) {
        Map<String, Object> figures = new LinkedHashMap<>();
        add(figures, "alone_", alone);
        add(figures, "beside_", beside);
        figures.put("ack_p99_ratio", ratio(alone, beside, turn -> turn.latencies.ackMs(99)));
        figures.put("relay_p99_ratio", ratio(alone, beside, turn -> turn.latencies.relayMs(99)));
        figures.put("alone_ack_p99_ms_each", each(alone));
        figures.put("beside_ack_p99_ms_each", each(beside));
        double seconds = ROUNDS * time.toNanos() / 1e9;
        if (kind == LoudNeighbour.Kind.FLOOD) {
            figures.put(
                    "neighbour_nodes_acknowledged_per_second",
                    Math.round(noise.acknowledged() * Flooder.PACK_NODES / seconds));
            figures.put("neighbour_closed_4008_per_second", HelloScenario.round(noise.limited() / seconds));
        } else {
            figures.put("neighbour_messages_per_second", Math.round(noise.messages() / seconds));
        }
        figures.put("neighbour_connections_per_second", HelloScenario.round(noise.connections() / seconds));
        figures.put("neighbour_priority", lowPriority ? "lowest" : "normal");
        return figures;
    }

    private static void add(Map<String, Object> figures, String prefix, List<Turn> turns) {
        figures.put(prefix + "ack_p50_ms", median(turns, turn -> turn.latencies.ackMs(50)));
        figures.put(prefix + "ack_p99_ms", median(turns, turn -> turn.latencies.ackMs(99)));
        figures.put(prefix + "relay_p50_ms", median(turns, turn -> turn.latencies.relayMs(50)));
        figures.put(prefix + "relay_p99_ms", median(turns, turn -> turn.latencies.relayMs(99)));
        figures.put(prefix + "server_cpu_cores", median(turns, Turn::serverCores));
        figures.put(prefix + "neighbour_cpu_cores", median(turns, Turn::neighbourCores));
    }

    private static List<Double> each(List<Turn> turns) {
        return turns.stream().map(turn -> turn.latencies.ackMs(99)).toList();
    }

    private static double ratio(List<Turn> alone, List<Turn> beside, ToDoubleFunction<Turn> figure) {
        return HelloScenario.round(median(beside, figure) / median(alone, figure));
    }

    private static double median(List<Turn> turns, ToDoubleFunction<Turn> figure) {
        double[] sorted = turns.stream().mapToDouble(figure).sorted().toArray();
        return HelloScenario.round(sorted[sorted.length / 2]);
    }
}
