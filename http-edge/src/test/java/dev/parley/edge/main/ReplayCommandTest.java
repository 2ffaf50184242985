package dev.parley.edge.main;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands that read the journal, beside the server that writes it. */
class ReplayCommandTest {
    @TempDir
    private static Path directory;

    private static Server server;

    private record Ran(int code, String out, String err) {
        String field(String name) {
            Matcher field =
                    Pattern.compile("\"" + name + "\":(\"[^\"]*\"|[^,}]*)").matcher(out);
            return field.find() ? field.group(1).replace("\"", "") : "";
        }
    }

    @BeforeAll
    static void threePacksOfTwoNodes() throws Exception {
        server = Server.start(ServerTest.settings(directory));
        try (LoopbackPeer peer = LoopbackPeer.joined(server.port(), "room", 1)) {
            for (int i = 0; i < 3; i++) {
                peer.send(peer.pack(2, 10));
                peer.next("{\"type\":\"pack-ack\"");
            }
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Ran run(String... arguments) {
        return runIn(directory, arguments);
    }

    private static Ran runIn(Path data, String... arguments) {
        CommandLine line = Parley.commandLine();
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--data";
        all[arguments.length + 1] = data.toString();
        return new Ran(line.execute(all), out.toString(), err.toString());
    }

    @Test
    void theReplayIsTheLiveRoom() throws Exception {
        String live = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.adminPort() + "/rooms/room"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();

        Ran replay = run("replay", "room", "--verify", "--json");

        assertThat(replay.code()).isZero();
        assertThat(replay.out())
                .matches(
                        "\\{\"room\":\"room\",\"seq\":3,\"nodes\":6,\"frontier\":\\[\"[0-9a-f]{64}\"],\"root\":\"[0-9a-f]{64}\","
                                + "\"mst_root\":\"[0-9a-f]{64}\",\"state_hash\":\"[0-9a-f]{64}\",\"lamport\":6,\"locked\":false,"
                                + "\"policies\":1,\"policy_timeline_hash\":\"[0-9a-f]{64}\"}\\s*");
        assertThat(live).contains("\"root\":\"" + replay.field("root") + "\"");
    }

    @Test
    void aPointOfTheJournalOrOfLogicalTimeCanBeAskedFor() {
        Ran atSeq = run("replay", "room", "--to-seq", "2", "--json");
        Ran atLamport = run("replay", "room", "--to-lamport", "4", "--json");
        Ran odd = run("replay", "room", "--to-lamport", "3", "--json");
        Ran start = run("replay", "room", "--to-seq", "0", "--json");

        assertThat(atSeq.field("seq")).isEqualTo("2");
        assertThat(atLamport.field("seq")).isEqualTo("3");
        for (String field : new String[] {"nodes", "root", "mst_root", "state_hash", "lamport", "frontier"}) {
            assertThat(atLamport.field(field)).as(field).isEqualTo(atSeq.field(field));
        }
        assertThat(odd.field("nodes")).isEqualTo("3");
        assertThat(start.field("nodes")).isEqualTo("0");
    }

    @Test
    void whatIsNotThereIsSaidWithExitCode2(@TempDir Path empty) {
        Ran noRoom = run("replay", "other");
        Ran noJournal = runIn(empty, "replay", "room");

        assertThat(noRoom.code()).isEqualTo(2);
        assertThat(noRoom.err()).isEqualToIgnoringNewLines("parley: the journal has no room other");
        assertThat(noJournal.code()).isEqualTo(2);
        assertThat(noJournal.err()).startsWith("parley: there is no journal at ");
        assertThat(empty).isEmptyDirectory();
    }

    @Test
    void theRoomsAreListed() {
        Ran rooms = run("rooms", "--json");

        assertThat(rooms.code()).isZero();
        assertThat(rooms.out()).contains("{\"room\":\"room\",\"seq\":3,\"nodes\":6,\"bytes\":");
        assertThat(run("rooms").out()).contains("last activity").contains("room");
    }

    @Test
    void aDamagedJournalFailsTheVerification(@TempDir Path data) throws Exception {
        try (Server other = Server.start(ServerTest.settings(data));
                LoopbackPeer peer = LoopbackPeer.joined(other.port(), "room", 1)) {
            peer.send(peer.pack(2, 10));
            peer.next("{\"type\":\"pack-ack\"");
        }
        try (Connection journal = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("journal.db"));
                Statement change = journal.createStatement()) {
            change.executeUpdate("UPDATE parley_event SET payload = substr(payload, 1, length(payload) - 40) || x'00'"
                    + " || substr(payload, length(payload) - 38)");
        }

        Ran replay = runIn(data, "replay", "room", "--verify");

        assertThat(replay.code()).isEqualTo(1);
        assertThat(replay.err()).startsWith("parley: ").doesNotContain("Exception");
    }
}
