package dev.parley.edge.main;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.core.access.Composition;
import dev.parley.core.access.RoomToken;
import dev.parley.core.access.TokenCheck;
import dev.parley.core.access.TokenVerdict;
import dev.parley.core.history.Ed25519;
import dev.parley.core.history.Signer;
import dev.parley.core.id.Bytes;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import dev.parley.core.wire.FromPeer;
import dev.parley.core.wire.MessageReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Tokens as operators make them are tokens as rooms take them. */
class TokenCommandTest {
    private static final long NOW = 1_700_000_000;
    private static final byte[] SEED = seed(5);
    private static final Signer KEY = Ed25519.signer(SEED);
    private static final String PEER = Ed25519.signer(seed(6)).peer().toHex();

    @TempDir
    private Path directory;

    private Path keyFile;

    private record Ran(int code, String out, String err) {
        JsonNode json() throws Exception {
            return new ObjectMapper().readTree(out);
        }
    }

    @BeforeEach
    void aKey() throws Exception {
        keyFile = Files.write(directory.resolve("room.key"), SEED);
        Files.setPosixFilePermissions(keyFile, PosixFilePermissions.fromString("rw-------"));
    }

    private Ran run(String... arguments) {
        CommandLine line =
                new CommandLine(new TokenCommand(InstantSource.fixed(Instant.ofEpochSecond(NOW, 999_999_999))));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int code = line.execute(arguments);
        return new Ran(code, out.toString(), err.toString());
    }

    private Ran token(String... more) {
        List<String> all = new ArrayList<>(List.of("--room", "r", "--peer", PEER, "--key", keyFile.toString()));
        all.addAll(List.of(more));
        return run(all.toArray(String[]::new));
    }

    /** What a room makes of the printed token, in a hello. */
    private static TokenVerdict verdict(String printed, PeerId lockKey, long nowSeconds) {
        byte[] hello = ("{\"type\":\"hello\",\"pubkey\":\"" + PEER + "\",\"token\":" + printed + "}")
                .getBytes(StandardCharsets.UTF_8);
        RoomToken token = ((FromPeer.Hello) MessageReader.read(hello, 0, hello.length))
                .token()
                .orElseThrow();
        return TokenCheck.check(
                new RoomId("r"),
                lockKey,
                Ed25519.signer(seed(9)).peer(),
                PEER,
                Optional.of(token),
                nowSeconds,
                Ed25519.best(),
                Composition.OFF);
    }

    @Test
    void whatIsPrintedOpensTheRoomUntilItExpires() throws Exception {
        Ran ran = token("--caps", " room.admin, policy.admin ,", "--expires-in", "90s");

        assertThat(ran.code()).as(ran.err()).isZero();
        assertThat(ran.out().lines()).hasSize(1);
        assertThat(verdict(ran.out(), KEY.peer(), NOW + 89))
                .isEqualTo(new TokenVerdict.Granted(Set.of("policy.admin", "room.admin"), NOW + 90));
        assertThat(verdict(ran.out(), KEY.peer(), NOW + 90))
                .isEqualTo(new TokenVerdict.Refused("auth: token has expired", true));
        assertThat(ran.json().path("caps")).extracting(JsonNode::asText).containsExactly("policy.admin", "room.admin");
        assertThat(ran.err()).contains("good until 2023-11-14T22:14:50Z", "policy.admin, room.admin");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"1s,1", "30m,1800", "12h,43200", "7d,604800", "3660d,316224000"})
    void timesHaveUnits(String time, long seconds) throws Exception {
        assertThat(token("--expires-in", time).json().path("expiry").asLong()).isEqualTo(NOW + seconds);
    }

    @Test
    void anHourAndNoCapabilitiesIsWhatNobodyAskedAnythingElseFor() throws Exception {
        JsonNode token = token("--json").json();

        assertThat(token.path("expiry").asLong()).isEqualTo(NOW + 3_600);
        assertThat(token.path("caps")).isEmpty();
        assertThat(token.has("capability_profile_version")).isFalse();
        assertThat(token("--json").err()).isEmpty();
    }

    @Test
    void theProfilesVersionGoesWithIt() throws Exception {
        Ran ran = token("--profile-version", "v3", "--caps", "role.owner");

        assertThat(ran.json().path("capability_profile_version").asText()).isEqualTo("v3");
        assertThat(ran.err()).doesNotContain("No command");
        assertThat(token("--caps", "role.owner").err()).contains("No command of this server asks", "role.owner");
    }

    @Test
    void keysAreRawBytesOrHexDigits() throws Exception {
        String raw = token("--json").out();
        for (String hex : List.of(
                Bytes.toHex(SEED), Bytes.toHex(SEED) + "\n", Bytes.toHex(SEED).toUpperCase(Locale.ROOT) + "\r\n")) {
            Files.writeString(keyFile, hex);
            assertThat(token("--json").out()).isEqualTo(raw);
        }
    }

    @Test
    void withoutAKeyTheServersOwnSigns() throws Exception {
        Files.write(directory.resolve("server.key"), SEED);

        Ran ran = run("--room", "r", "--peer", PEER, "--data", directory.toString(), "--json");

        assertThat(verdict(ran.out(), KEY.peer(), NOW)).isInstanceOf(TokenVerdict.Granted.class);
        Ran none = run(
                "--room",
                "r",
                "--peer",
                PEER,
                "--data",
                directory.resolve("none").toString());
        assertThat(none.code()).isEqualTo(2);
        assertThat(none.out()).isEmpty();
        assertThat(none.err())
                .contains("there is no server key")
                .contains("--data")
                .contains("--key");
        assertThat(directory.resolve("none")).doesNotExist();
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "--expires-in|soon|--expires-in must be a time such as 90s, 30m, 12h or 7d, is soon",
                "--expires-in|60|--expires-in must be a time such as 90s, 30m, 12h or 7d, is 60",
                "--expires-in|0s|--expires-in 0s is in the past: nobody could use such a token",
                "--expires-in|-1h|--expires-in -1h is in the past: nobody could use such a token",
                "--expires-in|3661d|--expires-in must be at most 3660d, is 3661d",
                "--expires-in|999999999999d|--expires-in must be at most 3660d, is 999999999999d",
                "--peer|xyz|--peer must be a public key, 64 hex digits",
                "--room|''|--room must be 1 to 256 bytes of UTF-8 without control characters",
                "--profile-version|' '|--profile-version must not be empty",
            })
    void whatDoesNotFitIsSaidInASentence(String option, String value, String sentence) {
        List<String> all = new ArrayList<>(List.of(option, value, "--key", keyFile.toString()));
        if (!option.equals("--room")) {
            all.addAll(List.of("--room", "r"));
        }
        if (!option.equals("--peer")) {
            all.addAll(List.of("--peer", PEER));
        }

        Ran ran = run(all.toArray(String[]::new));

        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err().strip()).isEqualTo("parley: " + sentence);
    }

    @Test
    void capabilitiesThatMustNotBeSignedAreRefused() {
        assertThat(token("--caps", "a\nb").err()).contains("--caps: a capability must not contain a line feed");
        assertThat(token("--caps", "a".repeat(257)).err()).contains("--caps: a token has at most 256 capabilities");
        assertThat(token("--caps", "a".repeat(257)).code()).isEqualTo(2);
    }

    @Test
    void roomAndPeerAreNeeded() {
        assertThat(run("--peer", PEER).err()).contains("a token needs --room");
        assertThat(run("--room", "r").err()).contains("a token needs --peer");
    }

    @Test
    void aKeyThatCannotBeUsedIsSaidSo() throws Exception {
        for (byte[] content : List.of(new byte[0], new byte[31], new byte[33], new byte[64], new byte[1_000_000])) {
            Files.write(keyFile, content);
            assertThat(token().err()).contains("must hold 32 raw bytes or 64 hex digits");
        }
        Files.delete(keyFile);
        assertThat(token().err()).contains("cannot be read: there is no such file or directory");
        assertThat(token().code()).isEqualTo(2);
    }

    @Test
    void aKeyThatOthersCanReadIsWarnedAbout() throws Exception {
        Files.setPosixFilePermissions(keyFile, PosixFilePermissions.fromString("rw-r--r--"));

        Ran ran = token();

        assertThat(ran.code()).isZero();
        assertThat(ran.err()).contains("it should have mode 0600");
    }

    @Test
    void aNewKeyIsItsOwnersAndIsNeverOverwritten() throws Exception {
        Path made = directory.resolve("made.key");

        Ran ran = run("--new-key", made.toString());

        assertThat(ran.code()).as(ran.err()).isZero();
        String pubkey = ran.out().strip();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                .isEqualTo("rw-------");
        byte[] seed = Files.readAllBytes(made);
        assertThat(Ed25519.signer(seed).peer().toHex()).isEqualTo(pubkey);
        assertThat(run("--public-key", "--key", made.toString(), "--json").out().strip())
                .isEqualTo("{\"pubkey\":\"" + pubkey + "\"}");

        Ran again = run("--new-key", made.toString());
        assertThat(again.code()).isEqualTo(2);
        assertThat(again.out()).isEmpty();
        assertThat(again.err()).contains("a key is never overwritten");
        assertThat(Files.readAllBytes(made)).isEqualTo(seed);
    }

    @Test
    void aNewKeySignsNothingInTheSameBreath() {
        Path made = directory.resolve("made.key");

        assertThat(run("--new-key", made.toString(), "--room", "r").err()).contains("in a second command");
        assertThat(made).doesNotExist();
        assertThat(run("--new-key", directory.resolve("no/such.key").toString()).err())
                .contains("cannot be made: there is no such file or directory");
    }

    @Test
    void theHelpTellsHowARoomIsLocked() {
        assertThat(run("--help").out())
                .contains("./parley token --new-key room.key", "/rooms/ROOM/lock", "--lock", "hello.token")
                .doesNotContain("\n\\")
                .satisfies(help -> assertThat(help.lines()).allMatch(line -> line.length() < 80));
        assertThat(Parley.commandLine().getSubcommands()).containsKey("token");
    }

    private static byte[] seed(int value) {
        byte[] seed = new byte[32];
        Arrays.fill(seed, (byte) value);
        return seed;
    }
}
