package dev.parley.edge.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EndingTest {
    private static final URI ADDRESS = URI.create("ws://host:1/ws/r");

    /** Code, reason, the error before it; what is said, and what comes next. */
    static Stream<Arguments> closes() {
        return Stream.of(
                Arguments.of(1000, "session closed", "", "ended this session on request", Ending.Next.RETRY),
                Arguments.of(1001, "", "", "going away", Ending.Next.RETRY),
                Arguments.of(1002, "", "", "make sense", Ending.Next.RETRY),
                Arguments.of(1003, "", "", "make sense", Ending.Next.RETRY),
                Arguments.of(1006, "", "", "without a goodbye", Ending.Next.RETRY),
                Arguments.of(1006, "", "policy violation: x", "without a goodbye", Ending.Next.RETRY),
                Arguments.of(1006, "", "auth: token has expired", "Get a new token", Ending.Next.REFUSED),
                Arguments.of(1006, "", "expected hello", "does not let this peer in", Ending.Next.REFUSED),
                Arguments.of(1008, "auth: room is locked", "", "--token FILE", Ending.Next.REFUSED),
                Arguments.of(
                        1008,
                        "auth: token peer_pu",
                        "auth: token peer_pubkey does not match connecting peer",
                        "--key FILE",
                        Ending.Next.REFUSED),
                Arguments.of(1008, "auth: signature verification failed", "", "another room", Ending.Next.REFUSED),
                Arguments.of(1008, "auth: missing token.sig", "", "new one from ./parley token", Ending.Next.REFUSED),
                Arguments.of(1008, "hello.pubkey is required", "", "does not let this peer in", Ending.Next.REFUSED),
                Arguments.of(1009, "", "", "far over its limit", Ending.Next.RETRY),
                Arguments.of(1011, "server overload", "", "overloaded", Ending.Next.RETRY),
                Arguments.of(
                        1011,
                        "server overload",
                        "room is not available, try again",
                        "cannot be had",
                        Ending.Next.RETRY),
                Arguments.of(1011, "internal error", "", "failed inside", Ending.Next.RETRY),
                Arguments.of(1012, "service restart", "", "restarts", Ending.Next.RETRY),
                Arguments.of(1013, "", "", "come back later", Ending.Next.RETRY),
                Arguments.of(4001, "resync required", "", "fell behind", Ending.Next.RETRY),
                Arguments.of(4002, "token expired", "", "no longer valid", Ending.Next.FRESH_TOKEN),
                Arguments.of(
                        4008, "rate limit exceeded", "", "more than the server's limits", Ending.Next.RETRY_SLOWER),
                Arguments.of(4999, "odd", "", "closed with 4999 'odd'", Ending.Next.RETRY));
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource("closes")
    void everyCloseIsExplained(int code, String reason, String error, String said, Ending.Next next) {
        Ending ending = Ending.closed(code, reason, error);

        assertThat(ending.sentence()).contains(said).endsWith(".");
        assertThat(ending.sentence()).doesNotContain("..").matches("[A-Z].*");
        assertThat(ending.next()).isEqualTo(next);
        assertThat(ending.forGood()).isEqualTo(next == Ending.Next.REFUSED);
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new ConnectException(), "nobody listens there"),
                Arguments.of(cause(new ConnectException(), new UnresolvedAddressException()), "no host called 'host'"),
                Arguments.of(new HttpConnectTimeoutException("late"), "no answer"),
                Arguments.of(new SSLException("Unsupported or unrecognized SSL message"), "speaks no TLS"),
                Arguments.of(new SSLHandshakeException("PKIX path building failed"), "not trusted"),
                Arguments.of(new SSLHandshakeException("no cipher"), "no TLS connection"),
                Arguments.of(new IOException("header parser received no bytes"), "perhaps no WebSocket server"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void everyFailureToConnectIsExplained(Throwable failure, String said) {
        assertThat(ConnectTrouble.of(ADDRESS, failure, false).sentence())
                .startsWith("Cannot connect to ws://host:1/ws/r: ")
                .contains(said);
        assertThat(ConnectTrouble.of(ADDRESS, failure, false).next()).isEqualTo(Ending.Next.UNREACHABLE);
    }

    @Test
    void aServerThatWasThereOnceIsTriedAgain() {
        assertThat(ConnectTrouble.of(ADDRESS, new ConnectException(), true).next())
                .isEqualTo(Ending.Next.RETRY);
    }

    private static Throwable cause(Throwable failure, Throwable cause) {
        return failure.initCause(cause);
    }
}
