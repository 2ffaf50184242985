package dev.parley.edge.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.history.Ed25519;
import dev.parley.core.history.History;
import dev.parley.core.history.Node;
import dev.parley.core.history.Packs;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.RoomId;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a replica says and hears besides nodes: presence, who is here, requests, subscriptions. */
class ReplicaCompanyTest {
    private static final String BOB = "b0".repeat(32);
    private static final String CID = "c1".repeat(32);
    private static final NodeId EMPTY = new History().view().root();
    private static final NodeId ELSEWHERE = NodeId.of(new byte[32]);

    private final Replica ann = replica(ReplicaSettings.DEFAULT);

    @Test
    void presenceIsSaidAtTheJoinToNewcomersAndEveryFifteenSeconds() {
        ann.presence(Optional.of("{\"c\":1}"));
        assertThat(ann.outgoing(0)).isEmpty();
        String said = "{\"type\":\"presence\",\"data\":{\"c\":1}}";

        join(ann);
        assertThat(ann.outgoing(0)).containsExactly(said);
        assertThat(ann.outgoing(14_999)).isEmpty();
        assertThat(ann.idleMs(14_000, 60_000)).isEqualTo(1_000);
        assertThat(ann.outgoing(15_000)).containsExactly(said);
        ann.receive("{\"type\":\"peer-joined\",\"pubkey\":\"" + BOB + "\",\"from\":\"" + BOB + "\"}", 15_001);
        assertThat(ann.outgoing(15_001)).containsExactly(said);

        ann.presence(Optional.empty());
        assertThat(ann.outgoing(15_002)).containsExactly("{\"type\":\"presence\",\"data\":null}");
        assertThat(ann.outgoing(60_000)).isEmpty();
    }

    @Test
    void othersComeShowAndGo() {
        join(ann, BOB);
        assertThat(ann.others(0)).containsExactly(new Roster.Entry(BOB, "", Optional.empty()));

        hear("{\"type\":\"peer-joined\",\"from\":\"" + CID + "\",\"pubkey\":\"" + CID + "\",\"peer_type\":\"agent\"}");
        var shown = hear("{\"type\":\"presence\",\"from\":\"" + BOB + "\",\"data\":{\"x\":1}}");
        var again = hear("{\"type\":\"presence\",\"from\":\"" + BOB + "\",\"data\":{\"x\":1}}");
        assertThat(shown).containsExactly(new Notice.Presence(BOB, "{\"x\":1}"));
        assertThat(again).isEmpty();
        assertThat(ann.others(0))
                .containsExactly(
                        new Roster.Entry(BOB, "", Optional.of("{\"x\":1}")),
                        new Roster.Entry(CID, "agent", Optional.empty()));
        assertThat(ann.others(45_001).getFirst().presence()).isEmpty();

        assertThat(hear("{\"type\":\"peer-left\",\"from\":\"" + CID + "\"}")).containsExactly(new Notice.PeerLeft(CID));
        assertThat(ann.others(0)).hasSize(1);
    }

    @Test
    void presenceWithASessionStaysUntilTheServerTakesItBack() {
        join(ann);
        hear("{\"type\":\"presence\",\"from\":\"" + BOB + "\",\"session_id\":7,\"joined\":true,\"data\":1}");
        assertThat(ann.others(1_000_000).getFirst().presence()).contains("1");

        var left = hear("{\"type\":\"presence-leave\",\"from\":\"" + BOB + "\",\"session_id\":7,\"reason\":\"stale\"}");

        assertThat(left).containsExactly(new Notice.Presence(BOB, "null"));
        assertThat(ann.others(0).getFirst().presence()).isEmpty();
    }

    @Test
    void aSnapshotTellsWhatEverybodyShowsButOurselves() {
        join(ann);

        var notices = hear(
                "{\"type\":\"presence-snapshot\",\"room\":\"r\",\"entries\":[{\"session_id\":7,\"from_peer_pubkey\":\""
                        + BOB
                        + "\",\"data\":{\"a\":1},\"expires_at_unix_ms\":null},{\"session_id\":8,\"from_peer_pubkey\":\""
                        + ann.peer() + "\",\"data\":2,\"expires_at_unix_ms\":null}]}");

        assertThat(notices).containsExactly(new Notice.Presence(BOB, "{\"a\":1}"));
    }

    @Test
    void aRequestWaitsForItsAnswerAndIsAskedAgainInTheNextSession() {
        ann.request("{\"type\":\"set-policy\"}", "policy-set");
        ann.request("{\"type\":\"server-info\"}", "server-info");
        join(ann);
        assertThat(ann.outgoing(0)).containsExactly("{\"type\":\"set-policy\"}");

        ann.disconnected();
        join(ann);
        assertThat(ann.outgoing(0)).containsExactly("{\"type\":\"set-policy\"}");
        assertThat(hear("{\"type\":\"policy-set\"}"))
                .containsExactly(new Notice.Answered("policy-set", "{\"type\":\"policy-set\"}"));
        assertThat(ann.outgoing(0)).containsExactly("{\"type\":\"server-info\"}");
        assertThat(ann.requestsOpen()).isEqualTo(1);
    }

    @Test
    void anErrorEndsARequestUnlessItIsAboutAPack() {
        ann.request("{\"type\":\"set-policy\"}", "policy-set");
        join(ann);
        ann.outgoing(0);

        hear("{\"type\":\"error\",\"msg\":\"policy violation: author x\"}");
        assertThat(ann.requestsOpen()).isEqualTo(1);
        var denied = hear(
                "{\"type\":\"error\",\"msg\":\"reject.x\",\"reason_class\":\"unauthorized\",\"status\":\"S\",\"other\":1}");

        assertThat(denied)
                .containsExactly(
                        new Notice.Complaint("reject.x", Map.of("reason_class", "unauthorized", "status", "S")));
        assertThat(ann.requestsOpen()).isZero();
        assertThat(RunningPeer.described((Notice.Complaint) denied.getFirst()))
                .isEqualTo("reject.x (status S, reason_class unauthorized)");
    }

    @Test
    void aFilteredSessionIsCaughtUpWhenTheServerAnswersThoughHeadsAreMissing() {
        Replica some = replica(ReplicaSettings.DEFAULT.withSubscription(List.of("world/**")));
        assertThat(some.hello()).contains("\"subscribe\":[\"world/**\"]");
        some.receive(welcome(ELSEWHERE, List.of(ELSEWHERE), List.of()), 0);
        assertThat(some.outgoing(0)).containsExactly("{\"type\":\"server-info\"}");
        assertThat(some.caughtUp()).isFalse();

        var notices = some.receive("{\"type\":\"server-info\",\"pubkey\":\"" + BOB + "\"}", 0);

        assertThat(notices).containsExactly(new Notice.CaughtUp());
        assertThat(some.settled()).isTrue();
    }

    @Test
    void aWidenedSubscriptionAsksForWhatIsNotHere() {
        join(ann);
        Node known = ann.set("k", new byte[0], 0);
        ann.outgoing(0);

        assertThat(ann.subscribe(List.of("a/**", "b"))).isTrue();

        assertThat(ann.outgoing(0)).containsExactly("{\"type\":\"subscribe\",\"patterns\":[\"a/**\",\"b\"]}");
        hear("{\"type\":\"subscribe-ack\"}");
        assertThat(ann.outgoing(0)).containsExactly("{\"type\":\"request\",\"known\":[\"" + known.id() + "\"]}");
        ann.disconnected();
        assertThat(ann.hello()).contains("\"subscribe\":[\"a/**\",\"b\"]");
    }

    @Test
    void aNewTokenIsToldFromTheOldOne() {
        assertThat(ann.useToken(Optional.of("{\"a\":1}"))).isTrue();
        assertThat(ann.useToken(Optional.of("{\"a\":1}"))).isFalse();
        assertThat(ann.hello()).contains("\"token\":{\"a\":1}");
    }

    @Test
    void whatWasWrittenBeforeTheFirstHelloIsSentAfterIt() {
        Node offline = ann.set("k", new byte[] {1}, 0);

        join(ann);

        assertThat(ann.outgoing(0))
                .containsExactly("{\"type\":\"pack\",\"nodes\":\""
                        + Base64.getEncoder().encodeToString(Packs.encode(List.of(offline))) + "\"}");
    }

    private List<Notice> hear(String json) {
        return ann.receive(json, 0);
    }

    private static void join(Replica replica, String... others) {
        replica.hello();
        replica.receive(welcome(EMPTY, List.of(), List.of(others)), 0);
    }

    private static String welcome(NodeId root, List<NodeId> heads, List<String> peers) {
        return "{\"type\":\"welcome\",\"root\":\"" + root + "\",\"frontier\":["
                + String.join(
                        ",", heads.stream().map(head -> "\"" + head + "\"").toList())
                + "],\"missing\":[],\"peers\":["
                + String.join(
                        ",", peers.stream().map(peer -> "\"" + peer + "\"").toList()) + "]}";
    }

    private static Replica replica(ReplicaSettings settings) {
        return new Replica(new RoomId("r"), Ed25519.signer(new byte[32]), Ed25519.best(), settings);
    }
}
