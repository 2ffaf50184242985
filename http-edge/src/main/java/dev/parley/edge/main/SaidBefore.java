package dev.parley.edge.main;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.Set;

/**
 * Keeps out of the log what Pekko adds, with its stack, when a room stops because its journal could not be written or
 * read: the journal and the room have said so in a line each, and a full disk would repeat it for every room and retry.
 * So too when a port is busy: the refused start says it.
 */
public final class SaidBefore extends Filter<ILoggingEvent> {
    private static final String ROOM_STOPS = "org.apache.pekko.persistence.typed.internal.JournalFailureException";
    private static final String SNAPSHOT_FAILED = "Failed to save snapshot given metadata";
    private static final String PORT_BUSY = "Bind failed for TCP channel";
    private static final Set<String> CAUSES = Set.of(
            "dev.parley.persistence.journal.JournalWriteFailed",
            "dev.parley.persistence.journal.JournalReadFailed",
            "dev.parley.persistence.room.CorruptRoom");

    @Override
    public FilterReply decide(ILoggingEvent event) {
        String message = String.valueOf(event.getMessage());
        if (message.startsWith(SNAPSHOT_FAILED) || message.startsWith(PORT_BUSY)) {
            return FilterReply.DENY;
        }
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown == null || !thrown.getClassName().equals(ROOM_STOPS)) {
            return FilterReply.NEUTRAL;
        }
        for (IThrowableProxy cause = thrown.getCause(); cause != null; cause = cause.getCause()) {
            if (CAUSES.contains(cause.getClassName())) {
                return FilterReply.DENY;
            }
        }
        return FilterReply.NEUTRAL;
    }
}
