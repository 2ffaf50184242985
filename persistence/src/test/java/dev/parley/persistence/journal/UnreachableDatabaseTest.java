package dev.parley.persistence.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class UnreachableDatabaseTest {
    @Test
    void aDatabaseThatDoesNotAnswerIsSaidWithoutItsPassword() throws IOException {
        int port;
        try (ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = nobody.getLocalPort();
        }
        String url = "jdbc:postgresql://127.0.0.1:" + port + "/parley";

        JournalUnusable refusal = Settings.refusal(
                () -> JournalDatabase.open(JournalSettings.postgres(url + "?password=secret", "parley", "hidden")));

        assertThat(refusal.reason()).isEqualTo(JournalUnusable.Reason.UNREACHABLE);
        assertThat(refusal.getMessage())
                .startsWith("the database " + url + " cannot be used: ")
                .doesNotContain("secret", "hidden", "\n");
    }
}
