package dev.parley.edge.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.core.id.PeerId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeerFilesTest {
    private static final PeerId PEER = PeerId.of(new byte[PeerId.SIZE_BYTES]);

    @TempDir
    private Path folder;

    @Test
    void aTokenFileIsReadAgainAndABadMomentKeepsTheOldOne() throws IOException {
        Path file = Files.writeString(folder.resolve("token"), "{ \"peer_pubkey\": \"a\" }\n");
        TokenFile token = TokenFile.of(file.toString(), InputStream.nullInputStream());
        assertThat(token.first()).isEqualTo("{\"peer_pubkey\":\"a\"}");

        Files.writeString(file, "{\"peer_pubkey\":\"b\"}");
        assertThat(token.newest()).contains("{\"peer_pubkey\":\"b\"}");
        Files.writeString(file, "{\"peer_pub");
        assertThat(token.newest()).isEmpty();
    }

    @Test
    void aTokenMayComeFromStandardInput() {
        InputStream in = new ByteArrayInputStream("{\"a\":1}".getBytes(StandardCharsets.UTF_8));

        assertThat(TokenFile.of("-", in).newest()).contains("{\"a\":1}");
    }

    @Test
    void whatIsNoTokenIsRefused() {
        assertThatThrownBy(() -> TokenFile.of("no-such-file", InputStream.nullInputStream()))
                .hasMessage("There is no token file no-such-file.");
        assertThatThrownBy(() -> TokenFile.of("-", InputStream.nullInputStream()))
                .hasMessageContaining("a JSON object is wanted");
        assertThatThrownBy(() -> TokenFile.of("-", new ByteArrayInputStream(new byte[] {'{'})))
                .hasMessageContaining("it is not JSON");
    }

    @Test
    void aTokenThatCannotWorkIsDoubtedBeforeAnybodyIsAsked() {
        String peer = PEER.toHex();

        assertThat(doubt("{\"peer_pubkey\":\"" + peer + "\",\"expiry\":11}")).isEmpty();
        assertThat(doubt("{\"peer_pubkey_hex\":\"" + peer + "\",\"expiry_secs\":11}"))
                .isEmpty();
        assertThat(doubt("{\"peer_pubkey\":\"" + peer + "\",\"expiry\":10}")).isEqualTo("The token has expired.");
        assertThat(doubt("{\"peer_pubkey\":\"" + "1".repeat(64) + "\"}")).contains("--key FILE");
        assertThat(doubt("{}")).contains("names no peer_pubkey");
    }

    private static String doubt(String json) {
        InputStream in = new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8));
        return TokenFile.of("-", in).doubt(PEER, 10);
    }

    @Test
    void aPolicyBecomesItsMessage() {
        String key = "ab".repeat(32);

        assertThat(PolicyFile.message(
                        "{\"default\":\"deny\",\"rules\":[{\"path_glob\":\"a/**\",\"can_write\":[\"" + key + "\"]}]}"))
                .isEqualTo(
                        "{\"type\":\"set-policy\",\"default\":\"deny\",\"rules\":[{\"path_glob\":\"a/**\",\"can_write\":[\""
                                + key + "\"]}]}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{|not JSON",
                "[]|A policy looks like",
                "{\"default\":\"no\"}|not 'no'",
                "{\"rules\":[{}]}|path_glob",
                "{\"rules\":[{\"path_glob\":\"a\",\"can_write\":[\"x\"]}]}|names 'x'"
            })
    void aWrongPolicyIsRefusedBeforeItIsSent(String text, String sentence) {
        assertThatThrownBy(() -> PolicyFile.message(text)).hasMessageContaining(sentence);
    }
}
