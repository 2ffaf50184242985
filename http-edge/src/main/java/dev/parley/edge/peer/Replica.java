package dev.parley.edge.peer;

import dev.parley.core.history.HistoryView;
import dev.parley.core.history.Node;
import dev.parley.core.history.NodeLimits;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Op;
import dev.parley.core.history.Signatures;
import dev.parley.core.history.Signer;
import dev.parley.core.history.Transaction;
import dev.parley.core.history.Verdict;
import dev.parley.core.id.Lamport;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import dev.parley.core.state.Materialized;
import dev.parley.core.state.Projection;
import dev.parley.core.state.TextState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

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
    /** With more nodes than this, a widened subscription is caught up by a new session, not by naming all ids. */
    private static final int KNOWN_NAMED_MAX = 20_000;

    private final RoomId room;
    private final Signer signer;
    private final Signatures signatures;
    private final ReplicaSettings settings;
    private List<String> subscribed;
    private Optional<String> tokenJson;

    private final Outbox outbox = new Outbox();
    private final Sending sending;
    private final Reunion reunion = new Reunion(outbox);
    private final Errands errands = new Errands();
    private final Roster roster = new Roster();
    private final ReplicaNodes nodes;

    public Replica(RoomId room, Signer signer, Signatures signatures, ReplicaSettings settings) {
        this.room = room;
        this.signer = signer;
        this.signatures = signatures;
        this.settings = settings;
        this.subscribed = settings.subscribe();
        this.tokenJson = settings.tokenJson();
        this.sending = new Sending(settings, outbox);
        this.nodes = new ReplicaNodes(settings.orphansMax(), this::stored);
    }

    private void stored(int number, boolean received) {
        if (received) {
            outbox.hold(number);
        } else if (reunion.greeted()) {
            outbox.add(number);
        }
    }

    /** Starts a conversation: the first message to send on a new connection. */
    public String hello() {
        outbox.forgetSession();
        errands.parted();
        reunion.begin(view(), filtered());
        return PeerMessages.hello(
                room, peer(), view().heads(), nodes.index().wide().encode(), subscribed, tokenJson);
    }

    private boolean filtered() {
        return !subscribed.isEmpty() && !subscribed.contains("**");
    }

    /** The connection is gone. Edits go on; the next welcome tells what has to be sent again. */
    public void disconnected() {
        outbox.forgetSession();
        errands.parted();
        reunion.end();
    }

    /** Sends half as fast from now on: what a peer does that was closed with 4008. */
    public void slowDown() {
        sending.slowDown();
    }

    /** The next hello carries this token, a JSON object; false if it is the one of the last hello. */
    public boolean useToken(Optional<String> json) {
        boolean changed = !json.equals(tokenJson);
        tokenJson = json;
        return changed;
    }

    /** Takes in one message of the server. Errors: none; what breaks the protocol becomes {@link Notice.Ignored}. */
    public List<Notice> receive(String json, long nowMs) {
        return switch (ServerMessages.read(json)) {
            case FromServer.Welcome welcome -> welcomed(welcome);
            case FromServer.Pack(var from, var packed) -> imported(from, packed, nowMs);
            case FromServer.PackAck ack -> sending.acknowledged(ack, view(), nowMs);
            case FromServer.MstResponse(var asked) -> {
                reunion.answered(asked, nodes.index().mst());
                yield List.of();
            }
            case FromServer.Failure failure -> {
                errands.failed(!Sending.meansAPack(failure.text()));
                yield sending.failed(failure, nowMs);
            }
            case FromServer.PeerJoined(var peer, var type) -> {
                roster.joined(peer, type);
                errands.somebodyCame();
                yield List.of(new Notice.PeerJoined(peer));
            }
            case FromServer.PeerLeft(var peer) -> {
                roster.left(peer);
                yield List.of(new Notice.PeerLeft(peer));
            }
            case FromServer.Presence shown -> shown(List.of(shown), nowMs);
            case FromServer.PresenceSnapshot(var entries) -> shown(entries, nowMs);
            case FromServer.PresenceLeft(var peer, var session, var reason) ->
                roster.presenceLeft(peer, session) ? List.of(new Notice.Presence(peer, "null")) : List.of();
            case FromServer.Other(var type, var text) -> other(type, text);
            case FromServer.Unreadable(var why) -> List.of(new Notice.Ignored(why));
        };
    }

    private List<Notice> welcomed(FromServer.Welcome welcome) {
        int heldBefore = outbox.heldCount();
        reunion.welcomed(welcome);
        errands.joined();
        roster.welcomed(welcome.peers());
        List<Notice> notices = new ArrayList<>();
        notices.add(new Notice.Joined(welcome.peers()));
        int acknowledged = outbox.heldCount() - heldBefore;
        if (acknowledged > 0) {
            notices.add(new Notice.Acknowledged(acknowledged));
        }
        noticeCaughtUp(notices);
        return notices;
    }

    private List<Notice> imported(String from, List<Node> packed, long nowMs) {
        List<Notice> notices = new ArrayList<>();
        List<Node> stored = new ArrayList<>();
        for (Node node : packed) {
            int number = view().numberOf(node.id());
            if (number >= 0) {
                outbox.hold(number);
            } else if (settings.verifies() && !valid(node)) {
                notices.add(new Notice.Ignored("node " + node.id() + " has a wrong hash or signature"));
            } else {
                stored.addAll(nodes.receive(node, nowMs));
            }
        }
        if (!stored.isEmpty()) {
            notices.add(new Notice.Stored(from, List.copyOf(stored)));
        }
        noticeCaughtUp(notices);
        return notices;
    }

    private void noticeCaughtUp(List<Notice> notices) {
        if (reunion.caughtUp(view())) {
            notices.add(new Notice.CaughtUp());
        }
    }

    private boolean valid(Node node) {
        return Nodes.verdict(node, signatures) instanceof Verdict.Checked(var computed, var signature)
                && computed.equals(node.id())
                && signature == Verdict.SignatureState.VALID;
    }

    private List<Notice> shown(List<FromServer.Presence> entries, long nowMs) {
        List<Notice> notices = new ArrayList<>();
        for (FromServer.Presence entry : entries) {
            boolean ours = entry.peer().equals(peer().toHex());
            if (!ours && roster.presence(entry.peer(), entry.session(), entry.dataJson(), nowMs)) {
                notices.add(new Notice.Presence(entry.peer(), entry.dataJson()));
            }
        }
        return notices;
    }

    private List<Notice> other(String type, String json) {
        List<Notice> notices = new ArrayList<>();
        if (type.equals("server-info") && reunion.probed()) {
            noticeCaughtUp(notices);
        } else if (errands.answered(type)) {
            notices.add(new Notice.Answered(type, json));
        }
        return notices;
    }

    /** The messages to send now, within the pace and the bound of packs under way. */
    public List<String> outgoing(long nowMs) {
        List<String> messages = new ArrayList<>(reunion.questions());
        if (reunion.joined()) {
            messages.addAll(errands.messages(nowMs));
            messages.addAll(sending.packs(view(), nowMs));
        }
        return messages;
    }

    /** How long from now nothing can go out, in milliseconds; {@code most} when only a message can change that. */
    public long idleMs(long nowMs, long most) {
        return reunion.joined() ? sending.idleMs(nowMs, errands.idleMs(nowMs, most)) : most;
    }

    /** Makes one edit of these ops on top of everything known here. {@code wallMs} may be 0. */
    public Node edit(List<Op> ops, long wallMs) {
        List<NodeId> heads = view().heads();
        List<NodeId> parents = heads.subList(0, Math.min(heads.size(), NodeLimits.DEFAULT.parentsMax()));
        long lamport = Lamport.plusSaturating(nodes.clock(), 1);
        Node node = Nodes.sign(new Transaction(peer(), lamport, wallMs, ops, parents), signer);
        nodes.own(node);
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
        return live().text(key).orElseGet(TextState::new);
    }

    /** Takes a node of our own that was made elsewhere; it becomes part of the history when its parents are here. */
    public void offer(Node node) {
        if (!view().contains(node.id())) {
            nodes.own(node);
        }
    }

    /** Shows this JSON value to the others until something else is shown; empty takes it back. */
    public void presence(Optional<String> dataJson) {
        errands.presence(dataJson);
    }

    /** Sends a request in this session or the next; {@code answer} is the type of its answer, "" when it has none. */
    public void request(String json, String answer) {
        errands.add(json, answer);
    }

    /** How many requests have no answer yet. */
    public int requestsOpen() {
        return errands.open();
    }

    /**
     * Wants nodes with keys that match these patterns from now on (spec 03 §6), and what the room has of them.
     *
     * @return false if a new session has to be started for it
     */
    public boolean subscribe(List<String> patterns) {
        subscribed = List.copyOf(patterns);
        if (!reunion.joined()) {
            return true; // The next hello says it.
        }
        if (view().count() > KNOWN_NAMED_MAX) {
            return false;
        }
        errands.add(PeerMessages.subscribe(subscribed), "subscribe-ack");
        errands.add(
                PeerMessages.request(
                        IntStream.range(0, view().count()).mapToObj(view()::id).toList()),
                "");
        return true;
    }

    Optional<String> ownPresence() {
        return errands.presence();
    }

    /** The others in the room. */
    List<Roster.Entry> others(long nowMs) {
        return roster.entries(nowMs);
    }

    public PeerId peer() {
        return signer.peer();
    }

    public RoomId room() {
        return room;
    }

    public HistoryView view() {
        return nodes.view();
    }

    /** The root of the tree over all node ids. */
    public NodeId mstRoot() {
        return nodes.index().mst().root();
    }

    /** Map, lists and texts as this peer shows them, in arrival order: read only. */
    public Projection live() {
        return nodes.live();
    }

    /** The canonical state. Cost: a replay of the whole history. */
    public Materialized state() {
        return Materialized.of(view());
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
        int number = view().numberOf(id);
        return number >= 0 && outbox.holds(number);
    }

    /** How many nodes here are not known to be durable at the server, prepared ones included. */
    public int unacknowledged() {
        return view().count() - outbox.heldCount() + nodes.prepared();
    }

    /** How many nodes the server refused in this session, with those that follow them. */
    public int refused() {
        return outbox.refusedCount();
    }

    /** How many nodes wait to be sent or acknowledged, or for their parents: what bounds a producer. */
    public int backlog() {
        return outbox.waitingCount() + outbox.packsInFlight() * settings.packNodesMax() + nodes.prepared();
    }

    /** How many received nodes wait for parents. */
    public int orphans() {
        return nodes.orphans();
    }

    /** True when the room's nodes are here and every node here is acknowledged or refused. */
    public boolean settled() {
        return reunion.joined() && reunion.complete() && outbox.isEmpty() && nodes.prepared() == 0;
    }
}
