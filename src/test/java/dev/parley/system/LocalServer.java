package dev.parley.system;

import dev.parley.core.id.PeerId;
import dev.parley.edge.main.Server;
import dev.parley.edge.main.SettingsSources;
import dev.parley.persistence.entity.RoomEntity;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;

/** A whole member inside the test's own process, with real sockets and a real journal, whose rooms a test can stop. */
final class LocalServer implements AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Server server;

    private LocalServer(Server server) {
        this.server = server;
    }

    /** Starts on the given data directory, at free ports; {@code settings} are {@code key=value}. */
    static LocalServer start(Path data, String... settings) {
        List<String> all = new ArrayList<>(List.of("edge.port=0", "edge.admin-port=0", "journal.directory=" + data));
        all.addAll(List.of(settings));
        return new LocalServer(
                Server.start(new SettingsSources(Map.of()).assignments(all).read()));
    }

    /** The server's own key. */
    PeerId key() {
        return server.key();
    }

    URI room(String room) {
        return at(ServerProcess.encoded(room));
    }

    /** The room whose path segment is written exactly so. */
    URI at(String segment) {
        return URI.create("ws://127.0.0.1:" + server.port() + "/ws/" + segment);
    }

    URI admin(String path) {
        return URI.create("http://127.0.0.1:" + server.adminPort() + path);
    }

    /** Stops the room's entity; returns at once. */
    void stopRoom(String room) {
        ClusterSharding.get(server.system())
                .entityRefFor(RoomEntity.TYPE_KEY, room)
                .tell(new RoomEntity.StopRoom());
    }

    /** Stops the room's entity and returns once another incarnation has recovered: somebody must need the room. */
    void moveRoom(String room) throws Exception {
        double recoveries = recoveries();
        stopRoom(room);
        await("another incarnation of the room", () -> recoveries() > recoveries);
    }

    /** How many times a room has recovered in this process. */
    double recoveries() throws IOException, InterruptedException {
        return metric("nodalmerge_recovery_seconds_count");
    }

    /** How many writes of rooms the journal has failed. */
    double failedWrites() throws IOException, InterruptedException {
        return metric("nodalmerge_journal_failures_total");
    }

    /** How many writes of rooms failed because somebody else had written that seq. */
    double lostRaces() throws IOException, InterruptedException {
        return metricWhere("nodalmerge_journal_failures_total", "why=\"seq_taken\"");
    }

    /** The sum over all labels of a metric; 0 if there is none yet. */
    double metric(String name) throws IOException, InterruptedException {
        return metricWhere(name, "");
    }

    /** The sum over the rows of a metric whose labels hold this text. */
    double metricWhere(String name, String label) throws IOException, InterruptedException {
        HttpResponse<String> response =
                HTTP.send(HttpRequest.newBuilder(admin("/metrics")).build(), HttpResponse.BodyHandlers.ofString());
        return response.body()
                .lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .filter(line -> line.contains(label))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Something that comes true after a while. */
    interface Condition {
        boolean holds() throws Exception;
    }

    /** Waits until the condition holds; fails when it does not within a minute. */
    static void await(String what, Condition condition) throws Exception {
        long limit = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > limit) {
                throw new AssertionError("waited in vain for " + what);
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
