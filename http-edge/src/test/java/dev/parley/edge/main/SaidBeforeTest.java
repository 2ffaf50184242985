package dev.parley.edge.main;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.spi.FilterReply;
import dev.parley.core.id.RoomId;
import dev.parley.persistence.room.CorruptRoom;
import org.apache.pekko.persistence.typed.internal.JournalFailureException;
import org.junit.jupiter.api.Test;

class SaidBeforeTest {
    @Test
    void aRoomThatStoppedForItsJournalIsNotLoggedAgain() {
        Throwable known = new CorruptRoom(new RoomId("r"), 3, "the journal ends at 2");

        assertThat(reply("Supervisor StopSupervisor saw failure: {}", new JournalFailureException("stopped", known)))
                .isEqualTo(FilterReply.DENY);
        assertThat(reply("Failed to save snapshot given metadata [x]", null)).isEqualTo(FilterReply.DENY);
        assertThat(reply("Bind failed for TCP channel on endpoint [x]", null)).isEqualTo(FilterReply.DENY);
    }

    @Test
    void whatIsABugOfOursKeepsItsStack() {
        Throwable bug = new IllegalStateException();

        assertThat(reply("Supervisor StopSupervisor saw failure: {}", new JournalFailureException("stopped", bug)))
                .isEqualTo(FilterReply.NEUTRAL);
        assertThat(reply("Supervisor StopSupervisor saw failure: {}", bug)).isEqualTo(FilterReply.NEUTRAL);
        assertThat(reply("all is well", null)).isEqualTo(FilterReply.NEUTRAL);
    }

    private static FilterReply reply(String message, Throwable thrown) {
        var logger = new LoggerContext().getLogger("test");
        return new SaidBefore().decide(new LoggingEvent("", logger, Level.ERROR, message, thrown, new Object[0]));
    }
}
