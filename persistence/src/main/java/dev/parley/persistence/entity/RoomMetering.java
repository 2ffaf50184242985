package dev.parley.persistence.entity;

import dev.parley.core.id.RoomId;
import dev.parley.core.session.Input;
import dev.parley.persistence.room.RoomEffect;
import dev.parley.persistence.room.RoomEvent;
import dev.parley.persistence.room.RoomMeters;
import dev.parley.persistence.room.Run;
import dev.parley.persistence.room.ToRelay;
import java.time.Duration;
import java.util.List;

/** What meters are told of a room's effects. */
final class RoomMetering {
    private RoomMetering() {}

    static void accepted(RoomMeters meters, RoomId room, List<RoomEvent> events) {
        int nodes = 0;
        for (RoomEvent event : events) {
            if (event instanceof RoomEvent.NodesAppended appended) {
                for (Run run : appended.runs()) {
                    nodes += run.nodes().size();
                }
            }
        }
        if (nodes > 0) {
            meters.accepted(room, nodes);
        }
    }

    static void reconciled(RoomMeters meters, List<RoomEffect> effects, long startedNs) {
        for (RoomEffect effect : effects) {
            if (effect instanceof RoomEffect.Reply(var relay, ToRelay.Admitted admitted)) {
                meters.reconciled(
                        admitted.admission().difference().strategy(), Duration.ofNanos(System.nanoTime() - startedNs));
            }
        }
    }

    /** Counts refusals by lamport and wall clock, as the texts of spec 01 §8.1 name them. */
    static void refused(RoomMeters meters, ToRelay message) {
        if (!(message instanceof ToRelay.Answered answered)) {
            return;
        }
        for (Input.PackAnswer answer : answered.answers()) {
            if (answer.errors().isPresent()) {
                for (String text : answer.errors().get().split("; ", -1)) {
                    if (text.startsWith("lamport ceiling exceeded")) {
                        meters.lamportRejected("ceiling");
                    } else if (text.startsWith("wall clock skew")) {
                        meters.lamportRejected("wall_skew");
                    }
                }
            }
        }
    }
}
