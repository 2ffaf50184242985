package dev.parley.edge.peer;

import dev.parley.core.history.History;
import dev.parley.core.history.HistoryView;
import dev.parley.core.history.Painting;
import dev.parley.core.id.NodeId;
import dev.parley.core.reconcile.Mst;
import dev.parley.core.reconcile.MstDescent;
import dev.parley.core.reconcile.MstNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a peer finds out between hello and the first pack: which of its nodes the server lacks (spec 02 §3.2).
 *
 * <p>The first of these that settles it: the server's {@code missing}, when it decoded our filter; equal roots; the
 * server's heads, when all of them were here at hello, or when what they do not reach is little; else a descent of the
 * server's tree.
 */
final class Reunion {
    /** Up to so many nodes are sent without asking which of them the server has: known ones cost it nothing. */
    private static final int UNASKED_MAX = 256;

    private final Outbox outbox;
    private Phase phase = Phase.APART;
    private HistoryView atHello = new History().view();
    private Optional<MstDescent> descent = Optional.empty();
    private final List<String> questions = new ArrayList<>();
    private final Set<NodeId> awaited = new HashSet<>();
    private boolean toldCaughtUp;
    private boolean filtered;
    private boolean probing;

    private enum Phase {
        APART,
        GREETED,
        DESCENDING,
        JOINED
    }

    Reunion(Outbox outbox) {
        this.outbox = outbox;
    }

    /** A filtered session gets some of the room's nodes only, so their coming says nothing about its end. */
    void begin(HistoryView view, boolean filtered) {
        end();
        this.filtered = filtered;
        atHello = view;
        phase = Phase.GREETED;
    }

    void end() {
        phase = Phase.APART;
        descent = Optional.empty();
        questions.clear();
        awaited.clear();
        toldCaughtUp = false;
        probing = false;
    }

    /** True from hello on: edits made since are none of this class's business and go straight to the outbox. */
    boolean greeted() {
        return phase != Phase.APART;
    }

    boolean joined() {
        return phase == Phase.JOINED;
    }

    void welcomed(FromServer.Welcome welcome) {
        if (phase != Phase.GREETED) {
            return; // A second welcome says nothing new.
        }
        welcome.frontier().stream().filter(id -> !atHello.contains(id)).forEach(awaited::add);
        compare(welcome);
        if (filtered) {
            awaited.clear();
            probing = true;
            questions.addFirst(PeerMessages.SERVER_INFO); // Its answer comes after the catch-up.
        }
    }

    private void compare(FromServer.Welcome welcome) {
        boolean asksForOurs =
                !welcome.missing().isEmpty() && welcome.missing().stream().allMatch(atHello::contains);
        if (asksForOurs) {
            join(welcome.missing().stream().mapToInt(atHello::numberOf).toArray());
            return;
        }
        if (welcome.root().equals(atHello.root())) {
            join(new int[0]);
            return;
        }
        int[] unreached = Painting.unreached(atHello, welcome.frontier());
        if (awaited.isEmpty()
                || unreached.length <= UNASKED_MAX
                || welcome.mstRoot().isEmpty()) {
            join(unreached);
            return;
        }
        phase = Phase.DESCENDING;
        descent = Optional.of(MstDescent.begin());
        ask();
    }

    private void join(int[] lacked) {
        Set<Integer> lacks = new HashSet<>();
        for (int number : lacked) {
            lacks.add(number);
        }
        for (int number = 0; number < atHello.count(); number++) {
            if (lacks.contains(number)) {
                outbox.addLacked(number);
            } else {
                outbox.hold(number);
            }
        }
        phase = Phase.JOINED;
        descent = Optional.empty();
    }

    void answered(List<MstNode> nodes, Mst ours) {
        if (phase == Phase.DESCENDING && descent.isPresent()) {
            descent = descent.map(walk -> walk.answered(ours, nodes));
            ask();
        }
    }

    private void ask() {
        MstDescent walk = descent.orElseThrow();
        if (walk.asks().isEmpty()) {
            join(walk.onlyOurs().stream()
                    .mapToInt(atHello::numberOf)
                    .filter(number -> number >= 0)
                    .toArray());
        } else {
            questions.add(PeerMessages.mstRequest(walk.asks()));
        }
    }

    /** The answer that a filtered session waits for has come: true if it was ours. */
    boolean probed() {
        boolean was = probing;
        probing = false;
        return was;
    }

    /** Takes the messages to send. */
    List<String> questions() {
        List<String> taken = List.copyOf(questions);
        questions.clear();
        return taken;
    }

    /** True once for each session: when all heads that welcome named have come. */
    boolean caughtUp(HistoryView view) {
        awaited.removeIf(view::contains);
        boolean now =
                (phase == Phase.JOINED || phase == Phase.DESCENDING) && awaited.isEmpty() && !probing && !toldCaughtUp;
        toldCaughtUp |= now;
        return now;
    }

    /** True if all heads that welcome named have come. */
    boolean complete() {
        return toldCaughtUp;
    }
}
