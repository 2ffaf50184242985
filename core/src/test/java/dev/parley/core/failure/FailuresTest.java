package dev.parley.core.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FailuresTest {
    static Stream<Arguments> failures() {
        Duration wait = Duration.ofSeconds(1);
        return Stream.of(
                arguments(new SyncFailure.MalformedHello("why"), 1008, "why", Optional.of("why")),
                arguments(new SyncFailure.HelloTimeout(wait), 1006, "", Optional.empty()),
                arguments(new SyncFailure.Unauthorized("auth: x"), 1008, "auth: x", Optional.of("auth: x")),
                arguments(
                        new SyncFailure.TokenExpiredAtHello("auth: old"),
                        4002,
                        "token expired",
                        Optional.of("auth: old")),
                arguments(new SyncFailure.TokenExpired(), 4002, "token expired", Optional.empty()),
                arguments(new SyncFailure.RateExceeded(5, 9), 4008, "rate limit exceeded", Optional.empty()),
                arguments(new SyncFailure.PeerTooSlow(512, 9), 4001, "resync required", Optional.empty()),
                arguments(new SyncFailure.FeedLost(7), 4001, "resync required", Optional.empty()),
                arguments(new SyncFailure.SendStalled(wait), 1011, "server overload", Optional.empty()),
                arguments(new SyncFailure.PeerDead(), 1011, "server overload", Optional.empty()),
                arguments(
                        new SyncFailure.RoomUnavailable(wait),
                        1011,
                        "server overload",
                        Optional.of("room is not available, try again")),
                arguments(new SyncFailure.TooManySessions("full"), 1011, "server overload", Optional.of("full")),
                arguments(new SyncFailure.MessageFarTooLarge(9), 1009, "message too large", Optional.empty()),
                arguments(new SyncFailure.MemberLeaving(), 1012, "service restart", Optional.empty()),
                arguments(new SyncFailure.Internal("bug"), 1011, "internal error", Optional.empty()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("failures")
    void everyFailureHasItsCodeReasonAndEnvelope(
            SyncFailure failure, int code, String reason, Optional<String> envelope) {
        assertThat(Failures.code(failure).number()).isEqualTo(code);
        assertThat(Failures.reason(failure)).isEqualTo(reason);
        assertThat(Failures.envelope(failure)).isEqualTo(envelope);
    }

    @Test
    void noFailureIsLeftOut() {
        Set<Class<?>> tried = failures().map(row -> row.get()[0].getClass()).collect(Collectors.toSet());

        assertThat(tried).containsExactlyInAnyOrder(SyncFailure.class.getPermittedSubclasses());
    }

    @Test
    void ourOwnReasonsFitACloseFrame() {
        assertThat(Arrays.stream(CloseCode.values()).map(CloseCode::reason))
                .allSatisfy(reason -> assertThat(reason.length()).isLessThanOrEqualTo(123));
    }
}
