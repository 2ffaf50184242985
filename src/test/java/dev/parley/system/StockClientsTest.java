package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.core.access.RoomToken;
import dev.parley.core.access.RoomTokens;
import dev.parley.core.history.Ed25519;
import dev.parley.core.history.ItemId;
import dev.parley.core.history.Node;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Op;
import dev.parley.core.history.Signer;
import dev.parley.core.history.Transaction;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import dev.parley.core.state.FractionalIndex;
import dev.parley.core.state.Materialized;
import dev.parley.edge.peer.PeerConnection;
import dev.parley.edge.peer.Replica;
import dev.parley.edge.peer.ReplicaSettings;
import dev.parley.edge.peer.stock.DocClient;
import dev.parley.edge.peer.stock.DocSettings;
import dev.parley.edge.peer.stock.NpmClient;
import dev.parley.edge.peer.stock.StockClient;
import dev.parley.edge.peer.stock.StockEffect.Cause;
import dev.parley.edge.peer.stock.StockEvent;
import dev.parley.edge.peer.stock.StockNews;
import dev.parley.edge.peer.stock.StockRun;
import dev.parley.edge.peer.stock.StockToken;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The stock clients, with their defects, against a whole server with its default limits: they end with what everybody
 * has, and honest behaviour is never closed with 4008 (spec 03 §11, §14).
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class StockClientsTest {
    private static final AtomicInteger ROOMS = new AtomicInteger();
    private static final int RATE_LIMITED = 4008;
    private static final Signer ROOM_KEY = LiveStock.signer(40);

    @TempDir
    static Path data;

    private static LocalServer server;

    private final String room = "stock-" + ROOMS.incrementAndGet();

    @BeforeAll
    static void start() {
        server = LocalServer.start(data);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void documentClientSecondClientAndOurPeerEditTogether() throws Exception {
        try (LiveStock doc = LiveStock.join(at(), LiveStock.doc(room, 1, DocSettings.BROWSER));
                LiveStock npm = LiveStock.join(at(), LiveStock.npm(room, 2));
                PeerConnection ours = ours(at(), 3, List.of())) {
            LocalServer.await("all are in", () -> doc.welcomed() && npm.welcomed() && caughtUp(ours));
            ItemId item = new ItemId(1, 2);

            doc.set("title", "draft");
            npm.set("owner", "npm");
            ours.ask(replica -> replica.set("by", "us".getBytes(StandardCharsets.UTF_8), 0))
                    .get();
            doc.edit(graph -> graph.typing("text", 0, "hello"));
            doc.edit(graph -> new Op.ListInsert("list", item, FractionalIndex.FIRST));
            LocalServer.await("all have these", () -> doc.nodes() == 5 && npm.nodes() == 5);
            npm.set("title", "final");
            doc.edit(graph -> new Op.MapDelete("owner"));
            npm.edit(graph -> graph.typing("text", 5, " wörld 😀"));
            LocalServer.await("all have these too", () -> doc.nodes() == 8 && npm.nodes() == 8);
            doc.edit(graph -> graph.erasing("text", 0, 1));
            LocalServer.await(
                    "and this",
                    () -> ours.ask(replica -> replica.view().count()).get() == 9);
            ours.ask(replica -> {
                        replica.type("text", 0, "Y", 0);
                        return replica;
                    })
                    .get();
            npm.edit(graph -> new Op.ListMove("list", item, "a"));

            awaitTogether(11, List.of(doc, npm), ours);
            Materialized state = doc.ask(client -> client.graph().state());
            assertThat(new String(state.map().get("title"), StandardCharsets.UTF_8))
                    .isEqualTo("final");
            assertThat(state.map()).doesNotContainKey("owner");
            assertThat(state.texts().get("text"))
                    .contains("ello")
                    .contains("wörld 😀")
                    .contains("Y");
            assertThat(state.lists().get("list")).hasSize(1);
            assertThat(doc.closes()).isEmpty();
            assertThat(npm.closes()).isEmpty();
            assertThat(npm.sent(Cause.RESEND)).isZero();
        }
    }

    @Test
    void twoTabsOfOneKeySeeEachOther() throws Exception {
        try (LiveStock left = LiveStock.join(at(), LiveStock.doc(room, 1, DocSettings.BROWSER));
                LiveStock right = LiveStock.join(at(), LiveStock.doc(room, 1, DocSettings.BROWSER))) {
            LocalServer.await("both are in", () -> left.welcomed() && right.welcomed());

            for (int i = 0; i < 10; i++) {
                left.set("left" + i, "l");
                right.set("right" + i, "r");
                left.edit(graph -> graph.typing("text", 0, "l"));
                right.edit(graph -> graph.typing("text", 0, "r"));
            }

            LocalServer.await("both have all", () -> left.nodes() == 40 && right.nodes() == 40);
            assertThat(left.root()).isEqualTo(right.root());
            Materialized seen = left.ask(client -> client.graph().state());
            assertThat(seen.texts())
                    .isEqualTo(right.<Materialized>ask(client -> client.graph().state())
                            .texts());
            assertThat(left.news()).noneMatch(StockNews.PeerJoined.class::isInstance);
        }
    }

    @Test
    void thousandsOfOfflineEditsComeInAtOnce() throws Exception {
        DocClient returning = LiveStock.doc(room, 1, DocSettings.BROWSER);
        returning.graph().load(chain(1, 5_000));
        try (LiveStock npm = LiveStock.join(at(), LiveStock.npm(room, 2));
                PeerConnection ours = ours(at(), 3, List.of());
                LiveStock doc = LiveStock.join(at(), returning)) {

            awaitTogether(5_000, List.of(doc, npm), ours);
            assertThat(doc.closes()).isEmpty();
            assertThat(doc.sent(Cause.ALL_BUT_FRONTIER)).isEqualTo(1);
            assertThat(doc.news()).noneMatch(StockNews.ServerError.class::isInstance);
        }
    }

    @Test
    void graphOfTwentyThousandNodesIsSentWholeAgainAndAgainForOneNodeAndCostsNothing() throws Exception {
        List<Node> graph = chain(1, 20_000);
        try (PeerConnection ours = ours(at(), 3, graph)) {
            LocalServer.await("the room has it", () -> settled(ours));
            ours.ask(replica -> replica.set("one", new byte[] {1}, 0)).get();
            DocClient behind = LiveStock.doc(room, 1, DocSettings.BROWSER);
            behind.graph().load(graph);

            try (LiveStock doc = LiveStock.join(at(), behind)) {
                awaitTogether(20_001, List.of(doc), ours);
                doc.cut();
                LocalServer.await("it is out", () -> !doc.welcomed());
                ours.ask(replica -> replica.set("more", new byte[] {1}, 0)).get();
                awaitTogether(20_002, List.of(doc), ours);
                LocalServer.await("two uploads", () -> doc.sent(Cause.ALL_BUT_FRONTIER) == 2);
                doc.set("still", "in");
                awaitTogether(20_003, List.of(doc), ours);
                assertThat(doc.closes()).containsExactly(1006);
            }
        }
    }

    @Test
    void permanentlyRefusedNodesAreNotSentInAHotLoop() throws Exception {
        long nextWeekMs = System.currentTimeMillis() + Duration.ofDays(7).toMillis();
        NpmClient confused = LiveStock.npm(room, 2);
        try (LiveStock doc = LiveStock.join(at(), LiveStock.doc(room, 1, DocSettings.BROWSER));
                LiveStock npm = LiveStock.join(at(), confused)) {
            LocalServer.await("both are in", () -> doc.welcomed() && npm.welcomed());
            npm.set("good", "1");
            LocalServer.await("the good one is here", () -> doc.nodes() == 1);
            npm.edit(graph -> new Op.MapSet("bad", new byte[] {1}), nextWeekMs);
            LocalServer.await("a refusal", () -> npm.refusedAtMs().size() == 1);
            npm.set("after", "1");

            // Again with a pack in which something waits for the refused node.
            npm.cut();
            LocalServer.await("two refusals more", () -> npm.refusedAtMs().size() == 3);

            List<Long> at = npm.refusedAtMs();
            assertThat(at.get(2) - at.get(1)).as("milliseconds between them").isGreaterThan(1_500);
            assertThat(npm.closes()).doesNotContain(RATE_LIMITED);
            doc.set("others", "go on");
            LocalServer.await("the next edit", () -> npm.nodes() == 4);
        }
    }

    @Test
    void movingRoomIsNotNoticed() throws Exception {
        try (LiveStock doc = LiveStock.join(at(), LiveStock.doc(room, 1, DocSettings.BROWSER));
                LiveStock npm = LiveStock.join(at(), LiveStock.npm(room, 2));
                PeerConnection ours = ours(at(), 3, List.of())) {
            LocalServer.await("all are in", () -> doc.welcomed() && npm.welcomed() && caughtUp(ours));
            for (int move = 0; move < 2; move++) {
                for (int i = 0; i < 20; i++) {
                    doc.edit(graph -> graph.typing("text", 0, "d"));
                    npm.edit(graph -> graph.typing("text", 0, "n"));
                    if (i == 10) {
                        server.stopRoom(room);
                    }
                }
                awaitTogether(40 * (move + 1), List.of(doc, npm), ours);
            }
            assertThat(doc.closes()).isEmpty();
            assertThat(npm.closes()).isEmpty();
        }
    }

    @Test
    void documentClientFetchesATokenWhenItsOwnEndsAndIsBackWithWhatItWroteMeanwhile() throws Exception {
        lock();
        AtomicInteger fetched = new AtomicInteger();
        StockClient writer = LiveStock.doc(room, 1, DocSettings.BROWSER.withTokens());
        StockClient reader = new NpmClient(new RoomId(room), LiveStock.signer(2), Ed25519.best(), token(2, 3_600));
        // Long enough to be let in however slow the machine is; then an hour.
        try (LiveStock doc = new LiveStock(this::at, writer, () -> token(1, fetched.incrementAndGet() == 1 ? 3 : 3_600))
                        .start();
                LiveStock npm = LiveStock.join(at(), reader)) {
            LocalServer.await("both are in", () -> doc.welcomed() && npm.welcomed());
            doc.set("before", "1");
            LocalServer.await("its token ends", () -> doc.closes().contains(4002));
            doc.set("between", "1");
            LocalServer.await("it is back", doc::welcomed);
            doc.set("after", "1");

            LocalServer.await("all is here", () -> npm.nodes() == 3 && doc.nodes() == 3);
            assertThat(npm.root()).isEqualTo(doc.root());
            assertThat(doc.closes()).containsExactly(4002);
            assertThat(fetched.get()).isGreaterThanOrEqualTo(2);
            assertThat(npm.closes()).isEmpty();
        }
    }

    @Test
    void presenceAndSignallingReachTheOthers() throws Exception {
        try (LiveStock left = LiveStock.join(at(), LiveStock.doc(room, 1, DocSettings.BROWSER));
                LiveStock right = LiveStock.join(at(), LiveStock.doc(room, 2, DocSettings.BROWSER));
                LiveStock npm = LiveStock.join(at(), LiveStock.npm(room, 3))) {
            LocalServer.await("all are in", () -> left.welcomed() && right.welcomed() && npm.welcomed());

            left.tell(new StockEvent.PresenceSet("{\"cursor\":1}"));
            npm.tell(new StockEvent.PresenceSet("{\"busy\":true}"));

            String leftKey = LiveStock.signer(1).peer().toHex();
            String npmKey = LiveStock.signer(3).peer().toHex();
            LocalServer.await(
                    "presence comes",
                    () -> right.news().contains(new StockNews.Presence(leftKey, "{\"cursor\":1}"))
                            && npm.news().contains(new StockNews.Presence(leftKey, "{\"cursor\":1}"))
                            && right.news().contains(new StockNews.Presence(npmKey, "{\"busy\":true}")));
            LocalServer.await(
                    "offer, answer and candidate between two browsers",
                    () -> left.sent(Cause.SIGNALLING) + right.sent(Cause.SIGNALLING) >= 3);
            npm.tell(new StockEvent.Asked("{\"type\":\"presence-get\"}", "presence-snapshot"));
            LocalServer.await(
                    "the second client has its reply",
                    () -> npm.news().stream().anyMatch(StockNews.Replied.class::isInstance));
            npm.cut();
            LocalServer.await("its leaving is told", () -> left.news().contains(new StockNews.PeerLeft(npmKey)));
        }
    }

    @Test
    void commandLineStockClientSaysWhatItDoesAndWhy() throws Exception {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        StockRun.Job writes = new StockRun.Job(
                List.of(graph -> List.of(new Op.MapSet("k", new byte[] {1}))),
                List.of(client -> List.of(client.graph().view().count() + " nodes")),
                false);
        for (StockRun.Kind kind : StockRun.Kind.values()) {
            try (StockRun run = new StockRun(
                    kind,
                    at(),
                    new RoomId(room),
                    LiveStock.signer(kind.ordinal() + 1),
                    Optional::empty,
                    Optional.of(Duration.ofSeconds(30)),
                    new PrintWriter(out, true),
                    new PrintWriter(err, true))) {
                assertThat(run.run(writes)).as(err.toString()).isZero();
            }
        }
        assertThat(out.toString().lines()).containsExactly("1 nodes", "2 nodes", "3 nodes");
        assertThat(err.toString().lines())
                .contains("doc says hello.", "doc64 is in the room, with another root.")
                .contains("npm asks for what it lacks, naming all its ids.");
    }

    private URI at() {
        return server.room(room);
    }

    private PeerConnection ours(URI at, int seed, List<Node> had) {
        Replica replica = new Replica(
                new RoomId(room), LiveStock.signer(seed), Ed25519.best(), ReplicaSettings.DEFAULT.paced(180, 30_000));
        had.forEach(replica::offer);
        return new PeerConnection(at, replica, PeerConnection.Feed.NONE, PeerConnection.Listener.NONE).start();
    }

    private static boolean caughtUp(PeerConnection ours) throws Exception {
        return ours.ask(Replica::caughtUp).get();
    }

    private static boolean settled(PeerConnection ours) throws Exception {
        return ours.ask(Replica::settled).get();
    }

    /** Waits until all have so many nodes; then they have the same ones and the same state. */
    private static void awaitTogether(int nodes, List<LiveStock> stock, PeerConnection ours) throws Exception {
        LocalServer.await("all have " + nodes + " nodes", () -> {
            boolean all = ours.ask(replica -> replica.view().count()).get() == nodes;
            for (LiveStock each : stock) {
                all &= each.nodes() == nodes;
            }
            return all;
        });
        Materialized state = ours.ask(Replica::state).get();
        NodeId root = ours.ask(replica -> replica.view().root()).get();
        for (LiveStock each : stock) {
            assertThat(each.root()).isEqualTo(root);
            Materialized theirs = each.ask(client -> client.graph().state());
            assertThat(theirs.hash()).isEqualTo(state.hash());
            assertThat(theirs.texts()).isEqualTo(state.texts());
            assertThat(theirs.lists()).isEqualTo(state.lists());
        }
    }

    private void lock() throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(server.admin("/rooms/" + room + "/lock"))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(
                                        "{\"pubkey\":\"" + ROOM_KEY.peer().toHex() + "\"}"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    /** In the spelling of the stock token hook. */
    private Optional<StockToken> token(int seed, long seconds) {
        PeerId peer = LiveStock.signer(seed).peer();
        long expiry = Instant.now().getEpochSecond() + seconds;
        RoomToken token = RoomTokens.sign(new RoomId(room), peer, expiry, List.of(), ROOM_KEY);
        ObjectNode json = WirePeer.message("token")
                .put("peer_pubkey_hex", peer.toHex())
                .put("expiry_secs", expiry)
                .put("sig_hex", token.signature().orElseThrow());
        json.putArray("capabilities");
        return Optional.of(new StockToken(json.toString(), expiry));
    }

    private static List<Node> chain(int seed, int count) {
        Signer signer = LiveStock.signer(seed);
        List<Node> nodes = new ArrayList<>(count);
        List<NodeId> parents = List.of();
        for (int i = 0; i < count; i++) {
            Op op = new Op.MapSet("k" + i % 50, new byte[] {(byte) i});
            Node node = Nodes.sign(new Transaction(signer.peer(), i + 1, 0, List.of(op), parents), signer);
            nodes.add(node);
            parents = List.of(node.id());
        }
        return nodes;
    }
}
