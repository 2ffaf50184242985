package dev.parley.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.parley.core.fuzz.Corpus;
import dev.parley.core.fuzz.InputRandom;
import dev.parley.core.wire.FromPeer;
import dev.parley.core.wire.MessageReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The play of {@link AnyOrderTest} with every decision taken by the fuzzer, and with messages of every type in any state
 * of repair: a step never throws, and a session that ended does nothing more.
 */
class ConversationFuzzTest {
    private static final int STEPS_MAX = 400;
    private static final String KEY = "1f".repeat(32);

    /** Every type, and some that are none. */
    private static final List<String> TYPES = List.of(
            "hello",
            "client-hello",
            "pack",
            "request",
            "request-server-pack",
            "mst-request",
            "mst-done",
            "subscribe",
            "presence",
            "presence-set",
            "presence-get",
            "presence-sweep",
            "webrtc-offer",
            "webrtc-answer",
            "webrtc-ice",
            "noop",
            "server-info",
            "ensure-room",
            "open-session",
            "close-session",
            "set-room-key",
            "set-policy",
            "compact-room",
            "query.register",
            "Hello",
            "");

    private static final List<String> FIELDS = List.of(
            "pubkey",
            "room",
            "frontier",
            "known",
            "ids",
            "paths",
            "patterns",
            "subscribe",
            "data",
            "ttl_ms",
            "now_unix_ms",
            "to",
            "from",
            "peer_id",
            "peer_type",
            "session_id",
            "caps",
            "token",
            "ibf",
            "nodes",
            "rules",
            "default");

    private static final List<String> VALUES = List.of(
            "\"" + KEY + "\"",
            "\"r1\"",
            "\"\"",
            "\"AA==\"",
            "\"!\"",
            "\"allow_all\"",
            "\"\\ud800\\u0000\"",
            "[\"" + KEY + "\",\"x\",3]",
            "[\"\",\"0\",\"a/**\"]",
            "[\"**\"]",
            "[]",
            "[{\"pattern\":\"a\",\"can_write\":[\"" + KEY + "\"]}]",
            "{}",
            "{\"supports_ibf\":true,\"supports_mst\":false}",
            "{\"peer_pubkey\":\"" + KEY + "\",\"expiry\":99999999999,\"caps\":[\"room.admin\"],\"sig\":\"00\"}",
            "0",
            "1",
            "-1",
            "18446744073709551615",
            "1e3",
            "null",
            "true");

    /** Over the bound of a signal, and so of presence. */
    private static final String LARGE = "\"" + "x".repeat(70_000) + "\"";

    static Stream<byte[]> seeds() {
        return Stream.concat(Corpus.of(ConversationFuzzTest.class, "conversation"), Corpus.random(12, 500));
    }

    @MethodSource("seeds")
    @FuzzTest
    void conversation(byte[] bytes) {
        InputRandom input = new InputRandom(bytes);
        Conversation conversation = new Conversation(input);
        for (int steps = 0; steps < STEPS_MAX && !input.exhausted(); steps++) {
            conversation.run(1);
        }
        assertThat(conversation.hangUps).isLessThanOrEqualTo(1);
    }

    private static final class Conversation extends AnyOrderTest.Play {
        private final InputRandom input;
        private int hangUps;

        Conversation(InputRandom input) {
            super(input, true);
            this.input = input;
        }

        @Override
        FromPeer message() {
            return input.nextInt(3) == 0 ? super.message() : text();
        }

        private FromPeer text() {
            StringBuilder json = new StringBuilder("{\"type\":\"")
                    .append(TYPES.get(input.nextInt(TYPES.size())))
                    .append('"');
            for (int fields = input.nextInt(7); fields > 0; fields--) {
                json.append(",\"")
                        .append(FIELDS.get(input.nextInt(FIELDS.size())))
                        .append("\":")
                        .append(value());
            }
            byte[] utf8 = json.append('}').toString().getBytes(StandardCharsets.UTF_8);
            return MessageReader.read(utf8, 0, utf8.length);
        }

        /** Large ones are rare, so that most plays are quick. */
        private String value() {
            int drawn = input.nextInt(256);
            return drawn == 255 ? LARGE : VALUES.get(drawn % VALUES.size());
        }

        @Override
        Input answer(Effect request) {
            return switch (request) {
                case Effect.SetPolicy(long number, var policy) ->
                    new Input.PolicyAnswered(number, input.nextBoolean() ? Optional.empty() : Optional.of("no"));
                case Effect.AskPresence(long number, var asked) -> new Input.PresenceAnswered(number, reply(asked));
                default -> super.answer(request);
            };
        }

        private PresenceReply reply(PresenceRequest asked) {
            return switch (asked) {
                case PresenceRequest.Put put ->
                    input.nextBoolean() ? new PresenceReply.Kept() : new PresenceReply.Full();
                case PresenceRequest.Get get -> new PresenceReply.Entries(List.of());
                case PresenceRequest.Sweep sweep -> new PresenceReply.Swept(List.of());
            };
        }

        @Override
        void feed(Input fed) {
            boolean ended = talk.phase instanceof Phase.Closed;
            List<Effect> effects = talk.step(fed);
            // One message may let a whole line of waiting replies go, and no more than that.
            assertThat(effects).hasSizeLessThanOrEqualTo(ended ? 0 : 4 * Pending.REPLIES_MAX);
            for (Effect effect : effects) {
                hangUps += effect instanceof Effect.HangUp ? 1 : 0;
                if (!(effect instanceof Effect.SendDroppable)) {
                    perform(effect);
                }
            }
            assertThat(ended && !(talk.phase instanceof Phase.Closed)).isFalse();
        }
    }
}
