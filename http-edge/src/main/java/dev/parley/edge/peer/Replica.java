package dev.parley.edge.peer;

import dev.parley.core.history.History;
import dev.parley.core.history.HistoryView;
import dev.parley.core.history.Node;
import dev.parley.core.history.NodeLimits;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Op;
import dev.parley.core.history.OrphanBuffer;
import dev.parley.core.history.Signatures;
import dev.parley.core.history.Signer;
import dev.parley.core.history.Transaction;
import dev.parley.core.history.Verdict;
import dev.parley.core.id.Lamport;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import dev.parley.core.reconcile.RoomIndex;
import dev.parley.core.state.Materialized;
import dev.parley.core.state.Projection;
import dev.parley.core.state.TextState;
import java.util.ArrayList;
import java.util.List;

/**
 * One peer's copy of one room, and its side of the conversation with a server, without a socket.
 *
 * <p>For each connection: send {@link #hello}, feed every message to {@link #receive}, send what {@link #outgoing}
 * gives, and say {@link #disconnected} at the end. Edits may be made at any time. After each welcome it uploads what the
 * server lacks, then what is edited, in packs it keeps until they are acknowledged.
 *
 * <p>Pure: time is handed in and nothing is random, so equal inputs give equal outputs. Not thread-safe.
 */
public final class Replica {
    private final RoomId room;
    private final Signer signer;
    private final Signatures signatures;
    private final ReplicaSettings settings;

    private final History history = new History();
    private HistoryView view = history.view();
    private final RoomIndex index = new RoomIndex();
    private int indexed;
    private final Projection live = new Projection();
    private long clock;

    private final OrphanBuffer<Node> orphans;
    private final OrphanBuffer<Node> prepared = new OrphanBuffer<>(Integer.MAX_VALUE, Long.MAX_VALUE / 2);
    private final Outbox outbox = new Outbox();
    private final Sending sending;
    private final Reunion reunion = new Reunion(outbox);

    public Replica(RoomId room, Signer signer, Signatures signatures, ReplicaSettings settings) {
        this.room = room;
        this.signer = signer;
        this.signatures = signatures;
        this.settings = settings;
        this.orphans = new OrphanBuffer<>(settings.orphansMax(), Long.MAX_VALUE / 2);
        this.sending = new Sending(settings, outbox);
    }

    /** Starts a conversation: the first message to send on a new connection. */
    public String hello() {
        outbox.forgetSession();
        reunion.begin(view);
        return PeerMessages.hello(
                room, peer(), view.heads(), index().wide().encode(), settings.subscribe(), settings.tokenJson());
    }

    /** The connection is gone. Edits go on; the next welcome tells what has to be sent again. */
    public void disconnected() {
        outbox.forgetSession();
        reunion.end();
    }

    /** Sends half as fast from now on: what a peer does that was closed with 4008. */
    public void slowDown() {
        sending.slowDown();
    }

    /** Takes in one message of the server. Errors: none; what breaks the protocol becomes {@link Notice.Ignored}. */
    public List<Notice> receive(String json, long nowMs) {
        return switch (ServerMessages.read(json)) {
            case FromServer.Welcome welcome -> welcomed(welcome);
            case FromServer.Pack(var from, var nodes) -> imported(from, nodes, nowMs);
            case FromServer.PackAck ack -> sending.acknowledged(ack, nowMs);
            case FromServer.MstResponse(var nodes) -> {
                reunion.answered(nodes, index().mst());
                yield List.of();
            }
            case FromServer.Failure(var text) -> sending.failed(text, nowMs);
            case FromServer.PeerJoined(var peer) -> List.of(new Notice.PeerJoined(peer));
            case FromServer.PeerLeft(var peer) -> List.of(new Notice.PeerLeft(peer));
            case FromServer.Presence(var peer, var data) -> List.of(new Notice.Presence(peer, data));
            case FromServer.Other other -> List.of();
            case FromServer.Unreadable(var why) -> List.of(new Notice.Ignored(why));
        };
    }

    private List<Notice> welcomed(FromServer.Welcome welcome) {
        int heldBefore = outbox.heldCount();
        reunion.welcomed(welcome);
        List<Notice> notices = new ArrayList<>();
        notices.add(new Notice.Joined(welcome.peers()));
        addAcknowledged(notices, outbox.heldCount() - heldBefore);
        if (reunion.caughtUp(view)) {
            notices.add(new Notice.CaughtUp());
        }
        return notices;
    }

    private List<Notice> imported(String from, List<Node> nodes, long nowMs) {
        List<Notice> notices = new ArrayList<>();
        List<Node> stored = new ArrayList<>();
        for (Node node : nodes) {
            int number = view.numberOf(node.id());
            if (number >= 0) {
                outbox.hold(number);
            } else if (settings.verifies() && !valid(node)) {
                notices.add(new Notice.Ignored("node " + node.id() + " has a wrong hash or signature"));
            } else if (lacksParent(node)) {
                orphans.park(node, node, nowMs);
            } else {
                store(node, true);
                stored.add(node);
                settle(node.id(), stored);
            }
        }
        if (!stored.isEmpty()) {
            notices.add(new Notice.Stored(from, List.copyOf(stored)));
        }
        if (reunion.caughtUp(view)) {
            notices.add(new Notice.CaughtUp());
        }
        return notices;
    }

    private boolean valid(Node node) {
        return Nodes.verdict(node, signatures) instanceof Verdict.Checked(var computed, var signature)
                && computed.equals(node.id())
                && signature == Verdict.SignatureState.VALID;
    }

    private boolean lacksParent(Node node) {
        return !node.transaction().parents().stream().allMatch(view::contains);
    }

    private int store(Node node, boolean held) {
        int number = history.append(node);
        view = history.view();
        live.apply(node.transaction());
        clock = Lamport.max(clock, lastLamport(node.transaction()));
        if (held) {
            outbox.hold(number);
        } else if (reunion.greeted()) {
            outbox.add(number);
        }
        return number;
    }

    /** The greatest lamport a transaction uses: a run of k characters takes k of them (spec 05 §4.7). */
    private static long lastLamport(Transaction transaction) {
        long longest = 1;
        for (Op op : transaction.ops()) {
            if (op instanceof Op.TextInsertRange(var key, var anchor, var text)) {
                longest = Math.max(longest, text.codePointCount(0, text.length()));
            }
        }
        return Lamport.plusSaturating(transaction.lamport(), longest - 1);
    }

    /** The filter and the tree over all nodes; most nodes come and go between two hellos without need of them. */
    private RoomIndex index() {
        for (; indexed < view.count(); indexed++) {
            index.add(view.id(indexed));
        }
        return index;
    }

    /** Stores all that waited for this node; received ones are added to {@code stored}. */
    private void settle(NodeId parent, List<Node> stored) {
        List<NodeId> parents = List.of(parent);
        while (!parents.isEmpty()) {
            List<NodeId> next = new ArrayList<>();
            for (Node node : orphans.release(parents, view::contains)) {
                if (!view.contains(node.id())) {
                    store(node, true);
                    stored.add(node);
                    next.add(node.id());
                }
            }
            for (Node node : prepared.release(parents, view::contains)) {
                if (!view.contains(node.id())) {
                    store(node, false);
                    next.add(node.id());
                }
            }
            parents = next;
        }
    }

    private static void addAcknowledged(List<Notice> notices, int nodes) {
        if (nodes > 0) {
            notices.add(new Notice.Acknowledged(nodes));
        }
    }

    /** The messages to send now, within the pace and the bound of packs under way. */
    public List<String> outgoing(long nowMs) {
        List<String> messages = new ArrayList<>(reunion.questions());
        if (reunion.joined()) {
            messages.addAll(sending.packs(view, nowMs));
        }
        return messages;
    }

    /** How long from now nothing can go out, in milliseconds; {@code most} when only a message can change that. */
    public long idleMs(long nowMs, long most) {
        return reunion.joined() ? sending.idleMs(nowMs, most) : most;
    }

    /** Makes one edit of these ops on top of everything known here. {@code wallMs} may be 0. */
    public Node edit(List<Op> ops, long wallMs) {
        List<NodeId> heads = view.heads();
        List<NodeId> parents = heads.subList(0, Math.min(heads.size(), NodeLimits.DEFAULT.parentsMax()));
        Node node = Nodes.sign(new Transaction(peer(), Lamport.plusSaturating(clock, 1), wallMs, ops, parents), signer);
        store(node, false);
        settle(node.id(), new ArrayList<>());
        return node;
    }

    public Node set(String key, byte[] value, long wallMs) {
        return edit(List.of(new Op.MapSet(key, value)), wallMs);
    }

    public Node delete(String key, long wallMs) {
        return edit(List.of(new Op.MapDelete(key)), wallMs);
    }

    /** Types text at a visible position, one node a character. */
    public void type(String key, int position, String text, long wallMs) {
        int at = position;
        for (int scalar : text.codePoints().toArray()) {
            edit(List.of(textOf(key).insertAt(key, at++, scalar)), wallMs);
        }
    }

    /** Deletes characters from a visible position on, one node a character. */
    public void erase(String key, int position, int count, long wallMs) {
        for (int i = 0; i < count; i++) {
            edit(List.of(textOf(key).deleteAt(key, position)), wallMs);
        }
    }

    private TextState textOf(String key) {
        return live.text(key).orElseGet(TextState::new);
    }

    /** Takes a node of our own that was made elsewhere; it becomes part of the history when its parents are here. */
    public void offer(Node node) {
        if (view.contains(node.id())) {
            return;
        }
        if (lacksParent(node)) {
            prepared.park(node, node, 0);
        } else {
            store(node, false);
            settle(node.id(), new ArrayList<>());
        }
    }

    public PeerId peer() {
        return signer.peer();
    }

    public RoomId room() {
        return room;
    }

    public HistoryView view() {
        return view;
    }

    /** The root of the tree over all node ids. */
    public NodeId mstRoot() {
        return index().mst().root();
    }

    /** Map, lists and texts as this peer shows them, in arrival order: read only. */
    public Projection live() {
        return live;
    }

    /** The canonical state. Cost: a replay of the whole history. */
    public Materialized state() {
        return Materialized.of(view);
    }

    /** True from welcome on, once it is known what the server lacks. */
    public boolean joined() {
        return reunion.joined();
    }

    /** True from the moment when the room's nodes as of welcome are here, until the connection ends. */
    public boolean caughtUp() {
        return reunion.complete();
    }

    /** True if the server is known to hold this node: acknowledged, received from it, or below one of its heads. */
    public boolean acknowledged(NodeId id) {
        int number = view.numberOf(id);
        return number >= 0 && outbox.holds(number);
    }

    /** How many nodes here are not known to be durable at the server, prepared ones included. */
    public int unacknowledged() {
        return view.count() - outbox.heldCount() + prepared.size();
    }

    /** How many nodes the server refused in this session, with those that follow them. */
    public int refused() {
        return outbox.refusedCount();
    }

    /** How many nodes wait to be sent or acknowledged, or for their parents: what bounds a producer. */
    public int backlog() {
        return outbox.waitingCount() + outbox.packsInFlight() * settings.packNodesMax() + prepared.size();
    }

    /** How many received nodes wait for parents. */
    public int orphans() {
        return orphans.size();
    }

    /** True when the room's nodes are here and every node here is acknowledged or refused. */
    public boolean settled() {
        return reunion.joined() && reunion.complete() && outbox.isEmpty() && prepared.size() == 0;
    }
}
