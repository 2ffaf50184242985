package dev.parley.edge.main;

import dev.parley.core.history.Decoded;
import dev.parley.core.id.RoomId;
import dev.parley.persistence.journal.JournalReader;
import dev.parley.persistence.journal.RoomSummary;
import dev.parley.persistence.journal.StoredEvent;
import dev.parley.persistence.room.RoomEvent;
import dev.parley.persistence.room.RoomEventForm;
import java.util.Optional;

/** How rooms are found and read in the journal. */
final class RoomJournal {
    private static final String PREFIX = "room|";

    /** An event whose bytes cannot be read, or not by this version; the message is a sentence. */
    static final class Unreadable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unreadable(String sentence) {
            super(sentence);
        }
    }

    private RoomJournal() {}

    static String persistenceId(RoomId room) {
        return PREFIX + room.value();
    }

    /** Empty for what is no room. */
    static Optional<RoomId> roomOf(String persistenceId) {
        return persistenceId.startsWith(PREFIX)
                ? RoomId.parse(persistenceId.substring(PREFIX.length()))
                : Optional.empty();
    }

    /** Errors: {@link Unreadable}. */
    static RoomEvent event(StoredEvent stored) {
        return switch (RoomEventForm.decode(stored.manifest(), stored.bytes())) {
            case Decoded.Whole<RoomEvent>(var event) -> event;
            case Decoded.Broken<RoomEvent>(var what, var offsetBytes) ->
                throw new Unreadable("the event at seq " + stored.seq() + " cannot be read: " + what + " at byte "
                        + offsetBytes + " of " + stored.manifest());
        };
    }

    /** Cost: reads the room's events. */
    static long countNodes(JournalReader journal, RoomSummary room) {
        long[] nodes = {0};
        journal.events(room.persistenceId(), 1, room.highestSeq(), stored -> {
            if (event(stored) instanceof RoomEvent.NodesAppended appended) {
                appended.runs().forEach(run -> nodes[0] += run.nodes().size());
            }
        });
        return nodes[0];
    }
}
