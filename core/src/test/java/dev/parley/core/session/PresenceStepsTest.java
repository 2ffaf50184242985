package dev.parley.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.id.SessionId;
import dev.parley.core.wire.Encoded;
import dev.parley.core.wire.FromPeer;
import dev.parley.core.wire.PresenceEntry;
import dev.parley.core.wire.ToPeer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Presence of both families as one session has it (spec 03 §§7.3, 12.3). */
class PresenceStepsTest {
    private static final PresenceEntry ENTRY =
            new PresenceEntry(new SessionId(7), Talk.OTHER, "{\"x\":1}", OptionalLong.of(5));

    @Test
    void aValueIsKeptWithoutAReply() {
        Talk talk = Talk.live();

        assertThat(talk.hears(set("1", OptionalLong.empty(), OptionalLong.empty())))
                .containsExactly(new Effect.AskPresence(6, new PresenceRequest.Put("1", OptionalLong.empty())));
        assertThat(talk.phase.readsNext()).isFalse();
        assertThat(talk.step(new Input.PresenceAnswered(6, new PresenceReply.Kept())))
                .isEmpty();
        assertThat(talk.phase.readsNext()).isTrue();
    }

    @Test
    void aFullStoreSaysSo() {
        Talk talk = Talk.live().saying(set("1", OptionalLong.empty(), OptionalLong.empty()));

        assertThat(talk.step(new Input.PresenceAnswered(6, new PresenceReply.Full())))
                .containsExactly(Talk.failure("presence store is full"));
    }

    @ParameterizedTest
    @CsvSource({"1000,500,1500", "0,0,0", "-1,1,-1", "-2,1,-1", "1000,,", ",1000,"})
    void bothFieldsOfTheLeaseMakeAnEnd(Long nowMs, Long ttlMs, Long end) {
        Talk talk = Talk.live();

        assertThat(talk.hears(set("1", optional(ttlMs), optional(nowMs))))
                .containsExactly(new Effect.AskPresence(6, new PresenceRequest.Put("1", optional(end))));
    }

    @Test
    void aLargeValueIsRefusedInEitherFamily() {
        String large = '"' + "é".repeat(8 << 10) + '"';

        assertThat(Talk.live().hears(set(large, OptionalLong.empty(), OptionalLong.empty())))
                .containsExactly(Talk.failure("reject.protocol_message_too_large: presence-set"));
        assertThat(Talk.live().hears(new FromPeer.Presence(large, Optional.empty(), Optional.empty())))
                .containsExactly(Talk.failure("reject.protocol_message_too_large: presence"));
    }

    @Test
    void aSnapshotListsTheEntries() {
        Talk talk = Talk.live();

        assertThat(talk.hears(new FromPeer.PresenceGet()))
                .containsExactly(new Effect.AskPresence(6, new PresenceRequest.Get()));
        assertThat(talk.step(new Input.PresenceAnswered(6, new PresenceReply.Entries(List.of(ENTRY)))))
                .containsExactly(new Effect.Send(new ToPeer.PresenceSnapshot(Talk.ROOM, List.of(ENTRY))));
    }

    @Test
    void aSweepNeedsATime() {
        assertThat(Talk.live().hears(new FromPeer.PresenceSweep(OptionalLong.empty())))
                .containsExactly(Talk.failure("presence-sweep.now_unix_ms is required"));
    }

    @Test
    void aSweepAnswersOneLeaveAnEntry() {
        Talk talk = Talk.live().saying(new FromPeer.PresenceSweep(OptionalLong.of(9)));

        assertThat(talk.step(new Input.PresenceAnswered(6, new PresenceReply.Swept(List.of(ENTRY)))))
                .containsExactly(
                        new Effect.Send(new ToPeer.PresenceLeave(Talk.ROOM, new SessionId(7), Talk.OTHER, "stale")));
    }

    @Test
    void repliesKeepTheOrderOfTheMessages() {
        Talk talk = Talk.live().saying(Talk.pack(0, 1));

        assertThat(talk.hears(new FromPeer.PresenceGet())).isEmpty();
    }

    @Test
    void anAnswerNobodyWaitsForChangesNothing() {
        Talk talk = Talk.live();
        Phase before = talk.phase;

        assertThat(talk.step(new Input.PresenceAnswered(6, new PresenceReply.Full())))
                .isEmpty();
        assertThat(talk.phase).isEqualTo(before);
    }

    @Test
    void ofNewsOfOneKeyTheNewestWaitsForAPeerThatCatchesUp() {
        Talk talk = Talk.catchingUp();
        for (int i = 0; i < 3; i++) {
            talk.then(new Input.Announced(Talk.OTHER, new Encoded("" + i, 1), Optional.of("presence 1")));
        }
        talk.then(new Input.Announced(Talk.OTHER, new Encoded("signal", 6), Optional.empty()));

        Backlog backlog = ((Phase.CatchingUp) talk.phase).backlog();

        assertThat(backlog.news())
                .extracting(news -> ((Input.Announced) news).message().json())
                .containsExactly("2", "signal");
    }

    private static FromPeer.PresenceSet set(String data, OptionalLong ttlMs, OptionalLong nowMs) {
        return new FromPeer.PresenceSet(data, ttlMs, nowMs);
    }

    private static OptionalLong optional(Long value) {
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }
}
