package dev.parley.edge.peer.stock;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.core.history.Blake3;
import dev.parley.core.id.NodeId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The second client, rule by rule and defect by defect (spec 03 §11.2). */
class NpmClientTest {
    private static final NodeId ELSE = Blake3.hash(new byte[] {1});

    private final StockTalk talk = StockTalk.npm();

    @Test
    void helloHasNeitherFilterNorSubscription() {
        JsonNode hello = talk.opened().sent("hello");

        assertThat(hello.fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("type", "room", "pubkey", "frontier", "caps");
    }

    @Test
    void whatItKeptGoesOutAfterHelloThenItAsksForAll() {
        ((NpmClient) talk.client).synchronise();
        talk.set("a", "1").set("b", "2");
        assertThat(talk.sends()).isEmpty();

        assertThat(talk.opened().sends())
                .containsExactly("HELLO hello", "OUTBOX request", "OUTBOX pack", "OUTBOX pack", "REQUEST_ALL request");
        talk.closed(1006).passMs(500);
        assertThat(talk.opened().sends()).containsExactly("HELLO hello", "REQUEST_ALL request");
    }

    @Test
    void missingIsTakenForWhatToLeaveOut() {
        talk.client.graph().load(StockTalk.chain(4));
        talk.opened().effects();

        JsonNode pack = talk.heard(StockTalk.welcome(
                        ELSE,
                        Optional.empty(),
                        List.of(),
                        List.of(StockTalk.chain(4).get(3).id())))
                .sent("pack");

        assertThat(StockJson.nodes(pack).orElseThrow()).hasSize(3);
    }

    @Test
    void anotherRootMakesItSendAllButTheServersHeads() {
        talk.client.graph().load(StockTalk.chain(4));
        talk.opened().effects();

        talk.heard(StockTalk.welcome(
                ELSE, Optional.of(ELSE), List.of(StockTalk.chain(4).get(1).id()), List.of()));

        assertThat(talk.sends()).containsExactly("ALL_BUT_FRONTIER pack");
    }

    @Test
    void packAboveItsLimitIsNeverSent() {
        talk.client.graph().load(StockTalk.chain(400));
        talk.opened().effects();

        talk.heard(StockTalk.welcome(ELSE, Optional.empty(), List.of(), List.of()));

        assertThat(talk.effects())
                .noneMatch(StockEffect.Send.class::isInstance)
                .anyMatch(effect ->
                        effect instanceof StockEffect.Tell(StockNews.NotSent(var why, var nodes)) && nodes == 400);
    }

    @Test
    void emptyPackIsNotSent() {
        talk.opened().effects();

        talk.heard(StockTalk.welcome(ELSE, Optional.empty(), List.of(), List.of()));

        assertThat(talk.sends()).isEmpty();
    }

    @Test
    void shortAckMakesItSendTheSameNodesAgainAtOnce() {
        talk.opened().effects();
        talk.set("a", "1");
        JsonNode first = talk.sent("pack");

        talk.heard(ack(1, 0, 1));
        JsonNode again = talk.sent("pack");
        talk.heard(ack(1, 1, 0));

        assertThat(again).isEqualTo(first);
        assertThat(talk.sends()).isEmpty();
        talk.heard(ack(2, 1, 0));
        assertThat(talk.sends()).containsExactly("RESEND pack");
    }

    @Test
    void tooLargeTakesThePushBackUntilTheNextEdit() {
        talk.opened().effects();
        talk.set("a", "1").effects();
        talk.heard(StockJson.message("error").put("msg", "message too large"));
        assertThat(talk.sends()).isEmpty();

        talk.set("b", "2");

        assertThat(StockJson.nodes(talk.sent("pack")).orElseThrow()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1006, 1008, 1011, 1012, 4001, 4002, 4008})
    void everyCloseIsReconnectedAfterHalfASecond(int code) {
        for (int i = 0; i < 3; i++) {
            assertThat(talk.effects()).contains(new StockEffect.Open());
            talk.opened().closed(code);
            assertThat(talk.passMs(499).effects()).doesNotContain(new StockEffect.Open());
            talk.passMs(1);
        }
    }

    @Test
    void attemptThatFailsBeforeTheSocketOpensIsTheLast() {
        talk.opened().closed(1012).passMs(500).effects();

        talk.on(new StockEvent.NotOpened("nobody listens there"));

        assertThat(talk.news()).containsExactly(new StockNews.GaveUp("nobody listens there"));
        assertThat(talk.client.dueMs()).isEqualTo(Long.MAX_VALUE);
        assertThat(talk.passMs(60_000).effects()).isEmpty();
    }

    @Test
    void closesWithoutAnOpenSocketDoubleTheWaitUpToFifteenSeconds() {
        talk.effects();
        for (long delayMs : new long[] {500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000}) {
            talk.closed(1006);
            assertThat(talk.news()).containsExactly(new StockNews.Retrying("closed with 1006", delayMs));
            assertThat(talk.passMs(delayMs).effects()).containsExactly(new StockEffect.Open());
        }
    }

    @Test
    void controlMessagesWaitFiveSecondsForTheirReply() {
        talk.opened().effects();
        talk.on(new StockEvent.Asked("{\"type\":\"presence-get\"}", "presence-snapshot"));
        talk.on(new StockEvent.Asked("{\"type\":\"noop\"}", "noop-ack"));
        assertThat(talk.sends()).containsExactly("CONTROL presence-get", "CONTROL noop");

        talk.heard(StockJson.message("noop-ack"));
        assertThat(talk.news()).containsExactly(new StockNews.Replied("noop-ack", "{\"type\":\"noop-ack\"}"));
        assertThat(talk.passMs(4_999).effects()).isEmpty();
        assertThat(talk.passMs(1).news()).containsExactly(new StockNews.NoReply("presence-snapshot"));
    }

    private static JsonNode ack(int incoming, int accepted, int rejected) {
        return StockJson.message("pack-ack")
                .put("incoming_count", incoming)
                .put("accepted_count", accepted)
                .put("rejected_count", rejected);
    }
}
