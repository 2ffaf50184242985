package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.core.history.Ed25519;
import dev.parley.core.history.Signer;
import dev.parley.system.WirePeer.Seen;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Roles in tokens, and what a profile that cannot be used does (spec 04 §3). */
class ProfiledServerTest {
    private static final Signer ROOM_KEY = Tokens.signer(40);
    private static final String PROFILE = """
            {"profile_version":"v3","supported_profile_versions":["v2"],
             "nodes":[{"capability":"role.owner","inherits":["policy.admin","room.admin"]},
                      {"capability":"policy.admin"},{"capability":"room.admin"}]}
            """;

    @TempDir
    Path data;

    private static void lock(LocalServer server, Path data, String room, String role) throws Exception {
        Signer serverKey = Ed25519.signer(Files.readAllBytes(data.resolve("server.key")));
        ObjectNode token = Tokens.token(room, 9, serverKey, role).put("capability_profile_version", "v2");
        try (WirePeer admin = Tokens.join(server.room(room), 9, token)) {
            admin.send(WirePeer.message("set-room-key")
                    .put("pubkey", ROOM_KEY.peer().toHex()));
            admin.expect("room-locked");
        }
    }

    private static void assertRefused(LocalServer server, ObjectNode token, String text) throws Exception {
        try (WirePeer peer = WirePeer.connect(server.room("r"), 1)) {
            peer.send(peer.hello().set("token", token));
            peer.expectError("auth: " + text);
            assertThat(peer.expectClose()).isInstanceOfSatisfying(Seen.Closed.class, closed -> {
                assertThat(closed.code()).isEqualTo(1008);
                assertThat("auth: " + text).startsWith(closed.reason());
            });
        }
    }

    @Test
    void aRoleGivesItsCapabilitiesAndTokensNameTheProfilesVersion() throws Exception {
        Path file = Files.writeString(data.resolve("profile.json"), PROFILE);
        try (LocalServer server = LocalServer.start(data, "access.capability-profile-file=" + file)) {
            lock(server, data, "r", "role.owner");
            ObjectNode bare = Tokens.token("r", 1, ROOM_KEY, "role.owner");

            assertRefused(
                    server, bare, "missing token.capability_profile_version while capability composition is enabled");
            assertRefused(
                    server,
                    bare.deepCopy().put("profile_version", "v1"),
                    "unknown token.capability_profile_version 'v1' (expected 'v3' or configured compatibility versions)");
            assertRefused(
                    server,
                    Tokens.token("r", 1, ROOM_KEY, "write:world/**").put("profile_version", "v3"),
                    "capability profile expansion failed: invalid capability name 'write:world/**'");
            try (WirePeer owner =
                    Tokens.join(server.room("r"), 1, bare.deepCopy().put("profile_version", "v3"))) {
                owner.send(WirePeer.message("set-policy").put("default", "deny"));
                owner.expect("policy-set");
            }
        }
    }

    @Test
    void aProfileThatCannotBeUsedLetsNobodyIntoALockedRoomAndLeavesOpenOnesAlone() throws Exception {
        Path file = Files.writeString(data.resolve("profile.json"), "{\"profile_version\":3}");
        try (LocalServer server = LocalServer.start(data, "access.capability-profile-file=" + file)) {
            // The server's own tokens are judged alike, so the room is locked on the operators' port.
            HttpRequest lock = HttpRequest.newBuilder(server.admin("/rooms/r/lock"))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"pubkey\":\"" + ROOM_KEY.peer() + "\"}"))
                    .build();
            assertThat(HttpClient.newHttpClient()
                            .send(lock, HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);

            assertRefused(
                    server,
                    Tokens.token("r", 1, ROOM_KEY).put("capability_profile_version", "v3"),
                    "capability profile expansion failed: profile_version is not a string");
            WirePeer.join(server.room("open"), 1).close();
        }
    }
}
