package dev.parley.edge.main;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.edge.admin.ScrapedText;
import dev.parley.edge.admin.ScrapedText.Family;
import dev.parley.edge.admin.ScrapedText.Sample;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server says of itself after real traffic: names, types, labels and texts of spec 04 §10, and sound syntax. */
class MetricsTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String KEY = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    private static final String MERGE_BUCKETS =
            "5.0E-5 1.0E-4 2.5E-4 5.0E-4 0.001 0.0025 0.005 0.01 0.025 0.05 0.1 0.25 0.5 1.0 2.5 +Inf";
    private static final String WRITE_BUCKETS =
            "1.0E-4 2.5E-4 5.0E-4 0.001 0.0025 0.005 0.01 0.025 0.05 0.1 0.25 0.5 +Inf";

    /** Name, type and labels of each metric of spec 04 §10 that has a value after the traffic below. */
    private static final List<List<String>> TABLE = List.of(
            List.of("nodalmerge_rooms_total", "gauge", ""),
            List.of("nodalmerge_peers_total", "gauge", "room"),
            List.of("nodalmerge_nodes_accepted_total", "counter", "room"),
            List.of("nodalmerge_merge_batch_seconds", "histogram", ""),
            List.of("nodalmerge_persistence_write_seconds", "histogram", "kind"),
            List.of("nodalmerge_eviction_total", "counter", ""),
            List.of("nodalmerge_broadcast_lagged_total", "counter", "room"),
            List.of("nodalmerge_rate_limit_drops_total", "counter", "peer"),
            List.of("nodalmerge_lamport_rejected_total", "counter", "reason"),
            List.of("nodalmerge_filtered_nodes_total", "counter", "room stage"),
            List.of("nodalmerge_filtered_bytes_total", "counter", "room stage"),
            List.of("nodalmerge_filtered_pack_dropped_total", "counter", "reason room stage"),
            List.of("nodalmerge_room_bytes_resident", "gauge", "room"),
            List.of("nodalmerge_sessions", "gauge", ""),
            List.of("nodalmerge_hello_seconds", "histogram", ""),
            List.of("nodalmerge_auth_denied_total", "counter", "reason"),
            List.of("nodalmerge_control_plane_denied_total", "counter", "command required_capability"),
            List.of("nodalmerge_orphan_nodes", "gauge", ""));

    @TempDir
    private static Path directory;

    private static Server server;
    private static HttpResponse<String> scraped;
    private static Map<String, Family> families;

    @BeforeAll
    static void traffic() throws Exception {
        server = Server.start(ServerTest.settings(
                directory, "edge.relay-buffer=2", "limits.bytes-per-second=0", "limits.initial-burst-nodes=0"));
        try (LoopbackPeer writer = LoopbackPeer.joined(server.port(), "a%20%22quoted%22%5Croom", 1)) {
            writer.send(writer.pack(1, 10));
            assertThat(writer.next("{\"type\":\"pack-ack\"")).isNotNull();
            writer.send(writer.pack(3, 10));
            assertThat(writer.next("{\"type\":\"pack-ack\"")).isNotNull();
            writer.send("{\"type\":\"start-tick\"}");
            assertThat(writer.next("{\"type\":\"error\"")).isNotNull();
            writer.send(writer.pack(1_000, 10));
            assertThat(writer.next("close")).startsWith("close 4008");
        }
        try (LoopbackPeer slow = LoopbackPeer.joined(server.port(), "slow", 1);
                LoopbackPeer writer = LoopbackPeer.joined(server.port(), "slow", 2)) {
            slow.pause();
            for (int i = 0; i < 30; i++) {
                writer.send(writer.pack(1, 400_000));
                assertThat(writer.next("{\"type\":\"pack-ack\"")).isNotNull();
            }
            slow.resume();
            assertThat(slow.next("close")).startsWith("close 4001");
        }
        try (LoopbackPeer picky = LoopbackPeer.joined(server.port(), "filtered", 1);
                LoopbackPeer writer = LoopbackPeer.joined(server.port(), "filtered", 2)) {
            picky.send("{\"type\":\"subscribe\",\"patterns\":[\"nothing/**\"]}");
            assertThat(picky.next("{\"type\":\"subscribe-ack\"")).isNotNull();
            for (int i = 0; i < 2; i++) { // The room relays a pack before it answers the next one.
                writer.send(writer.pack(2, 10));
                assertThat(writer.next("{\"type\":\"pack-ack\"")).isNotNull();
            }
        }
        lock("locked");
        try (LoopbackPeer stranger = new LoopbackPeer(server.port(), "/ws/locked", 3)) {
            stranger.hello();
            assertThat(stranger.next("close")).startsWith("close 1008");
        }
        try (LoopbackPeer here = LoopbackPeer.joined(server.port(), "here", 4)) {
            here.send("{\"type\":\"noop\"}");
            assertThat(here.next("{\"type\":\"noop-ack\"")).isNotNull();
            scraped = HTTP.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.adminPort() + "/metrics"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
        families = ScrapedText.read(scraped.body());
    }

    private static void lock(String room) throws Exception {
        HttpResponse<String> locked = HTTP.send(
                HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + server.adminPort() + "/rooms/" + room + "/lock"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"pubkey\":\"" + KEY + "\"}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(locked.statusCode()).isEqualTo(200);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void theFormIsWhatPrometheusReads() {
        assertThat(scraped.headers().firstValue("content-type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
    }

    @Test
    void eachMetricOfTheSpecHasItsTypeAndLabels() {
        for (List<String> row : TABLE) {
            Family family = families.get(row.get(0));
            assertThat(family).as(row.get(0)).isNotNull();
            assertThat(family.type()).as(row.get(0)).isEqualTo(row.get(1));
            assertThat(family.samples()).as(row.get(0)).isNotEmpty().allSatisfy(sample -> {
                Set<String> labels = new TreeSet<>(sample.labels().keySet());
                labels.remove("le");
                assertThat(String.join(" ", labels)).isEqualTo(row.get(2));
            });
        }
    }

    @Test
    void eachMetricOfOursIsExplained() {
        assertThat(families.values())
                .filteredOn(family -> family.name().startsWith("nodalmerge_"))
                .filteredOn(family -> !family.name().endsWith("_max"))
                .allSatisfy(family ->
                        assertThat(family.help().strip()).as(family.name()).isNotEmpty());
    }

    @Test
    void theBucketsAreThoseOfTheSpec() {
        assertThat(buckets("nodalmerge_merge_batch_seconds", Map.of())).isEqualTo(MERGE_BUCKETS);
        assertThat(buckets("nodalmerge_persistence_write_seconds", Map.of("kind", "node")))
                .isEqualTo(WRITE_BUCKETS);
        assertThat(buckets("nodalmerge_persistence_write_seconds", Map.of("kind", "nodes_batch")))
                .isEqualTo(WRITE_BUCKETS);
    }

    @Test
    void whatHappenedWasCountedOnce() {
        assertThat(value("nodalmerge_rate_limit_drops_total")).isEqualTo(1);
        assertThat(value("nodalmerge_broadcast_lagged_total")).isEqualTo(1);
        assertThat(one("nodalmerge_auth_denied_total").labels())
                .isEqualTo(Map.of("reason", "unauthorized.token_missing"));
        assertThat(value("nodalmerge_auth_denied_total")).isEqualTo(1);
        assertThat(one("nodalmerge_control_plane_denied_total").labels())
                .isEqualTo(Map.of("command", "start-tick", "required_capability", "tick.admin"));
        assertThat(value("nodalmerge_sessions")).isEqualTo(1);
        assertThat(value("nodalmerge_journal_writable")).isEqualTo(1);
        assertThat(value("nodalmerge_journal_free_bytes")).isPositive();
        assertThat(count("nodalmerge_persistence_write_seconds", Map.of("kind", "node")))
                .isGreaterThanOrEqualTo(31);
        assertThat(count("nodalmerge_persistence_write_seconds", Map.of("kind", "nodes_batch")))
                .isPositive();
    }

    private static Sample one(String name) {
        assertThat(families.get(name).samples()).hasSize(1);
        return families.get(name).samples().getFirst();
    }

    private static double value(String name) {
        return one(name).value();
    }

    private static double count(String name, Map<String, String> labels) {
        return families.get(name).samples().stream()
                .filter(sample ->
                        sample.name().endsWith("_count") && sample.labels().equals(labels))
                .mapToDouble(Sample::value)
                .sum();
    }

    private static String buckets(String name, Map<String, String> labels) {
        return families.get(name).samples().stream()
                .filter(sample -> sample.name().endsWith("_bucket"))
                .filter(sample -> labels.entrySet().stream()
                        .allMatch(
                                label -> label.getValue().equals(sample.labels().get(label.getKey()))))
                .map(sample -> sample.labels().get("le"))
                .collect(Collectors.joining(" "));
    }
}
