package dev.parley.edge.peer;

import dev.parley.core.access.Capabilities;
import dev.parley.core.history.Acceptance;
import dev.parley.core.history.AcceptanceRules;
import dev.parley.core.history.Candidate;
import dev.parley.core.history.History;
import dev.parley.core.history.HistoryView;
import dev.parley.core.history.Node;
import dev.parley.core.history.NodeLimits;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Overlay;
import dev.parley.core.history.Packs;
import dev.parley.core.history.Signatures;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import dev.parley.core.id.SessionId;
import dev.parley.core.reconcile.Difference;
import dev.parley.core.reconcile.MstNode;
import dev.parley.core.reconcile.Plan;
import dev.parley.core.reconcile.RoomIndex;
import dev.parley.core.reconcile.StandardReconciler;
import dev.parley.core.reconcile.Summary;
import dev.parley.core.wire.FromPeer;
import dev.parley.core.wire.MessageReader;
import dev.parley.core.wire.MessageWriter;
import dev.parley.core.wire.ToPeer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.function.BiPredicate;

/** A room in memory that speaks the protocol through the real codecs: what replicas are tested against. */
final class LoopbackRoom {
    private static final PeerId SERVER = PeerId.of(new byte[PeerId.SIZE_BYTES]);

    private final Signatures signatures;
    private final BiPredicate<PeerId, String> mayWrite;
    private History history = new History();
    private RoomIndex index = new RoomIndex();
    private final Map<Replica, Line> lines = new LinkedHashMap<>();
    private boolean answersMissing = true;
    private int catchUpNodes = Integer.MAX_VALUE;
    private int mstRequests;
    private int nodesReceived;

    /** One replica's connection: what is on its way to it, and what it said that was not looked at yet. */
    private static final class Line {
        private final Queue<String> toPeer = new ArrayDeque<>();
        private final Queue<String> toRoom = new ArrayDeque<>();
        private final List<Notice> notices = new ArrayList<>();
        private boolean greeted;
    }

    LoopbackRoom(Signatures signatures, BiPredicate<PeerId, String> mayWrite) {
        this.signatures = signatures;
        this.mayWrite = mayWrite;
    }

    HistoryView view() {
        return history.view();
    }

    int mstRequests() {
        return mstRequests;
    }

    int nodesReceived() {
        return nodesReceived;
    }

    /** From now on welcome names no missing ids, as for a peer whose filter does not decode. */
    void hideMissing() {
        answersMissing = false;
    }

    /** From now on catch-up packs hold so many nodes each. */
    void chunkCatchUp(int nodes) {
        catchUpNodes = nodes;
    }

    /** Forgets everything, as a server whose disk was replaced. */
    void loseEverything() {
        history = new History();
        index = new RoomIndex();
    }

    void connect(Replica replica) {
        Line line = new Line();
        lines.put(replica, line);
        line.toRoom.add(replica.hello());
    }

    /** Breaks a connection; what was under way in either direction is lost. */
    void cut(Replica replica) {
        lines.remove(replica);
        replica.disconnected();
    }

    List<Notice> notices(Replica replica) {
        return lines.get(replica).notices;
    }

    /** The messages of the room that this replica has not received yet. */
    int undelivered(Replica replica) {
        return lines.get(replica).toPeer.size();
    }

    /** Carries messages both ways until nothing moves. */
    void run(long nowMs) {
        boolean moved = true;
        while (moved) {
            moved = false;
            for (Replica replica : List.copyOf(lines.keySet())) {
                moved |= turn(replica, nowMs);
            }
        }
    }

    /** Carries to and from one replica what is there now. */
    boolean turn(Replica replica, long nowMs) {
        boolean heard = hear(replica, Integer.MAX_VALUE, nowMs);
        return deliver(replica, nowMs) | heard;
    }

    /** The room takes in up to {@code messages} of what the replica sends. */
    boolean hear(Replica replica, int messages, long nowMs) {
        Line line = lines.get(replica);
        line.toRoom.addAll(replica.outgoing(nowMs));
        boolean moved = false;
        for (int i = 0; i < messages && !line.toRoom.isEmpty(); i++) {
            byte[] text = line.toRoom.remove().getBytes(StandardCharsets.UTF_8);
            answer(replica, line, MessageReader.read(text, 0, text.length), nowMs);
            moved = true;
        }
        return moved;
    }

    private boolean deliver(Replica replica, long nowMs) {
        Line line = lines.get(replica);
        boolean moved = !line.toPeer.isEmpty();
        while (!line.toPeer.isEmpty()) {
            line.notices.addAll(replica.receive(line.toPeer.remove(), nowMs));
        }
        return moved;
    }

    private void answer(Replica replica, Line line, FromPeer message, long nowMs) {
        switch (message) {
            case FromPeer.Hello hello -> welcome(replica, line, hello);
            case FromPeer.Pack(FromPeer.PackContent.Nodes(var nodes, var size)) -> store(replica, line, nodes, nowMs);
            case FromPeer.MstRequest(var paths) -> {
                mstRequests++;
                List<MstNode> nodes = new ArrayList<>();
                paths.forEach(path -> index.mst().node(path).ifPresent(nodes::add));
                send(line, new ToPeer.MstResponse(nodes));
            }
            default -> throw new AssertionError("a replica sent " + message);
        }
    }

    private void welcome(Replica replica, Line line, FromPeer.Hello hello) {
        HistoryView view = history.view();
        Difference difference =
                new StandardReconciler().compare(view, index, new Summary(hello.heads(), hello.sketch(), true));
        send(
                line,
                new ToPeer.Welcome(
                        new RoomId("r"),
                        new SessionId(lines.size()),
                        view.root(),
                        view.heads(),
                        answersMissing ? difference.weLack() : List.of(),
                        Capabilities.DEFAULT,
                        SERVER,
                        List.of(),
                        Optional.of(index.mst().root())));
        int[] plan = Plan.of(difference.peerLacks(), view);
        for (int from = 0; from < plan.length; from += Math.min(catchUpNodes, plan.length - from)) {
            int to = from + Math.min(catchUpNodes, plan.length - from);
            List<Node> nodes =
                    Arrays.stream(plan, from, to).mapToObj(view::node).toList();
            send(line, new ToPeer.Pack("server", Packs.encode(nodes), Optional.empty()));
        }
        line.greeted = true;
    }

    private void store(Replica replica, Line line, List<Node> nodes, long nowMs) {
        nodesReceived += nodes.size();
        List<Candidate> candidates = nodes.stream()
                .map(node -> new Candidate(node, Nodes.verdict(node, signatures)))
                .toList();
        Acceptance.Outcome outcome = Acceptance.accept(
                new Overlay(history.view()),
                candidates,
                new AcceptanceRules(mayWrite::test, SERVER, false, true, NodeLimits.DEFAULT),
                nowMs);
        for (Node node : outcome.stored()) {
            history.append(node);
            index.add(node.id());
        }
        if (!outcome.errors().isEmpty()) {
            send(line, new ToPeer.Failure(String.join("; ", outcome.errors())));
        }
        int parked = outcome.parked().size();
        int accepted = nodes.size() - outcome.refused();
        send(line, new ToPeer.PackAck(new RoomId("r"), nodes.size(), accepted, outcome.refused(), parked));
        if (!outcome.stored().isEmpty()) {
            NodeId root = history.view().root();
            ToPeer relay = new ToPeer.Pack(replica.peer().toHex(), Packs.encode(outcome.stored()), Optional.of(root));
            lines.forEach((other, theirs) -> {
                if (other != replica && theirs.greeted) {
                    send(theirs, relay);
                }
            });
        }
    }

    private static void send(Line line, ToPeer message) {
        line.toPeer.add(MessageWriter.encode(message).json());
    }

    /** Says something to a replica that no rule of this room makes it say. */
    void say(Replica replica, ToPeer message) {
        send(lines.get(replica), message);
    }

    /** Sends a replica this text as it is. */
    void sayRaw(Replica replica, String text) {
        lines.get(replica).toPeer.add(text);
    }
}
