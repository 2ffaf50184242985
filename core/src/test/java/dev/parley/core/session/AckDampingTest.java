package dev.parley.core.session;

import static dev.parley.core.session.Talk.candidates;
import static dev.parley.core.session.Talk.failure;
import static dev.parley.core.session.Talk.pack;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.wire.ToPeer;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which acknowledgements wait, so that a peer that sends refused nodes again at once does not do so for ever. */
class AckDampingTest {
    @ParameterizedTest(name = "stored {0}, known {1}, parked {2}, rejected {3}: waits {4}")
    @CsvSource({
        "0, 0, 0, 5, true",
        "0, 4, 0, 1, true", // The same pack again: what was good in it is known by now.
        "0, 0, 4, 1, true", // What follows a refused node is parked each time.
        "0, 2, 2, 1, true",
        "1, 2, 1, 1, false", // Something came of it.
        "4, 0, 0, 1, false",
        "0, 5, 0, 0, false",
        "0, 0, 5, 0, false",
    })
    void anAcknowledgementOfARefusalWaitsUnlessSomethingWasStored(
            int stored, int known, int parked, int rejected, boolean waits) {
        Talk talk = Talk.live().saying(pack(0, 5)).then(new Input.Verified(6, candidates(0, 5)));
        Input.PackAnswer answer =
                new Input.PackAnswer(5, stored, known, parked, rejected, 0, Optional.of("policy violation"));
        Effect ack = new Effect.Send(new ToPeer.PackAck(Talk.ROOM, 5, 5 - rejected, rejected, parked));

        assertThat(talk.step(new Input.Answered(7, answer)))
                .containsExactly(
                        failure("policy violation"),
                        waits ? new Effect.StartTimer(Effect.Timer.DELAYED_ACK, 8, Duration.ofSeconds(1)) : ack);
    }
}
