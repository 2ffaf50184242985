package dev.parley.persistence.relay;

import dev.parley.core.access.Subscription;
import dev.parley.core.history.Node;
import dev.parley.core.history.Packs;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.SessionId;
import dev.parley.core.session.Input;
import dev.parley.core.wire.Encoded;
import dev.parley.core.wire.MessageWriter;
import dev.parley.core.wire.ToPeer;
import dev.parley.persistence.room.Filtered;
import dev.parley.persistence.room.Run;
import dev.parley.persistence.room.ToRelay;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One committed event as the sessions of this member get it: each run is encoded once for each distinct subscription,
 * when the first session needs it, and shared from then on.
 *
 * <p>Shape: a session does not get its own runs back, only the {@code seq}. A run with nothing for a subscription is
 * left out.
 * <p>Cost: one encoding a run and distinct subscription; subscriptions that let all of a run pass share one.
 */
final class SharedStep {
    private static final long ENVELOPE_BYTES = 192;

    /** No session has this id, so nobody's own pack is of it. */
    private static final SessionId NOBODY = new SessionId(0);

    private final long seq;
    private final NodeId root;
    private final List<Run> runs;
    private final Set<SessionId> origins = new HashSet<>();
    private final Map<Subscription, Share> shares = new HashMap<>();
    private final Map<ClosedFeed, Closed> closed = new HashMap<>();
    private final long nodeBytes;
    private long sizeBytes;

    SharedStep(ToRelay.Step step) {
        this.seq = step.seq();
        this.root = step.root();
        this.runs = step.runs();
        this.nodeBytes = sizeBytes(step);
        this.sizeBytes = nodeBytes;
        runs.forEach(run -> origins.add(run.origin()));
    }

    /** The first node of the step, if it has any. */
    Optional<NodeId> firstNode() {
        return runs.stream().flatMap(run -> run.nodes().stream()).findFirst().map(Node::id);
    }

    /** The encoded size of a step's nodes. */
    static long sizeBytes(ToRelay.Step step) {
        long bytes = 0;
        for (Run run : step.runs()) {
            for (Node node : run.nodes()) {
                bytes += node.sizeBytes();
            }
        }
        return bytes;
    }

    long seq() {
        return seq;
    }

    /** How many messages a session may get of it. */
    int messages() {
        return runs.size();
    }

    /** About how long those messages are: nodes travel as base64. */
    long messageBytes() {
        return nodeBytes / 3 * 4 + ENVELOPE_BYTES * runs.size();
    }

    /** What keeping this step costs: its nodes and the messages made of them so far. */
    long sizeBytes() {
        return sizeBytes;
    }

    /** The step as {@code session} gets it. */
    Input.Relayed forSession(SessionId session, Subscription subscription) {
        Share share = shares.computeIfAbsent(subscription, s -> new Share(s, runs.size()));
        if (origins.contains(session)) {
            return new Input.Relayed(seq, share.packs(Optional.of(session)));
        }
        if (share.toOthers == null) {
            share.toOthers = new Input.Relayed(seq, share.packs(Optional.empty()));
        }
        return share.toOthers;
    }

    /** What a session with this subscription does not get of the step. */
    Filtered leftOut(Subscription subscription) {
        Share share = shares.get(subscription);
        return share == null ? Filtered.NOTHING : share.leftOut;
    }

    /** The step as the sessions of a feed get it, once it was closed for it; empty before. */
    Optional<Input.Relayed> forClosed(ClosedFeed feed) {
        Closed made = closed.get(feed);
        return made == null || !made.whole ? Optional.empty() : Optional.of(made.relayed());
    }

    Filtered leftOut(ClosedFeed feed) {
        return closed.containsKey(feed) ? closed.get(feed).leftOut : Filtered.NOTHING;
    }

    /**
     * Finds what of the step the sessions of a feed get: what passes and its ancestors here. Gives the parents outside
     * of the step that they may lack; when there are none, the step is closed.
     */
    List<NodeId> close(ClosedFeed feed) {
        Closed made = new Closed(feed);
        closed.put(feed, made);
        List<NodeId> lacked = made.lacked();
        if (lacked.isEmpty()) {
            made.finish(feed, List.of());
        }
        return lacked;
    }

    /** Closes the step with the ancestors that the room knew to be lacking. */
    void addParents(ClosedFeed feed, List<Node> parents) {
        closed.get(feed).finish(feed, parents);
    }

    /** The step with the ancestors of what passes. */
    private final class Closed {
        private final List<List<Node>> passing = new ArrayList<>();
        private final List<NodeId> outside = new ArrayList<>();
        private final Filtered leftOut;
        private List<Input.RelayedPack> packs = List.of();
        private boolean whole;

        Closed(ClosedFeed feed) {
            Set<NodeId> needed = new HashSet<>();
            Set<NodeId> here = new HashSet<>();
            runs.forEach(run -> run.nodes().forEach(node -> here.add(node.id())));
            Filtered without = Filtered.NOTHING;
            for (int i = runs.size() - 1; i >= 0; i--) {
                List<Node> ofRun = new ArrayList<>();
                List<Node> nodes = runs.get(i).nodes();
                long bytes = 0;
                for (int k = nodes.size() - 1; k >= 0; k--) {
                    Node node = nodes.get(k);
                    if (!needed.contains(node.id()) && !feed.wants(node)) {
                        bytes += node.sizeBytes();
                        continue;
                    }
                    ofRun.add(node);
                    for (NodeId parent : node.transaction().parents()) {
                        if (here.contains(parent)) {
                            needed.add(parent);
                        } else if (!feed.wasSent(parent)) {
                            outside.add(parent);
                        }
                    }
                }
                Collections.reverse(ofRun);
                passing.add(ofRun);
                without = without.plus(new Filtered(nodes.size() - ofRun.size(), bytes, ofRun.isEmpty() ? 1 : 0));
            }
            Collections.reverse(passing);
            leftOut = without;
        }

        List<NodeId> lacked() {
            return outside.stream().distinct().toList();
        }

        void finish(ClosedFeed feed, List<Node> parents) {
            List<Input.RelayedPack> made = new ArrayList<>();
            if (!parents.isEmpty()) {
                made.add(pack(NOBODY, "server", parents));
                parents.forEach(node -> feed.sends(node.id()));
            }
            for (int i = 0; i < runs.size(); i++) {
                List<Node> nodes = passing.get(i);
                nodes.forEach(node -> feed.sends(node.id()));
                if (!nodes.isEmpty()) {
                    made.add(pack(runs.get(i).origin(), runs.get(i).from().toHex(), nodes));
                }
            }
            packs = List.copyOf(made);
            whole = true;
        }

        private Input.RelayedPack pack(SessionId origin, String from, List<Node> nodes) {
            Encoded message = MessageWriter.encode(new ToPeer.Pack(from, Packs.encode(nodes), Optional.of(root)));
            sizeBytes += message.sizeBytes();
            return new Input.RelayedPack(origin, message);
        }

        Input.Relayed relayed() {
            return new Input.Relayed(seq, packs);
        }
    }

    /** What one subscription lets pass. */
    private final class Share {
        private final Subscription subscription;
        /** By run: null until it is made, empty when nothing of the run passes. */
        private final List<Optional<Encoded>> messages;

        private Input.Relayed toOthers;
        private Filtered leftOut = Filtered.NOTHING;

        Share(Subscription subscription, int runCount) {
            this.subscription = subscription;
            this.messages = new ArrayList<>(Collections.nCopies(runCount, null));
        }

        List<Input.RelayedPack> packs(Optional<SessionId> without) {
            List<Input.RelayedPack> packs = new ArrayList<>(runs.size());
            for (int i = 0; i < runs.size(); i++) {
                SessionId origin = runs.get(i).origin();
                if (without.isEmpty() || !without.get().equals(origin)) {
                    message(i).ifPresent(message -> packs.add(new Input.RelayedPack(origin, message)));
                }
            }
            return List.copyOf(packs);
        }

        private Optional<Encoded> message(int index) {
            Optional<Encoded> made = messages.get(index);
            if (made == null) {
                made = make(runs.get(index), index);
                messages.set(index, made);
            }
            return made;
        }

        private static Filtered leftOut(List<Node> all, List<Node> passing) {
            return new Filtered(
                    all.size() - passing.size(), sizeBytes(all) - sizeBytes(passing), passing.isEmpty() ? 1 : 0);
        }

        private static long sizeBytes(List<Node> nodes) {
            return nodes.stream().mapToLong(Node::sizeBytes).sum();
        }

        private Optional<Encoded> make(Run run, int index) {
            List<Node> passing = subscription.isEverything()
                    ? run.nodes()
                    : run.nodes().stream().filter(subscription::wants).toList();
            if (passing.size() < run.nodes().size()) {
                leftOut = leftOut.plus(leftOut(run.nodes(), passing));
            }
            if (passing.isEmpty()) {
                return Optional.empty();
            }
            if (passing.size() == run.nodes().size() && !subscription.isEverything()) {
                return shares.computeIfAbsent(Subscription.EVERYTHING, s -> new Share(s, runs.size()))
                        .message(index);
            }
            Encoded message =
                    MessageWriter.encode(new ToPeer.Pack(run.from().toHex(), Packs.encode(passing), Optional.of(root)));
            sizeBytes += message.sizeBytes();
            return Optional.of(message);
        }
    }
}
