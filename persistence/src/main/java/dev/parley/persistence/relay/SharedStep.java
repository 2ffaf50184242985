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

    private final long seq;
    private final NodeId root;
    private final List<Run> runs;
    private final Set<SessionId> origins = new HashSet<>();
    private final Map<Subscription, Share> shares = new HashMap<>();
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

    /** What one subscription lets pass. */
    private final class Share {
        private final Subscription subscription;
        /** By run: null until it is made, empty when nothing of the run passes. */
        private final List<Optional<Encoded>> messages;

        private Input.Relayed toOthers;

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

        private Optional<Encoded> make(Run run, int index) {
            List<Node> passing = subscription.isEverything()
                    ? run.nodes()
                    : run.nodes().stream().filter(subscription::wants).toList();
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
