package dev.parley.core.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.parley.core.access.WritePolicy;
import dev.parley.core.wire.FromPeer;
import dev.parley.core.wire.MessageReader;
import dev.parley.core.wire.ToPeer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every control command of spec 04 §1, by what is read from the wire, with and without its capability. */
class ControlStepsTest {
    private static final List<String> ALL = List.of(
            "policy.admin",
            "room.admin",
            "tick.admin",
            "archive.read",
            "archive.admin",
            "query.read",
            "query.admin",
            "topology.admin");

    static Stream<Arguments> commands() {
        return Stream.of(
                arguments("set-room-key", "room.admin", true),
                arguments("set-policy", "policy.admin", true),
                arguments("start-tick", "tick.admin", false),
                arguments("stop-tick", "tick.admin", false),
                arguments("compact-room", "room.admin", false),
                arguments("query.register", "query.admin", false),
                arguments("projection.build", "query.admin", false),
                arguments("projection.invalidate", "query.admin", false),
                arguments("projection.read", "query.read", false),
                arguments("projection.list", "query.read", false),
                arguments("replay.read-range", "query.read", false),
                arguments("graph.get-frontier", "query.admin", false),
                arguments("graph.get-causal-parents", "query.admin", false),
                arguments("graph.get-canonical-resolution", "query.admin", false),
                arguments("graph.compute-sync-diff", "query.admin", false),
                arguments("archive.describe", "archive.read", false),
                arguments("archive.validate", "archive.admin", false),
                arguments("archive.import", "archive.admin", false),
                arguments("archive.export", "archive.admin", false),
                arguments("topology.create-child", "topology.admin", false),
                arguments("topology.describe-lineage", "topology.admin", false),
                arguments("topology.list-children", "topology.admin", false),
                arguments("topology.propose-promotion", "topology.admin", false),
                arguments("topology.validate-promotion", "topology.admin", false),
                arguments("topology.apply-promotion", "topology.admin", false),
                arguments("checkpoint.promote", "query.admin", false));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("commands")
    void whoLacksTheCapabilityIsDeniedWhateverElseIsWrong(String command, String capability, boolean built) {
        String[] others =
                ALL.stream().filter(other -> !other.equals(capability)).toArray(String[]::new);
        Effect denial = new Effect.Send(new ToPeer.Failure(
                "reject.control_plane_forbidden: command=" + command + " requires=" + capability,
                Map.of(
                        "reason_class",
                        "reject.control_plane_forbidden",
                        "command",
                        command,
                        "required_capability",
                        capability)));

        for (Talk talk : List.of(Talk.live(), Talk.live(others))) {
            assertThat(talk.hears(said(command))).containsExactly(denial);
            assertThat(talk.phase.name()).isEqualTo("live");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("commands")
    void aCommandThatIsNotBuiltIsSaidToBeNone(String command, String capability, boolean built) {
        if (built) {
            return;
        }
        Talk talk = Talk.live(capability);

        assertThat(talk.hears(said(command)))
                .containsExactly(new Effect.Send(new ToPeer.Failure(
                        "reject.protocol_unsupported_command: command=" + command,
                        Map.of("reason_class", "reject.protocol_unsupported_command", "command", command))));
        assertThat(talk.phase.name()).isEqualTo("live");
    }

    @Test
    void noOtherCommandIsOne() {
        for (String type : Arrays.asList("set-roomkey", "SET-POLICY", "graph.", "topology.x", "query.read")) {
            assertThat(said(type)).isEqualTo(new FromPeer.Unknown(type));
            assertThat(Talk.live().hears(said(type))).isEmpty();
        }
    }

    @Test
    void aPolicyIsSetByTheRoomAndAnsweredInTurn() {
        Talk talk = Talk.live("policy.admin");

        assertThat(talk.hears(said("set-policy"))).containsExactly(new Effect.SetPolicy(6, WritePolicy.ALLOW_ALL));
        assertThat(talk.phase.readsNext()).isFalse();
        assertThat(talk.hears(new FromPeer.Noop())).isEmpty();
        assertThat(talk.step(new Input.PolicyAnswered(5, Optional.empty()))).isEmpty();
        assertThat(talk.step(new Input.PolicyAnswered(6, Optional.empty())))
                .containsExactly(
                        new Effect.Send(new ToPeer.PolicySet(Talk.ROOM)), new Effect.Send(new ToPeer.NoopAck()));
        assertThat(talk.phase.readsNext()).isTrue();
    }

    @Test
    void aPolicyThatTheRoomCannotKeepIsRefusedInItsWords() {
        Talk talk = Talk.live("policy.admin");
        talk.hears(said("set-policy"));

        assertThat(talk.step(new Input.PolicyAnswered(6, Optional.of("no")))).containsExactly(Talk.failure("no"));
    }

    @Test
    void aPolicyWithAMistakeNeverReachesTheRoom() {
        assertThat(Talk.live("policy.admin")
                        .hears(new FromPeer.SetPolicy(new FromPeer.PolicyContent.Broken("set-policy: wrong"))))
                .containsExactly(Talk.failure("set-policy: wrong"));
    }

    @Test
    void noRoomMeansNoPolicyWasAcknowledged() {
        Talk talk = Talk.live("policy.admin");
        talk.hears(said("set-policy"));

        assertThat(talk.step(new Input.Unanswered(6)))
                .containsExactly(Talk.failure("room is not available, try again"));
        assertThat(talk.phase.readsNext()).isTrue();
    }

    private static FromPeer said(String type) {
        byte[] text = ("{\"type\":\"" + type + "\"}").getBytes(StandardCharsets.UTF_8);
        return MessageReader.read(text, 0, text.length);
    }
}
