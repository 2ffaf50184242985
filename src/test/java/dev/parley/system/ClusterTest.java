package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.core.id.NodeId;
import dev.parley.persistence.journal.PostgresServer;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three members, each a process, on one PostgreSQL: rooms outlive the member they are on, and sessions elsewhere notice nothing. */
class ClusterTest {
    private static final String ROOM = "everywhere";
    private static final int PACKS = 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path data;

    private final List<ServerProcess> members = new ArrayList<>();

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void sessionsGoOnWhenTheMemberWithTheirRoomIsKilled() throws Exception {
        Optional<String> database = PostgresServer.freshSchemaUrl();
        assumeTrue(database.isPresent(), "no PostgreSQL on this machine");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            start(database.get(), threads);
            LocalServer.await(
                    "three members that see each other", () -> seenBy(0).size() == 3);
            ServerProcess killed = members.get(2);
            String room = roomOn(killed);
            try (TypingPeer ann = TypingPeer.join(members.get(0).room(room), "ann", 1, 0);
                    TypingPeer ben = TypingPeer.join(members.get(1).room(room), "ben", 2, 0)) {
                ann.seeJoining(1);
                AtomicBoolean enough = new AtomicBoolean();
                List<Future<?>> typing = new ArrayList<>();
                for (TypingPeer peer : List.of(ann, ben)) {
                    typing.add(threads.submit(() -> {
                        peer.type(enough::get);
                        return null;
                    }));
                }
                LocalServer.await("packs over three members", () -> least(ann, ben) >= PACKS);
                killed.kill();
                int before = Math.max(ann.acknowledgedPacks(), ben.acknowledgedPacks());
                LocalServer.await(
                        "packs after the kill",
                        () -> typing.stream().anyMatch(Future::isDone) || least(ann, ben) >= before + PACKS);
                enough.set(true);
                for (Future<?> peer : typing) {
                    peer.get();
                }
                Set<NodeId> acknowledged = new HashSet<>(ann.acknowledged());
                acknowledged.addAll(ben.acknowledged());
                ann.readUntil(acknowledged.size());
                ben.readUntil(acknowledged.size());
                ann.expectQuiet();
                ben.expectQuiet();
                assertThat(ann.view().root()).isEqualTo(ben.view().root());
                try (TypingPeer late = TypingPeer.join(members.get(1).room(room), "late", 3, acknowledged.size())) {
                    assertThat(late.view().root()).isEqualTo(ann.view().root());
                }
            }
        }
    }

    private void start(String database, ExecutorService threads) throws Exception {
        Path key = Files.write(data.resolve("server.key"), new byte[32]);
        List<Integer> ports = List.of(ServerProcess.freePort(), ServerProcess.freePort(), ServerProcess.freePort());
        String seeds = "127.0.0.1:" + ports.get(0) + ",127.0.0.1:" + ports.get(1) + ",127.0.0.1:" + ports.get(2);
        List<Future<ServerProcess>> starting = new ArrayList<>();
        for (int port : ports) {
            starting.add(threads.submit(() -> ServerProcess.start(
                    data.resolve("member-" + port),
                    "cluster.port=" + port,
                    "cluster.seeds=" + seeds,
                    "journal.kind=postgres",
                    "journal.postgres.url=" + database,
                    "access.server-key-file=" + key,
                    "room.wait=2m",
                    "limits.nodes-per-second=0",
                    "limits.bytes-per-second=0")));
        }
        for (Future<ServerProcess> each : starting) {
            members.add(each.get());
        }
    }

    @AfterEach
    void stop() throws Exception {
        for (ServerProcess member : members) {
            member.close();
        }
    }

    /** A room that lives on that member, where it was found by trying. */
    private String roomOn(ServerProcess member) throws Exception {
        for (int number = 0; number < 100; number++) {
            String room = ROOM + number;
            WirePeer.join(members.get(0).room(room), 90).close();
            if (rooms(member).contains(room)) {
                return room;
            }
        }
        throw new AssertionError("no room came to " + member.admin("/"));
    }

    private static List<String> rooms(ServerProcess member) throws Exception {
        List<String> rooms = new ArrayList<>();
        get(member, "/rooms")
                .path("rooms")
                .forEach(room -> rooms.add(room.path("room").asText()));
        return rooms;
    }

    private List<JsonNode> seenBy(int member) throws Exception {
        List<JsonNode> up = new ArrayList<>();
        for (JsonNode seen : get(members.get(member), "/cluster").path("members")) {
            if (seen.path("status").asText().equals("up")
                    && seen.path("reachable").asBoolean()
                    && seen.has("sessions")) {
                up.add(seen);
            }
        }
        return up;
    }

    private static JsonNode get(ServerProcess member, String path) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(member.admin(path))
                    .timeout(Duration.ofSeconds(20))
                    .build();
            return JSON.readTree(
                    http.send(request, HttpResponse.BodyHandlers.ofString()).body());
        }
    }

    private static int least(TypingPeer one, TypingPeer other) {
        return Math.min(one.acknowledgedPacks(), other.acknowledgedPacks());
    }
}
