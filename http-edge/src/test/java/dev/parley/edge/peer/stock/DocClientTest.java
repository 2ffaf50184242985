package dev.parley.edge.peer.stock;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.core.history.Blake3;
import dev.parley.core.history.Ed25519;
import dev.parley.core.history.Node;
import dev.parley.core.history.Op;
import dev.parley.core.id.NodeId;
import dev.parley.core.reconcile.IndexRule;
import dev.parley.core.reconcile.Mst;
import dev.parley.core.reconcile.MstNode;
import dev.parley.core.reconcile.RoomIndex;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The document client, rule by rule and defect by defect (spec 03 §11.1, 02 §2.4). */
class DocClientTest {
    private static final NodeId ELSE = Blake3.hash(new byte[] {1});
    private static final String SMALLER = "00".repeat(32);
    private static final String LARGER = "ff".repeat(32);

    private static StockTalk browser() {
        return StockTalk.doc(DocSettings.BROWSER);
    }

    private static StockTalk withNodes(int count) {
        StockTalk talk = browser();
        talk.client.graph().load(StockTalk.chain(count));
        return talk;
    }

    @ParameterizedTest
    @EnumSource(IndexRule.class)
    void helloSaysAllOfItsStateAndBuildsItsFilterByTheRuleOfItsBuild(IndexRule rule) {
        StockTalk talk = StockTalk.doc(DocSettings.BROWSER.withRule(rule));
        List<Node> chain = StockTalk.chain(7);
        talk.client.graph().load(chain);
        RoomIndex index = new RoomIndex();
        chain.forEach(node -> index.add(node.id()));

        JsonNode hello = talk.opened().sent("hello");

        assertThat(hello.path("room").asText()).isEqualTo("r");
        assertThat(hello.path("pubkey").asText())
                .isEqualTo(StockTalk.signer(1).peer().toHex());
        assertThat(hello.path("root").asText())
                .isEqualTo(talk.client.graph().view().root().toHex());
        assertThat(StockJson.ids(hello.path("frontier")))
                .containsExactly(chain.get(6).id());
        assertThat(Base64.getDecoder().decode(hello.path("ibf").asText()))
                .isEqualTo((rule == IndexRule.NARROW_32 ? index.narrow() : index.wide()).encode());
        assertThat(hello.path("mst_root").asText()).isEqualTo(index.mst().root().toHex());
        assertThat(hello.path("caps").path("supports_mst").asBoolean()).isTrue();
        assertThat(hello.path("subscribe").toString()).isEqualTo("[\"**\"]");
        assertThat(hello.has("token")).isFalse();
    }

    @Test
    void blobsAndPresenceFollowHelloWithoutWaiting() {
        StockTalk talk = StockTalk.doc(DocSettings.BROWSER.withBlobs(List.of(new byte[] {7})));
        talk.on(new StockEvent.PresenceSet("{\"at\":1}"));

        assertThat(talk.opened().sends())
                .containsExactly("HELLO hello", "BLOB_UPLOAD blob-upload", "PRESENCE presence");
    }

    @Test
    void missingIsTakenForWhatToLeaveOut() {
        StockTalk talk = withNodes(5);
        List<Node> chain = StockTalk.chain(5);

        talk.opened().effects();
        JsonNode pack = talk.heard(
                        welcome(List.of(chain.get(4).id(), chain.get(3).id())))
                .sent("pack");

        assertThat(StockJson.nodes(pack).orElseThrow()).containsExactlyInAnyOrderElementsOf(chain.subList(0, 3));
    }

    @Test
    void missingThatNamesAllItsNodesMakesItSendNothing() {
        StockTalk talk = withNodes(2);
        talk.opened().effects();

        talk.heard(welcome(StockTalk.chain(2).stream().map(Node::id).toList()));

        assertThat(talk.sends()).containsExactly("REQUEST_ALL request");
    }

    @Test
    void anotherRootMakesItSendAllButTheServersHeads() {
        StockTalk talk = withNodes(5);
        List<Node> chain = StockTalk.chain(5);
        talk.opened().effects();

        talk.heard(
                StockTalk.welcome(ELSE, Optional.empty(), List.of(chain.get(2).id()), List.of()));
        List<StockEffect> effects = talk.effects();

        assertThat(StockTalk.messages(effects)).containsExactly("ALL_BUT_FRONTIER pack", "REQUEST_ALL request");
        assertThat(effects)
                .filteredOn(StockEffect.Send.class::isInstance)
                .first()
                .isInstanceOfSatisfying(
                        StockEffect.Send.class, send -> assertThat(send.nodes()).isEqualTo(4));
    }

    @Test
    void equalRootsMakeItSendNothing() {
        StockTalk talk = withNodes(5);
        StockGraph graph = talk.client.graph();
        talk.opened().effects();

        talk.heard(StockTalk.welcome(
                graph.view().root(), Optional.of(graph.mstRoot()), graph.view().heads(), List.of()));

        assertThat(talk.sends()).isEmpty();
        assertThat(talk.client.welcomed()).isTrue();
    }

    @Test
    void anotherTreeMakesItDescendAndNotAskForAll() {
        StockTalk talk = withNodes(3);
        talk.opened().effects();

        talk.heard(StockTalk.welcome(ELSE, Optional.of(ELSE), List.of(), List.of()));

        assertThat(talk.sends()).containsExactly("ALL_BUT_FRONTIER pack", "MST_REQUEST mst-request");
    }

    @Test
    void endOfTheDescentAsksForWhatItFoundAndSendsTheGraphOnceMore() {
        StockTalk talk = withNodes(6);
        List<Node> chain = StockTalk.chain(6);
        Mst server = new Mst();
        chain.subList(0, 5).forEach(node -> server.add(node.id()));
        server.add(ELSE);
        talk.opened().effects();
        talk.heard(StockTalk.welcome(ELSE, Optional.of(server.root()), List.of(), List.of()));

        List<String> said = new ArrayList<>();
        List<StockEffect> effects = talk.effects();
        StockDescent shadow = new StockDescent();
        while (StockTalk.messages(effects).contains("MST_REQUEST mst-request")) {
            List<MstNode> response = shadow.asks().stream()
                    .flatMap(path -> server.node(path).stream())
                    .toList();
            shadow.answered(response, talk.client.graph().index().mst());
            effects = talk.heard(response(response)).effects();
            said.addAll(StockTalk.messages(effects));
        }

        assertThat(said)
                .containsSubsequence(
                        shadow.theirs().isEmpty()
                                ? List.of("AFTER_DESCENT pack")
                                : List.of("MST_DONE mst-done", "AFTER_DESCENT pack"));
    }

    @Test
    void welcomeWithoutRootsMakesItSendAllInChunks() {
        StockTalk talk = withNodes(800);
        talk.opened().effects();

        talk.heard(StockJson.message("welcome"));
        List<StockEffect> effects = talk.effects();

        List<StockEffect.Send> packs = effects.stream()
                .filter(StockEffect.Send.class::isInstance)
                .map(StockEffect.Send.class::cast)
                .filter(send -> send.cause() == StockEffect.Cause.CHUNKED)
                .toList();
        assertThat(packs).hasSizeGreaterThan(1);
        assertThat(packs.stream().mapToInt(StockEffect.Send::nodes).sum()).isEqualTo(800);
        assertThat(packs)
                .allSatisfy(send -> assertThat(StockJson.read(send.json())
                                .orElseThrow()
                                .path("nodes")
                                .asText()
                                .length())
                        .isLessThanOrEqualTo(48 << 10));
        assertThat(((StockEffect.Send) effects.getLast()).json()).isEqualTo("{\"type\":\"request\",\"known\":[]}");
    }

    @Test
    void shortListOfIdsGoesWithTheChunks() {
        StockTalk talk = withNodes(3);
        talk.opened().effects();

        JsonNode request = talk.heard(StockJson.message("welcome")).sent("request");

        assertThat(request.path("known")).hasSize(3);
    }

    @Test
    void smallerKeyMakesTheOffer() {
        StockTalk talk = browser();
        talk.opened().effects();
        ObjectNode welcome = welcome(List.of());
        welcome.withArray("peers").add(SMALLER).add(LARGER);

        assertThat(talk.heard(welcome).sent("webrtc-offer").path("to").asText()).isEqualTo(LARGER);
        talk.heard(StockJson.message("peer-joined").put("from", SMALLER));
        assertThat(talk.sends()).isEmpty();
        talk.heard(StockJson.message("webrtc-offer").put("from", SMALLER).put("to", self(talk)));
        assertThat(talk.sends()).containsExactly("SIGNALLING webrtc-answer");
        talk.heard(StockJson.message("webrtc-offer").put("from", SMALLER).put("to", LARGER));
        assertThat(talk.sends()).isEmpty();
    }

    @Test
    void editIsOnePackAtOnceAndNothingIsKeptWhileOffline() {
        StockTalk talk = browser();
        talk.set("a", "1");
        assertThat(talk.sends()).isEmpty();

        talk.opened().effects();
        talk.set("b", "2");

        assertThat(StockJson.nodes(talk.sent("pack")).orElseThrow()).hasSize(1);
    }

    @Test
    void presenceIsRepeatedAndTheSilentAreForgotten() {
        StockTalk talk = browser();
        talk.on(new StockEvent.PresenceSet("{}"));
        talk.opened().effects();
        talk.heard(StockJson.message("presence").put("from", LARGER).put("data", 1));

        assertThat(talk.passMs(14_999).sends()).isEmpty();
        assertThat(talk.passMs(1).sends()).containsExactly("PRESENCE presence");
        talk.heard(StockJson.message("peer-joined").put("from", SMALLER));
        assertThat(talk.sends()).containsExactly("PRESENCE presence");
        assertThat(talk.passMs(29_999).news()).doesNotContain(new StockNews.Forgotten(LARGER));
        assertThat(talk.passMs(1).news()).contains(new StockNews.Forgotten(LARGER));
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1006, 1008, 1009, 1011, 1012, 4001, 4002, 4008})
    void everyCloseIsReconnectedAfterASecondOnceASocketHasOpened(int code) {
        StockTalk talk = browser();
        for (int i = 0; i < 3; i++) {
            assertThat(talk.effects()).contains(new StockEffect.Open());
            talk.opened().closed(code);
            assertThat(talk.passMs(999).effects()).doesNotContain(new StockEffect.Open());
            talk.passMs(1);
        }
    }

    @Test
    void socketsThatDoNotOpenAreTriedAgainEverLessOften() {
        StockTalk talk = browser();
        talk.effects();
        for (long delayMs : new long[] {1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000}) {
            talk.on(new StockEvent.NotOpened("503"));
            assertThat(talk.news()).containsExactly(new StockNews.Retrying("503", delayMs));
            assertThat(talk.passMs(delayMs - 1).effects()).isEmpty();
            assertThat(talk.passMs(1).effects()).containsExactly(new StockEffect.Open());
        }
        talk.opened().closed(1012).effects();

        assertThat(talk.passMs(1_000).effects()).containsExactly(new StockEffect.Open());
    }

    @Test
    void tokenIsFetchedBeforeConnectingAndAgainWhenItHasFiveSecondsLeft() {
        StockTalk talk = StockTalk.doc(DocSettings.BROWSER.withTokens());
        assertThat(talk.effects()).containsExactly(new StockEffect.FetchToken());
        long expiry = talk.nowMs / 1_000 + 6;
        talk.on(new StockEvent.TokenFetched(Optional.of(new StockToken("{\"n\":1}", expiry))));
        assertThat(talk.effects()).containsExactly(new StockEffect.Open());
        assertThat(talk.opened().sent("hello").path("token").path("n").asInt()).isEqualTo(1);

        talk.closed(4002).passMs(1_000);

        assertThat(talk.effects()).contains(new StockEffect.FetchToken()).doesNotContain(new StockEffect.Open());
    }

    @Test
    void tokenIsFetchedThirtySecondsBeforeItEndsAndUsedAtTheNextConnect() {
        StockTalk talk = StockTalk.doc(DocSettings.BROWSER.withTokens());
        long expiry = talk.nowMs / 1_000 + 100;
        talk.on(new StockEvent.TokenFetched(Optional.of(new StockToken("{\"n\":1}", expiry))));
        talk.opened().effects();

        assertThat(talk.passMs(69_999).effects()).isEmpty();
        assertThat(talk.passMs(1).effects()).containsExactly(new StockEffect.FetchToken());
        talk.on(new StockEvent.TokenFetched(Optional.of(new StockToken("{\"n\":2}", expiry + 100))));
        assertThat(talk.effects()).isEmpty();
        talk.closed(4002).passMs(1_000);
        assertThat(talk.effects()).contains(new StockEffect.Open());
        assertThat(talk.opened().sent("hello").path("token").path("n").asInt()).isEqualTo(2);
    }

    @Test
    void blobsThatItLacksAreAskedFor() {
        StockTalk talk = browser();
        NodeId blob = Blake3.hash(new byte[] {5});
        talk.opened().effects();
        Node node = new StockGraph(StockTalk.OTHER, Ed25519.best()).commit(List.of(new Op.MapSetBlob("b", blob)), 0);

        talk.heard(StockTalk.pack(List.of(node)));

        assertThat(StockJson.ids(talk.sent("blob-request").path("hashes"))).containsExactly(blob);
        talk.heard(StockJson.message("blob-available").set("hashes", StockJson.ids(List.of(blob, ELSE))));
        assertThat(StockJson.ids(talk.sent("blob-request").path("hashes"))).containsExactly(blob);
    }

    @Test
    void errorsAndWhatItDoesNotKnowEndNothing() {
        StockTalk talk = browser();
        talk.opened().effects();

        talk.heard(StockJson.message("error").put("msg", "invalid JSON"));
        talk.on(new StockEvent.Heard("not json"));
        talk.heard(StockJson.message("pack").put("nodes", "%%"));
        talk.heard(StockJson.message("pack-ack").put("rejected_count", 3));

        assertThat(talk.sends()).isEmpty();
        talk.set("still", "there");
        assertThat(talk.sends()).containsExactly("EDIT pack");
    }

    private static String self(StockTalk talk) {
        return talk.client.graph().peer().toHex();
    }

    private static ObjectNode welcome(List<NodeId> missing) {
        return StockTalk.welcome(ELSE, Optional.empty(), List.of(), missing);
    }

    private static ObjectNode response(List<MstNode> nodes) {
        ObjectNode response = StockJson.message("mst-response");
        var array = response.putArray("nodes");
        for (MstNode node : nodes) {
            ObjectNode each = array.addObject()
                    .put("path", node.path())
                    .put("hash", node.hash().toHex());
            ObjectNode children = each.putObject("children");
            node.children()
                    .forEach(child -> children.put(
                            Integer.toHexString(child.nibble()), child.hash().toHex()));
            each.set("keys", StockJson.ids(node.keys()));
        }
        return response;
    }
}
