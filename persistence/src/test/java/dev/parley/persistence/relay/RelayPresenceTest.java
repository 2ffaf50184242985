package dev.parley.persistence.relay;

import static dev.parley.persistence.relay.RelayBench.head;
import static dev.parley.persistence.relay.RelayBench.peer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.id.SessionId;
import dev.parley.core.session.Effect;
import dev.parley.core.session.Input;
import dev.parley.core.session.PresenceReply;
import dev.parley.core.session.PresenceRequest;
import dev.parley.core.wire.PresenceEntry;
import dev.parley.core.wire.ToPeer;
import dev.parley.persistence.room.PresenceValue;
import dev.parley.persistence.room.ToRelay;
import dev.parley.persistence.room.ToRoom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** A member's copy of the presence store, and what of presence and signalling is on its way to the room. */
class RelayPresenceTest {
    private final RelayBench bench = new RelayBench();

    @Test
    void aValueGoesToTheRoomAndFromThereToTheOthers() {
        bench.live(1, 0).live(2, 0);

        put(1, "1");
        assertThat(bench.told(1)).containsExactly(new Input.PresenceAnswered(77, new PresenceReply.Kept()));
        assertThat(bench.toRoom).containsExactly(new ToRoom.PresencePut(RelayBench.SELF, value(1, "1", 1)));

        bench.room(change(1, value(1, "1", 1)));
        assertThat(bench.told(1)).isEmpty();
        assertThat(texts(2))
                .containsExactly("{\"type\":\"presence\",\"room\":\"r\",\"session_id\":1,\"from\":\"" + peer(1).toHex()
                        + "\",\"joined\":true,\"data\":1}");
    }

    @Test
    void onlyTheFirstValueOfASessionJoins() {
        bench.live(1, 0).live(2, 0);
        put(1, "1");
        bench.room(change(1, value(1, "1", 1)));

        put(1, "2");
        bench.room(change(2, value(1, "2", 2)));

        assertThat(texts(2)).singleElement().asString().contains("\"joined\":false,\"data\":2");
    }

    @Test
    void oneValueOfASessionIsOnItsWayAndTheNewestWaits() {
        bench.live(1, 0).live(2, 0);
        put(1, "1");
        for (int i = 2; i < 1_000; i++) {
            put(1, "" + i);
            assertThat(bench.toRoom).isEmpty();
        }

        bench.room(change(1, value(1, "1", 1)));

        assertThat(bench.toRoom).containsExactly(new ToRoom.PresencePut(RelayBench.SELF, value(1, "999", 2)));
    }

    @Test
    void aLostValueIsFollowedByTheNewest() {
        bench.live(1, 0).room(head(1, 0, 1));
        put(1, "1");
        put(1, "2");

        List<ToRoom> said = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            said.addAll(bench.room(head(1, 0, 1)).toRoom);
            said.addAll(bench.during(500));
        }

        assertThat(said).contains(new ToRoom.PresencePut(RelayBench.SELF, value(1, "2", 2)));
    }

    @Test
    void theStoreAnswersAtOnceWithWhatItsOwnSessionsSet() {
        bench.live(1, 0).live(2, 0);
        put(1, "1");

        assertThat(ask(2, new PresenceRequest.Get())).isEqualTo(new PresenceReply.Entries(List.of(entry(1, "1"))));
    }

    @Test
    void aMoveOfTheRoomIsSilent() {
        bench.live(1, 0).live(2, 0).room(head(1, 0, 1));
        put(1, "1");
        bench.room(change(1, value(1, "1", 1), value(5, "5", 4)));
        bench.room(new ToRelay.WhoAreYou(2)).room(head(2, 0, 1));

        assertThat(bench.room(new ToRelay.PresenceWanted()).toRoom)
                .containsExactly(new ToRoom.PresenceList(RelayBench.SELF, 1, List.of(value(1, "1", 1))));
        bench.room(change(1L << 40, value(1, "1", 1)));
        assertThat(bench.toSessions).isEmpty();
        bench.room(new ToRelay.PresenceIs((1L << 40) + 2, List.of(value(1, "1", 1), value(5, "5", 4))));
        assertThat(bench.toSessions).isEmpty();
        assertThat(ask(1, new PresenceRequest.Get()))
                .isEqualTo(new PresenceReply.Entries(List.of(entry(1, "1"), entry(5, "5"))));
    }

    @Test
    void whatEndedWhileTheRoomMovedIsToldByTheWhole() {
        bench.live(1, 0).room(head(1, 0, 1)).room(change(1, value(5, "5", 4), value(6, "6", 5)));

        bench.room(new ToRelay.PresenceIs(9, List.of(value(6, "6", 5))));

        assertThat(texts(1))
                .containsExactly("{\"type\":\"presence-leave\",\"room\":\"r\",\"session_id\":5,\"from\":\""
                        + peer(5).toHex() + "\",\"reason\":\"leave\"}");
    }

    @Test
    void aSessionThatEndsTakesItsValueWithIt() {
        bench.live(1, 0).live(2, 0);
        put(1, "1");
        bench.room(change(1, value(1, "1", 1)));

        bench.session(1, new Effect.Leave());
        assertThat(bench.toRoom).contains(new ToRoom.PresenceDropped(RelayBench.SELF, 2, new SessionId(1), false));
        assertThat(ask(2, new PresenceRequest.Get())).isEqualTo(new PresenceReply.Entries(List.of()));

        bench.room(new ToRelay.PresenceChange(2, List.of(), List.of(new SessionId(1)), List.of()));
        assertThat(texts(2))
                .singleElement()
                .asString()
                .contains("presence-leave")
                .contains("\"leave\"");
        bench.room(new ToRelay.PresenceChange(3, List.of(), List.of(new SessionId(1)), List.of()));
        assertThat(bench.toSessions).isEmpty();
    }

    @Test
    void aSweepAnswersAtOnceAndTheRoomHearsOfIt() {
        bench.live(1, 0).live(2, 0);
        put(1, "1", 500);
        bench.room(change(1, value(1, "1", 1, 500), value(5, "5", 4, 600), value(6, "6", 5, 601)));

        assertThat(ask(2, new PresenceRequest.Sweep(600)))
                .isEqualTo(new PresenceReply.Swept(List.of(entry(1, "1", 500), entry(5, "5", 600))));
        assertThat(bench.toRoom)
                .containsExactly(
                        new ToRoom.PresenceDropped(RelayBench.SELF, 2, new SessionId(1), true),
                        new ToRoom.PresenceSwept(
                                RelayBench.SELF, List.of(new ToRoom.PresenceMark(new SessionId(5), 4))));
        assertThat(ask(2, new PresenceRequest.Sweep(600))).isEqualTo(new PresenceReply.Swept(List.of()));
    }

    @Test
    void aValueSetAgainAfterASweepSurvivesAMoveAlthoughTheSweptOneCameBackLate() {
        bench.live(1, 0).live(2, 0).room(head(1, 0, 1));
        put(1, "1", 500);
        ask(2, new PresenceRequest.Sweep(600));
        bench.room(change(1, value(1, "1", 1, 500)));
        put(1, "2");
        bench.room(new ToRelay.PresenceChange(
                2, List.of(), List.of(), List.of(new ToRoom.PresenceMark(new SessionId(1), 1))));
        bench.room(change(3, value(1, "2", 3)));

        bench.room(new ToRelay.WhoAreYou(2)).room(head(2, 0, 1));

        assertThat(bench.room(new ToRelay.PresenceWanted()).toRoom)
                .containsExactly(new ToRoom.PresenceList(RelayBench.SELF, 3, List.of(value(1, "2", 3))));
    }

    @Test
    void aSessionThatEndsBeforeItsValueReachedTheRoomLeavesNothingBehind() {
        RelaySettings small =
                RelaySettings.DEFAULT.with(new RelaySettings.Presence(300, 2), RelaySettings.Parents.DEFAULT);
        RelayBench tight = new RelayBench(small, 1).live(1, 0).live(2, 0).room(head(1, 0, 1));
        var large = new PresenceRequest.Put("\"" + "x".repeat(20) + "\"", OptionalLong.empty());
        tight.session(1, new Effect.AskPresence(77, large));
        tight.session(1, new Effect.Leave());
        assertThat(tight.toRoom).contains(new ToRoom.PresenceDropped(RelayBench.SELF, 2, new SessionId(1), false));

        tight.session(2, new Effect.AskPresence(77, large));

        assertThat(tight.told(2)).containsExactly(new Input.PresenceAnswered(77, new PresenceReply.Kept()));
    }

    @Test
    void aSweepElsewhereIsSilentAndSparesWhatChangedSince() {
        bench.live(1, 0).live(2, 0);
        put(1, "1");
        bench.room(change(1, value(1, "1", 1), value(5, "5", 4)));
        put(1, "2");

        bench.room(new ToRelay.PresenceChange(
                2,
                List.of(),
                List.of(),
                List.of(new ToRoom.PresenceMark(new SessionId(1), 1), new ToRoom.PresenceMark(new SessionId(5), 4))));

        assertThat(bench.toSessions).isEmpty();
        assertThat(ask(2, new PresenceRequest.Get())).isEqualTo(new PresenceReply.Entries(List.of(entry(1, "2"))));
    }

    @Test
    void aHoleIsHealedByTheWhole() {
        bench.live(1, 0).room(head(1, 0, 1)).after(500);

        bench.room(change(3, value(5, "5", 4)));

        assertThat(bench.toRoom)
                .singleElement()
                .isInstanceOfSatisfying(
                        ToRoom.Attach.class,
                        attach -> assertThat(attach.presenceSeq()).isEqualTo(-1));
        bench.room(new ToRelay.PresenceIs(3, List.of(value(5, "5", 4), value(6, "6", 1))));
        assertThat(texts(1)).singleElement().asString().contains("\"session_id\":6");
        assertThat(((ToRoom.Attach) bench.after(1_000).toRoom.get(0)).presenceSeq())
                .isEqualTo(3);
    }

    @Test
    void aFullStoreRefusesAndKeepsWhatItHas() {
        RelaySettings small =
                RelaySettings.DEFAULT.with(new RelaySettings.Presence(300, 2), RelaySettings.Parents.DEFAULT);
        RelayBench tight = new RelayBench(small, 1).live(1, 0).live(2, 0).live(3, 0);
        String data = "\"" + "x".repeat(20) + "\"";
        for (int session = 1; session <= 3; session++) {
            tight.session(session, new Effect.AskPresence(77, new PresenceRequest.Put(data, OptionalLong.empty())));
            assertThat(tight.told(session))
                    .containsExactly(new Input.PresenceAnswered(
                            77, session == 1 ? new PresenceReply.Kept() : new PresenceReply.Full()));
        }
        tight.session(1, new Effect.AskPresence(78, new PresenceRequest.Put("2", OptionalLong.empty())));
        assertThat(tight.told(1)).containsExactly(new Input.PresenceAnswered(78, new PresenceReply.Kept()));
    }

    @Test
    void onePresenceOfTheFirstFamilyIsOnItsWayAndTheNewestWaits() {
        bench.live(1, 0).live(2, 0);
        for (int i = 0; i < 1_000; i++) {
            bench.session(1, new Effect.Announce(Optional.empty(), new ToPeer.Presence(peer(1), "" + i)));
            assertThat(bench.toRoom).hasSize(i == 0 ? 1 : 0);
        }

        bench.room(new ToRelay.Announced(new SessionId(1), peer(1), Optional.empty(), "{}", true));

        assertThat(bench.toRoom)
                .singleElement()
                .isInstanceOfSatisfying(
                        ToRoom.Announce.class, a -> assertThat(a.message()).contains("\"data\":999"));
        assertThat(bench.told(2))
                .singleElement()
                .isInstanceOfSatisfying(
                        Input.Announced.class, a -> assertThat(a.key()).contains("presence 1"));
    }

    @Test
    void aWindowOfSignalsIsOnItsWayAndAFewWait() {
        bench.live(1, 0);
        int sent = 0;
        for (int i = 0; i < 200; i++) {
            sent += bench.session(1, signal(i)).toRoom.size();
        }
        int max = RelaySettings.DEFAULT.presence().signalsMax();
        assertThat(sent).isEqualTo(max);

        bench.room(new ToRelay.Announced(new SessionId(1), peer(1), Optional.empty(), "{}"));

        assertThat(bench.toRoom)
                .singleElement()
                .isInstanceOfSatisfying(
                        ToRoom.Announce.class, a -> assertThat(a.message()).contains("\"n\":" + max + ","));
    }

    @Test
    void signalsBeyondThoseThatMayWaitAreDropped() {
        int max = RelaySettings.DEFAULT.presence().signalsMax();
        bench.live(1, 0).room(head(1, 0, 1)).room(new ToRelay.WhoAreYou(2)); // Nothing goes out while the room moves.
        for (int i = 0; i < 3 * max; i++) {
            bench.session(1, signal(i));
        }

        bench.room(head(2, 0, 1));

        assertThat(bench.toRoom.stream()
                        .filter(ToRoom.Announce.class::isInstance)
                        .map(sent -> ((ToRoom.Announce) sent).message()))
                .hasSize(max)
                .last(InstanceOfAssertFactories.STRING)
                .contains("\"n\":" + (max - 1) + ",");
    }

    @Test
    void whatWaitsForARoomThatMovesGoesOutOnceItIsBack() {
        bench.live(1, 0).room(head(1, 0, 1)).room(new ToRelay.WhoAreYou(2));
        bench.session(1, signal(1));
        bench.session(1, new Effect.Announce(Optional.empty(), new ToPeer.Presence(peer(1), "1")));
        bench.session(1, new Effect.Announce(Optional.empty(), new ToPeer.Presence(peer(1), "2")));
        assertThat(bench.toRoom).isEmpty();

        bench.room(head(2, 0, 1));

        assertThat(bench.toRoom.stream()
                        .filter(ToRoom.Announce.class::isInstance)
                        .map(announce -> ((ToRoom.Announce) announce).message()))
                .hasSize(2)
                .anyMatch(text -> text.contains("\"data\":2"));
    }

    private static Effect.Announce signal(int n) {
        return new Effect.Announce(
                Optional.empty(), new ToPeer.Signal(peer(1), "{\"type\":\"webrtc-ice\",\"n\":" + n + "}"));
    }

    private void put(int session, String data) {
        bench.session(session, new Effect.AskPresence(77, new PresenceRequest.Put(data, OptionalLong.empty())));
    }

    private void put(int session, String data, long expiresAtMs) {
        bench.session(session, new Effect.AskPresence(77, new PresenceRequest.Put(data, OptionalLong.of(expiresAtMs))));
    }

    private PresenceReply ask(int session, PresenceRequest request) {
        bench.session(session, new Effect.AskPresence(77, request));
        return ((Input.PresenceAnswered) bench.told(session).get(0)).reply();
    }

    private List<String> texts(int session) {
        return bench.told(session).stream()
                .map(news -> ((Input.Announced) news).message().json())
                .toList();
    }

    private static ToRelay.PresenceChange change(long seq, PresenceValue... put) {
        return new ToRelay.PresenceChange(seq, List.of(put), List.of(), List.of());
    }

    private static PresenceEntry entry(int session, String data) {
        return new PresenceEntry(new SessionId(session), peer(session), data, OptionalLong.empty());
    }

    private static PresenceEntry entry(int session, String data, long expiresAtMs) {
        return new PresenceEntry(new SessionId(session), peer(session), data, OptionalLong.of(expiresAtMs));
    }

    private static PresenceValue value(int session, String data, long number) {
        return new PresenceValue(entry(session, data), number);
    }

    private static PresenceValue value(int session, String data, long number, long expiresAtMs) {
        return new PresenceValue(entry(session, data, expiresAtMs), number);
    }
}
