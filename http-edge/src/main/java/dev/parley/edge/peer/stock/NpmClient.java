package dev.parley.edge.peer.stock;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.core.history.Node;
import dev.parley.core.history.Signatures;
import dev.parley.core.history.Signer;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.RoomId;
import dev.parley.edge.peer.stock.StockEffect.Cause;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The second client (spec 03 §11.2): what programs use from the package registry.
 *
 * <p>Its defects, which a server must live with: a pack of more than 61,440 base64 characters is never sent, so a graph
 * of some hundred nodes cannot be uploaded; a short {@code pack-ack} makes it send the same nodes again at once; and an
 * attempt that fails before the socket opens is the last one.
 */
public final class NpmClient implements StockClient {
    private static final long FIRST_RETRY_MS = 500;
    private static final long LAST_RETRY_MS = 15_000;
    private static final long REPLY_MS = 5_000;
    private static final int PACK_CHARS_MAX = 61_440;
    private static final int EMPTY_CHARS_MAX = 4;

    private final RoomId room;
    private final Optional<StockToken> token;
    private final StockGraph graph;
    private final Retry retry = new Retry(FIRST_RETRY_MS, LAST_RETRY_MS);

    private Link link = Link.CLOSED;
    private long retryAtMs;
    private final List<StockEffect.Send> outbox = new ArrayList<>();
    /** The nodes of the last pack sent; every acknowledgement is taken for one of it. */
    private List<Node> lastPush = List.of();
    /** Nodes whose push was taken back; they go out with the next one. */
    private final Map<NodeId, Node> unmarked = new LinkedHashMap<>();

    private final List<Wait> waits = new ArrayList<>();

    private enum Link {
        CLOSED,
        WAITING,
        OPENING,
        OPEN,
        WELCOMED
    }

    private record Wait(String replyType, long untilMs) {}

    public NpmClient(RoomId room, Signer signer, Signatures signatures, Optional<StockToken> token) {
        this.room = room;
        this.token = token;
        this.graph = new StockGraph(signer, signatures);
    }

    @Override
    public List<StockEffect> start(long nowMs) {
        link = Link.OPENING;
        return List.of(new StockEffect.Open());
    }

    @Override
    public List<StockEffect> on(StockEvent event, long nowMs) {
        List<StockEffect> out = new ArrayList<>();
        switch (event) {
            case StockEvent.Opened opened -> opened(out);
            case StockEvent.NotOpened(var why) -> {
                if (link == Link.OPENING) {
                    link = Link.CLOSED;
                    out.add(new StockEffect.Tell(new StockNews.GaveUp(why)));
                }
            }
            case StockEvent.Closed(var code, var reason) -> closed(code, reason, nowMs, out);
            case StockEvent.Heard(var json) -> heard(json, out);
            case StockEvent.TokenFetched fetched -> {} // Its token is configured once.
            case StockEvent.TimePassed passed -> later(nowMs, out);
            case StockEvent.Edited(var ops, var wallMs) -> edited(graph.commit(ops, wallMs), out);
            case StockEvent.PresenceSet(var data) -> {
                var message = StockJson.message("presence-set");
                StockJson.read(data).ifPresent(value -> message.set("data", value));
                control(message.toString(), out);
            }
            case StockEvent.Asked(var json, var replyType) -> {
                control(json, out);
                waits.add(new Wait(replyType, nowMs + REPLY_MS));
            }
            case StockEvent.Quit quit -> {
                if (isOpen()) {
                    out.add(new StockEffect.Close());
                }
                link = Link.CLOSED;
            }
        }
        return out;
    }

    @Override
    public long dueMs() {
        long due = link == Link.WAITING ? retryAtMs : Long.MAX_VALUE;
        for (Wait wait : waits) {
            due = Math.min(due, wait.untilMs());
        }
        return due;
    }

    @Override
    public boolean welcomed() {
        return link == Link.WELCOMED;
    }

    @Override
    public StockGraph graph() {
        return graph;
    }

    @Override
    public RoomId room() {
        return room;
    }

    /** The application wants what it lacks: asked now, or kept for when it is online. */
    public List<StockEffect> synchronise() {
        List<StockEffect> out = new ArrayList<>();
        send(request(), out);
        return out;
    }

    private boolean isOpen() {
        return link == Link.OPEN || link == Link.WELCOMED;
    }

    private void opened(List<StockEffect> out) {
        if (link != Link.OPENING) {
            return;
        }
        retry.reset();
        link = Link.OPEN;
        out.add(new StockEffect.Send(hello(), Cause.HELLO, 0));
        for (StockEffect.Send kept : outbox) {
            out.add(new StockEffect.Send(kept.json(), Cause.OUTBOX, kept.nodes()));
            if (kept.nodes() > 0) {
                lastPush = StockJson.read(kept.json()).flatMap(StockJson::nodes).orElseThrow();
            }
        }
        outbox.clear();
        out.add(request());
    }

    private String hello() {
        var hello = StockJson.message("hello")
                .put("room", room.value())
                .put("pubkey", graph.peer().toHex());
        hello.set("frontier", StockJson.ids(graph.view().heads()));
        hello.putObject("caps").put("supports_ibf", true).put("supports_mst", true);
        token.flatMap(it -> StockJson.read(it.json())).ifPresent(it -> hello.set("token", it));
        return hello.toString();
    }

    private StockEffect.Send request() {
        var request = StockJson.message("request");
        request.set("known", StockJson.ids(graph.ids()));
        return new StockEffect.Send(request.toString(), Cause.REQUEST_ALL, 0);
    }

    private void closed(int code, String reason, long nowMs, List<StockEffect> out) {
        if (link != Link.OPENING && !isOpen()) {
            return;
        }
        link = Link.WAITING;
        long delayMs = retry.nextMs();
        retryAtMs = nowMs + delayMs;
        String why = "closed with " + code + (reason.isEmpty() ? "" : " '" + reason + "'");
        out.add(new StockEffect.Tell(new StockNews.Retrying(why, delayMs)));
    }

    private void later(long nowMs, List<StockEffect> out) {
        if (link == Link.WAITING && nowMs >= retryAtMs) {
            link = Link.OPENING;
            out.add(new StockEffect.Open());
        }
        for (Iterator<Wait> each = waits.iterator(); each.hasNext(); ) {
            Wait wait = each.next();
            if (nowMs >= wait.untilMs()) {
                each.remove();
                out.add(new StockEffect.Tell(new StockNews.NoReply(wait.replyType())));
            }
        }
    }

    private void edited(Node node, List<StockEffect> out) {
        List<Node> nodes = new ArrayList<>(unmarked.values());
        unmarked.clear();
        nodes.add(node);
        push(nodes, Cause.EDIT, out);
    }

    private void control(String json, List<StockEffect> out) {
        send(new StockEffect.Send(json, Cause.CONTROL, 0), out);
    }

    private void send(StockEffect.Send message, List<StockEffect> out) {
        if (isOpen()) {
            out.add(message);
        } else {
            outbox.add(message);
        }
    }

    /** One pack, whatever its size; what is too large for its own limit is not sent at all. */
    private void push(List<Node> nodes, Cause cause, List<StockEffect> out) {
        String base64 = StockJson.base64(nodes);
        if (base64.length() > PACK_CHARS_MAX) {
            out.add(new StockEffect.Tell(new StockNews.NotSent(
                    "a pack of " + base64.length() + " characters is above its limit of " + PACK_CHARS_MAX,
                    nodes.size())));
        } else if (base64.length() > EMPTY_CHARS_MAX) {
            send(new StockEffect.Send(StockJson.pack(base64), cause, nodes.size()), out);
            if (isOpen()) {
                lastPush = List.copyOf(nodes);
            }
        }
    }

    private void heard(String json, List<StockEffect> out) {
        Optional<JsonNode> read = StockJson.read(json);
        if (!isOpen() || read.isEmpty()) {
            return;
        }
        JsonNode message = read.get();
        String type = message.path("type").asText();
        String from = message.path("from").asText();
        answer(type, json, out);
        switch (type) {
            case "welcome" -> welcome(message, out);
            case "pack" -> pack(message, out);
            case "pack-ack" -> acknowledged(message, out);
            case "error" -> failed(message.path("msg").asText(), out);
            case "peer-joined" -> out.add(new StockEffect.Tell(new StockNews.PeerJoined(from)));
            case "peer-left" -> out.add(new StockEffect.Tell(new StockNews.PeerLeft(from)));
            case "presence" ->
                out.add(new StockEffect.Tell(
                        new StockNews.Presence(from, message.path("data").toString())));
            default -> {}
        }
    }

    /** The first that waits for this type has its reply. */
    private void answer(String type, String json, List<StockEffect> out) {
        Optional<Wait> first =
                waits.stream().filter(wait -> wait.replyType().equals(type)).findFirst();
        first.ifPresent(wait -> {
            waits.remove(wait);
            out.add(new StockEffect.Tell(new StockNews.Replied(type, json)));
        });
    }

    private void welcome(JsonNode welcome, List<StockEffect> out) {
        link = Link.WELCOMED;
        List<NodeId> missing = StockJson.ids(welcome.path("missing"));
        List<String> peers = new ArrayList<>();
        welcome.path("peers").forEach(peer -> peers.add(peer.asText()));
        boolean rootDiffers = StockJson.id(welcome, "root")
                .filter(root -> !root.equals(graph.view().root()))
                .isPresent();
        out.add(new StockEffect.Tell(new StockNews.Welcomed(rootDiffers, missing.size(), peers)));
        if (!missing.isEmpty()) {
            push(graph.allExcept(missing), Cause.ALL_BUT_MISSING, out);
        } else if (rootDiffers) {
            push(graph.allExcept(StockJson.ids(welcome.path("frontier"))), Cause.ALL_BUT_FRONTIER, out);
        }
    }

    private void pack(JsonNode message, List<StockEffect> out) {
        Optional<List<Node>> nodes = StockJson.nodes(message);
        if (nodes.isEmpty()) {
            out.add(new StockEffect.Tell(new StockNews.ServerError("a pack that cannot be read")));
            return;
        }
        StockGraph.Imported imported = graph.importPack(nodes.get());
        if (!imported.stored().isEmpty()) {
            String from = message.path("from").asText("server");
            out.add(new StockEffect.Tell(new StockNews.Stored(from, imported.stored())));
        }
        if (imported.dropped() > 0) {
            out.add(new StockEffect.Tell(new StockNews.Dropped(imported.dropped())));
        }
        imported.stopped()
                .ifPresent(
                        why -> out.add(new StockEffect.Tell(new StockNews.ImportStopped(why, imported.abandoned()))));
    }

    private void acknowledged(JsonNode ack, List<StockEffect> out) {
        int incoming = ack.path("incoming_count").asInt();
        int accepted = ack.path("accepted_count").asInt();
        int rejected = ack.path("rejected_count").asInt();
        out.add(new StockEffect.Tell(new StockNews.Acked(
                incoming, accepted, rejected, ack.path("parked_count").asInt())));
        if (rejected > 0 || accepted < incoming) {
            push(lastPush, Cause.RESEND, out);
        }
    }

    /** {@code message too large} takes the last push back: it goes out again with the next edit. */
    private void failed(String text, List<StockEffect> out) {
        out.add(new StockEffect.Tell(new StockNews.ServerError(text)));
        if (text.contains("message too large")) {
            lastPush.forEach(node -> unmarked.put(node.id(), node));
            lastPush = List.of();
        }
    }
}
