package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.core.access.WritePolicy;
import dev.parley.core.history.Ed25519;
import dev.parley.core.history.Signer;
import dev.parley.persistence.room.ControlRequest;
import dev.parley.persistence.room.RoomEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Control commands over a real socket, in open and locked rooms; and policies as peers meet them (spec 04 §§1–5). */
class ControlCommandsTest {
    private static final Signer ROOM_KEY = Tokens.signer(40);
    private static final Map<String, String> COMMANDS = commands();

    @TempDir
    static Path data;

    private static LocalServer server;
    private static Signer serverKey;

    @BeforeAll
    static void start() throws Exception {
        server = LocalServer.start(data);
        serverKey = Ed25519.signer(Files.readAllBytes(data.resolve("server.key")));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Map<String, String> commands() {
        Map<String, String> commands = new LinkedHashMap<>();
        commands.put("set-room-key", "room.admin");
        commands.put("set-policy", "policy.admin");
        commands.put("start-tick", "tick.admin");
        commands.put("stop-tick", "tick.admin");
        commands.put("compact-room", "room.admin");
        for (String command : new String[] {
            "query.register", "projection.build", "projection.invalidate", "graph.get-frontier",
            "graph.get-causal-parents", "graph.get-canonical-resolution", "graph.compute-sync-diff",
                    "checkpoint.promote"
        }) {
            commands.put(command, "query.admin");
        }
        for (String command : new String[] {"projection.read", "projection.list", "replay.read-range"}) {
            commands.put(command, "query.read");
        }
        commands.put("archive.describe", "archive.read");
        for (String command : new String[] {"archive.validate", "archive.import", "archive.export"}) {
            commands.put(command, "archive.admin");
        }
        for (String command : new String[] {
            "create-child",
            "describe-lineage",
            "list-children",
            "propose-promotion",
            "validate-promotion",
            "apply-promotion"
        }) {
            commands.put("topology." + command, "topology.admin");
        }
        return commands;
    }

    private static void lock(String room) throws Exception {
        try (WirePeer admin = Tokens.join(server.room(room), 9, Tokens.token(room, 9, serverKey, "room.admin"))) {
            admin.send(WirePeer.message("set-room-key")
                    .put("pubkey", ROOM_KEY.peer().toHex()));
            admin.expect("room-locked");
        }
    }

    @Test
    void everyCommandIsDeniedInAnOpenRoomAndInALockedOneWithoutItsCapability() throws Exception {
        lock("denied");
        try (WirePeer open = WirePeer.join(server.room("open"), 1);
                WirePeer bare =
                        Tokens.join(server.room("denied"), 1, Tokens.token("denied", 1, ROOM_KEY, "write:**"))) {
            for (WirePeer peer : new WirePeer[] {open, bare}) {
                for (Map.Entry<String, String> command : COMMANDS.entrySet()) {
                    peer.send(WirePeer.message(command.getKey()));
                }
                for (Map.Entry<String, String> command : COMMANDS.entrySet()) {
                    JsonNode denial = peer.expect("error");
                    assertThat(denial.path("msg").asText())
                            .isEqualTo("reject.control_plane_forbidden: command=" + command.getKey() + " requires="
                                    + command.getValue());
                    assertThat(denial.path("reason_class").asText()).isEqualTo("reject.control_plane_forbidden");
                    assertThat(denial.path("command").asText()).isEqualTo(command.getKey());
                    assertThat(denial.path("required_capability").asText()).isEqualTo(command.getValue());
                }
                peer.expectQuiet();
            }
        }
        assertThat(server.metricWhere("nodalmerge_control_plane_denied_total", "command=\"set-policy\""))
                .isEqualTo(2);
    }

    @Test
    void withItsCapabilityACommandThatIsNotBuiltIsSaidToBeNone() throws Exception {
        lock("granted");
        String[] all = COMMANDS.values().stream().distinct().toArray(String[]::new);
        try (WirePeer admin = Tokens.join(server.room("granted"), 1, Tokens.token("granted", 1, ROOM_KEY, all))) {
            for (String command : COMMANDS.keySet()) {
                admin.send(WirePeer.message(command));
                switch (command) {
                    case "set-room-key" -> admin.expectError("set-room-key: invalid pubkey hex");
                    case "set-policy" -> admin.expect("policy-set");
                    default -> {
                        JsonNode answer = admin.expect("error");
                        assertThat(answer.path("msg").asText())
                                .isEqualTo("reject.protocol_unsupported_command: command=" + command);
                        assertThat(answer.path("command").asText()).isEqualTo(command);
                    }
                }
            }
            admin.send(WirePeer.message("set-room-key")
                    .put("pubkey", ROOM_KEY.peer().toHex()));
            admin.expectError("room already locked");
            admin.expectQuiet();
        }
    }

    /** The room wrote it, lost its place before it could say so, and hears the command again in its next life. */
    @Test
    void policyAndLockWhoseWriteSucceededUnheardAreAnsweredAsDoneAndDoneOnce() throws Exception {
        String room = "unheard";
        WritePolicy nobody = new WritePolicy(List.of(), WritePolicy.Fallback.DENY_ALL);
        ObjectNode token = Tokens.token(room, 1, serverKey, "room.admin", "policy.admin");
        try (WirePeer admin = Tokens.join(server.room(room), 1, token);
                JournalIntruder journal = new JournalIntruder(data)) {
            admin.send(WirePeer.message("set-policy"));
            admin.expect("policy-set");
            RoomEvent.PolicySet first = (RoomEvent.PolicySet) journal.lastEvent(room);
            ControlRequest second = next(first.request());
            ControlRequest third = next(second);
            double lost = server.lostRaces();

            journal.writeAhead(room, new RoomEvent.PolicySet(nobody, 0, second, first.rootAfter()));
            admin.send(WirePeer.message("set-policy").put("default", "deny"));
            admin.expect("policy-set");
            journal.writeAhead(room, new RoomEvent.RoomLocked(ROOM_KEY.peer(), Optional.of(third), first.rootAfter()));
            admin.send(WirePeer.message("set-room-key")
                    .put("pubkey", ROOM_KEY.peer().toHex()));
            admin.expect("room-locked");

            assertThat(server.lostRaces()).isEqualTo(lost + 2);
            assertThat(((RoomEvent.RoomLocked) journal.lastEvent(room)).request())
                    .contains(third);
            admin.send(WirePeer.message("set-room-key")
                    .put("pubkey", ROOM_KEY.peer().toHex()));
            admin.expectError("room already locked");
            admin.expectQuiet();
        }
    }

    /** A session counts its requests, and a command is one. */
    private static ControlRequest next(ControlRequest request) {
        return new ControlRequest(request.session(), request.number() + 1);
    }

    @Test
    void aPolicyJudgesWhatComesFromNowOnAndTellsNobodyElse() throws Exception {
        String room = "policy";
        ObjectNode policy = WirePeer.message("set-policy").put("default", "deny");
        ObjectNode rule = policy.putArray("rules").addObject().put("path_glob", "world/**");
        rule.putArray("can_write").add(Tokens.signer(1).peer().toHex());
        try (WirePeer writer = WirePeer.join(server.room(room), 1);
                WirePeer other = WirePeer.join(server.room(room), 2)) {
            writer.expect("peer-joined");
            other.sendPack(other.write("world/before", "v"));
            other.expect("pack-ack");
            writer.expect("pack");
            try (WirePeer admin = Tokens.join(server.room(room), 3, Tokens.token(room, 3, serverKey, "policy.admin"))) {
                admin.expect("pack");
                admin.send(WirePeer.message("set-policy").put("default", "maybe"));
                admin.expectError("set-policy: unknown default 'maybe', use 'allow' or 'deny'");
                ObjectNode wrong = WirePeer.message("set-policy");
                wrong.putArray("rules").addObject().put("path_glob", 5);
                admin.send(wrong);
                admin.expectError("set-policy: each rule must have a 'path_glob' string");
                ObjectNode badKey = WirePeer.message("set-policy");
                badKey.putArray("rules")
                        .addObject()
                        .put("path_glob", "a")
                        .putArray("can_write")
                        .add("xyz");
                admin.send(badKey);
                admin.expectError("set-policy: invalid pubkey hex 'xyz'");
                admin.send(policy);
                assertThat(admin.expect("policy-set").path("room").asText()).isEqualTo(room);
                admin.expectQuiet();
            }
            for (WirePeer peer : new WirePeer[] {writer, other}) {
                peer.expect("peer-joined");
                peer.expect("peer-left");
                peer.expectQuiet();
            }

            other.sendPack(other.write("world/after", "v"));
            JsonNode refusal = other.expect("error");
            assertThat(refusal.path("msg").asText())
                    .startsWith("policy violation: author [")
                    .endsWith("] not permitted to write key 'world/after'");
            writer.sendPack(writer.write("world/mine", "v"));
            assertThat(writer.expect("pack-ack").path("accepted_count").asInt()).isEqualTo(1);
            writer.sendPack(writer.write("elsewhere", "v"));
            assertThat(writer.expect("error").path("reason_class").asText()).isEqualTo("reject.policy_violation");

            server.moveRoom(room);
            try (WirePeer late = WirePeer.connect(server.room(room), 4)) {
                late.send(late.hello());
                late.expect("welcome");
                assertThat(WirePeer.nodes(late.expect("pack"))).hasSize(2);
                late.sendPack(late.write("world/late", "v"));
                assertThat(late.expect("error").path("msg").asText()).startsWith("policy violation");
            }
        }
    }
}
