package dev.parley.sim.check;

import dev.parley.core.history.Candidate;
import dev.parley.core.id.NodeId;
import dev.parley.core.session.Input;
import dev.parley.persistence.room.Flushed;
import dev.parley.persistence.room.RoomEvent;
import dev.parley.persistence.room.RoomState;
import dev.parley.persistence.room.Run;
import dev.parley.persistence.room.ToRoom;
import dev.parley.sim.oracle.PlainJudge;
import dev.parley.sim.oracle.PlainNode;
import java.util.ArrayList;
import java.util.List;

/** A room's decisions against those of the oracle: stored, known, parked and refused alike, and in the same words. */
final class Judgement {
    private static final int ERRORS_MAX = 1_000;

    private final Journaled journaled;
    private final PlainJudge judge;

    Judgement(Journaled journaled, PlainJudge judge) {
        this.journaled = journaled;
        this.judge = judge;
    }

    /** The room decided these submits in this state, at {@code nowMs}. */
    void decided(RoomState room, List<ToRoom.Submit> submits, Flushed flushed, long nowMs) {
        Violation.unless(
                flushed.decided().size() == submits.size(),
                () -> submits.size() + " submits got " + flushed.decided().size() + " answers");
        PlainJudge.Turn turn = judge.turn(journaled.room(), room.seq(), nowMs);
        List<Stored> expected = new ArrayList<>();
        for (int i = 0; i < submits.size(); i++) {
            ToRoom.Submit submit = submits.get(i);
            PlainJudge.Decision decision = turn.decide(plain(submit.candidates()));
            decision.stored().forEach(id -> expected.add(new Stored(submit, id)));
            compare(submit, decision, flushed.decided().get(i));
        }
        compare(expected, flushed.events());
    }

    private record Stored(ToRoom.Submit by, NodeId id) {}

    private List<PlainNode> plain(List<Candidate> candidates) {
        List<PlainNode> nodes = new ArrayList<>(candidates.size());
        for (Candidate candidate : candidates) {
            nodes.add(journaled.plain(candidate.node()));
        }
        return nodes;
    }

    private static void compare(ToRoom.Submit submit, PlainJudge.Decision expected, Flushed.Decided decided) {
        Input.PackAnswer got = decided.answer();
        Violation.unless(
                got.incoming() == submit.candidates().size()
                        && got.stored() == expected.stored().size()
                        && got.known() == expected.known()
                        && got.parked() == expected.parked().size()
                        && got.rejected() == expected.refused(),
                () -> "a pack of " + submit.origin() + " was decided " + got + ", not " + expected);
        Violation.unless(
                decided.parked().stream()
                        .map(candidate -> candidate.node().id())
                        .toList()
                        .equals(expected.parked()),
                () -> "of a pack of " + submit.origin() + " was parked " + decided.parked() + ", not "
                        + expected.parked());
        if (expected.errors().size() <= ERRORS_MAX) {
            String text = String.join("; ", expected.errors());
            Violation.unless(
                    got.errors().orElse("").equals(text),
                    () -> "a pack of " + submit.origin() + " was answered " + got.errors() + ", not " + text);
        }
    }

    private static void compare(List<Stored> expected, List<RoomEvent> events) {
        int at = 0;
        for (RoomEvent event : events) {
            if (!(event instanceof RoomEvent.NodesAppended(List<Run> runs, NodeId root))) {
                throw new Violation("packs made the event " + event);
            }
            for (Run run : runs) {
                for (var node : run.nodes()) {
                    Stored next = at < expected.size() ? expected.get(at) : null;
                    at++;
                    Violation.unless(
                            next != null
                                    && next.id().equals(node.id())
                                    && next.by().origin().equals(run.origin())
                                    && next.by().from().equals(run.from()),
                            () -> "node " + node.id() + " is written as " + run.origin() + "'s; expected was " + next);
                }
            }
        }
        int written = at;
        Violation.unless(written == expected.size(), () -> written + " nodes are written, not " + expected.size());
    }
}
