package dev.parley.edge.peer.stock;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.core.history.Node;
import dev.parley.core.history.Signatures;
import dev.parley.core.history.Signer;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.RoomId;
import dev.parley.edge.peer.stock.StockEffect.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The document client (spec 03 §11.1): what a browser runs.
 *
 * <p>Its defects, which a server must live with: it takes {@code welcome.missing} for the ids to leave out of its
 * upload; it uploads nearly its whole graph, unchunked, whenever the roots differ; its descent ({@link StockDescent})
 * finds little; and it comes back every second to a server that accepts and then closes.
 */
public final class DocClient implements StockClient {
    private static final long FIRST_RETRY_MS = 1_000;
    private static final long LAST_RETRY_MS = 30_000;
    private static final long TOKEN_SLACK_MS = 5_000;
    private static final long TOKEN_REFRESH_MS = 30_000;
    private static final int CHUNK_CHARS = 48 << 10;

    private final RoomId room;
    private final DocSettings settings;
    private final StockGraph graph;
    private final DocPresence presence;
    private final DocBlobs blobs;
    private final Retry retry = new Retry(FIRST_RETRY_MS, LAST_RETRY_MS);

    private Link link = Link.CLOSED;
    private long retryAtMs;
    private Optional<StockToken> token = Optional.empty();
    private long refreshAtMs = Long.MAX_VALUE;
    private Optional<StockDescent> descent = Optional.empty();

    private enum Link {
        CLOSED,
        WAITING,
        FETCHING_TOKEN,
        OPENING,
        OPEN,
        WELCOMED
    }

    public DocClient(RoomId room, Signer signer, Signatures signatures, DocSettings settings) {
        this.room = room;
        this.settings = settings;
        this.graph = new StockGraph(signer, signatures);
        this.presence = new DocPresence(signer.peer().toHex());
        this.blobs = new DocBlobs(settings.blobs());
    }

    @Override
    public List<StockEffect> start(long nowMs) {
        List<StockEffect> out = new ArrayList<>();
        connect(nowMs, out);
        return out;
    }

    @Override
    public List<StockEffect> on(StockEvent event, long nowMs) {
        List<StockEffect> out = new ArrayList<>();
        switch (event) {
            case StockEvent.Opened opened -> opened(nowMs, out);
            case StockEvent.NotOpened(var why) -> ended(why, nowMs, out);
            case StockEvent.Closed(var code, var reason) ->
                ended("closed with " + code + (reason.isEmpty() ? "" : " '" + reason + "'"), nowMs, out);
            case StockEvent.Heard(var json) -> heard(json, nowMs, out);
            case StockEvent.TokenFetched(var fetched) -> fetched(fetched, nowMs, out);
            case StockEvent.TimePassed passed -> later(nowMs, out);
            case StockEvent.Edited(var ops, var wallMs) -> edited(graph.commit(ops, wallMs), out);
            case StockEvent.PresenceSet(var data) -> presence.set(data, isOpen(), nowMs, out);
            case StockEvent.Asked(var json, var replyType) -> {
                if (isOpen()) {
                    out.add(new StockEffect.Send(json, Cause.CONTROL, 0));
                }
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
        long due = Math.min(refreshAtMs, isOpen() ? presence.dueMs() : Long.MAX_VALUE);
        return link == Link.WAITING ? Math.min(due, retryAtMs) : due;
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

    private boolean isOpen() {
        return link == Link.OPEN || link == Link.WELCOMED;
    }

    /** A token is fetched first when there is none, or it has five seconds left. */
    private void connect(long nowMs, List<StockEffect> out) {
        boolean stale = token.filter(it -> it.expirySeconds() * 1_000 - TOKEN_SLACK_MS > nowMs)
                .isEmpty();
        if (settings.tokens() && stale) {
            link = Link.FETCHING_TOKEN;
            out.add(new StockEffect.FetchToken());
        } else {
            link = Link.OPENING;
            out.add(new StockEffect.Open());
        }
    }

    private void fetched(Optional<StockToken> fetched, long nowMs, List<StockEffect> out) {
        token = fetched;
        // At least a second: a token that is nearly over must not be fetched in a loop.
        refreshAtMs = fetched.map(it -> Math.max(nowMs + 1_000, it.expirySeconds() * 1_000 - TOKEN_REFRESH_MS))
                .orElse(Long.MAX_VALUE);
        if (link == Link.FETCHING_TOKEN) {
            link = Link.OPENING;
            out.add(new StockEffect.Open());
        }
    }

    private void opened(long nowMs, List<StockEffect> out) {
        if (link != Link.OPENING) {
            return;
        }
        retry.reset(); // As soon as a socket opens, whatever comes of it.
        link = Link.OPEN;
        out.add(new StockEffect.Send(hello(), Cause.HELLO, 0));
        blobs.uploadAll(out);
        presence.opened(nowMs, out);
    }

    private String hello() {
        var hello = StockJson.message("hello")
                .put("room", room.value())
                .put("pubkey", graph.peer().toHex())
                .put("root", graph.view().root().toHex());
        hello.set("frontier", StockJson.ids(graph.view().heads()));
        hello.put(
                "ibf",
                StockJson.base64(
                        switch (settings.filterRule()) {
                            case WIDE_64 -> graph.index().wide().encode();
                            case NARROW_32 -> graph.index().narrow().encode();
                        }));
        hello.put("mst_root", graph.mstRoot().toHex());
        hello.putObject("caps")
                .put("supports_ibf", true)
                .put("supports_mst", true)
                .put("supports_postcard", true)
                .put("supports_encryption", true)
                .put("supports_webrtc", true)
                .putNull("max_tick_interval_ms")
                .put("supports_list_crdt", true)
                .put("supports_direct_blob_io", true);
        token.flatMap(it -> StockJson.read(it.json())).ifPresent(it -> hello.set("token", it));
        hello.set("subscribe", StockJson.texts(settings.subscribe()));
        return hello.toString();
    }

    /** Every close is the same to it, and so is a socket that did not open. */
    private void ended(String why, long nowMs, List<StockEffect> out) {
        if (link != Link.OPENING && !isOpen()) {
            return;
        }
        link = Link.WAITING;
        descent = Optional.empty();
        long delayMs = retry.nextMs();
        retryAtMs = nowMs + delayMs;
        out.add(new StockEffect.Tell(new StockNews.Retrying(why, delayMs)));
    }

    private void later(long nowMs, List<StockEffect> out) {
        if (nowMs >= refreshAtMs) {
            refreshAtMs = Long.MAX_VALUE;
            if (link != Link.CLOSED && link != Link.FETCHING_TOKEN) {
                out.add(new StockEffect.FetchToken());
            }
        }
        if (link == Link.WAITING && nowMs >= retryAtMs) {
            connect(nowMs, out);
        }
        if (isOpen()) {
            presence.later(nowMs, out);
        }
    }

    private void edited(Node node, List<StockEffect> out) {
        blobs.sees(List.of(node));
        if (isOpen()) {
            out.add(new StockEffect.Send(StockJson.pack(StockJson.base64(List.of(node))), Cause.EDIT, 1));
        }
    }

    private void heard(String json, long nowMs, List<StockEffect> out) {
        Optional<JsonNode> read = StockJson.read(json);
        if (!isOpen() || read.isEmpty()) {
            return;
        }
        JsonNode message = read.get();
        switch (message.path("type").asText()) {
            case "welcome" -> welcome(message, out);
            case "pack" -> pack(message, out);
            case "mst-response" -> descend(message, out);
            case "error" ->
                out.add(new StockEffect.Tell(
                        new StockNews.ServerError(message.path("msg").asText())));
            case "blob-available" -> blobs.offered(StockJson.ids(message.path("hashes")), out);
            case "blob-pack" -> blobs.received(message);
            default -> presence.heard(message, nowMs, out);
        }
    }

    private void welcome(JsonNode welcome, List<StockEffect> out) {
        link = Link.WELCOMED;
        Optional<NodeId> root = StockJson.id(welcome, "root");
        Optional<NodeId> treeRoot = StockJson.id(welcome, "mst_root");
        List<NodeId> missing = StockJson.ids(welcome.path("missing"));
        List<String> peers = new ArrayList<>();
        welcome.path("peers").forEach(peer -> peers.add(peer.asText()));
        boolean rootDiffers = root.filter(it -> !it.equals(graph.view().root())).isPresent();
        out.add(new StockEffect.Tell(new StockNews.Welcomed(rootDiffers, missing.size(), peers)));

        boolean rootless = root.isEmpty() && treeRoot.isEmpty();
        if (rootless) {
            uploadInChunks(out);
        } else if (!missing.isEmpty()) {
            upload(graph.allExcept(missing), Cause.ALL_BUT_MISSING, out);
        } else if (rootDiffers) {
            upload(graph.allExcept(StockJson.ids(welcome.path("frontier"))), Cause.ALL_BUT_FRONTIER, out);
        }
        presence.welcomed(peers, out);
        boolean treeDiffers = welcome.path("caps").path("supports_mst").asBoolean()
                && treeRoot.filter(it -> !it.equals(graph.mstRoot())).isPresent();
        if (treeDiffers) {
            descent = Optional.of(new StockDescent());
            askForTree(out);
        } else if (rootless || rootDiffers) {
            var request = StockJson.message("request");
            request.set("known", StockJson.ids(rootless ? idsInAChunk() : graph.ids()));
            out.add(new StockEffect.Send(request.toString(), Cause.REQUEST_ALL, 0));
        }
        blobs.askForLacking(out);
    }

    private static void upload(List<Node> nodes, Cause cause, List<StockEffect> out) {
        if (!nodes.isEmpty()) {
            out.add(new StockEffect.Send(StockJson.pack(StockJson.base64(nodes)), cause, nodes.size()));
        }
    }

    /** Against a server that names no roots: chunk after chunk of at most 48 KiB of base64. */
    private void uploadInChunks(List<StockEffect> out) {
        List<Node> chunk = new ArrayList<>();
        long bytes = 0;
        for (Node node : graph.allExcept(List.of())) {
            // Four characters for three bytes, and up to five bytes for the count.
            if (!chunk.isEmpty() && (bytes + node.sizeBytes() + 5) / 3 * 4 + 4 > CHUNK_CHARS) {
                upload(chunk, Cause.CHUNKED, out);
                chunk.clear();
                bytes = 0;
            }
            chunk.add(node);
            bytes += node.sizeBytes();
        }
        upload(chunk, Cause.CHUNKED, out);
    }

    private List<NodeId> idsInAChunk() {
        List<NodeId> ids = graph.ids();
        return StockJson.ids(ids).toString().length() > CHUNK_CHARS ? List.of() : ids;
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
            blobs.sees(imported.stored());
        }
        if (imported.dropped() > 0) {
            out.add(new StockEffect.Tell(new StockNews.Dropped(imported.dropped())));
        }
        imported.stopped()
                .ifPresent(
                        why -> out.add(new StockEffect.Tell(new StockNews.ImportStopped(why, imported.abandoned()))));
        blobs.askForLacking(out);
    }

    private void descend(JsonNode message, List<StockEffect> out) {
        if (descent.isEmpty()) {
            return;
        }
        StockDescent walk = descent.get();
        walk.answered(StockJson.treeNodes(message), graph.index().mst());
        if (!walk.asks().isEmpty()) {
            askForTree(out);
            return;
        }
        descent = Optional.empty();
        out.add(new StockEffect.Tell(new StockNews.Descended(
                walk.rounds(), walk.mine().size(), walk.theirs().size())));
        if (!walk.theirs().isEmpty()) {
            var done = StockJson.message("mst-done");
            done.set("ids", StockJson.ids(walk.theirs()));
            out.add(new StockEffect.Send(done.toString(), Cause.MST_DONE, 0));
        }
        if (!walk.mine().isEmpty()) {
            upload(graph.allExcept(walk.theirs()), Cause.AFTER_DESCENT, out);
        }
    }

    private void askForTree(List<StockEffect> out) {
        var request = StockJson.message("mst-request");
        request.set("paths", StockJson.texts(descent.orElseThrow().asks()));
        out.add(new StockEffect.Send(request.toString(), Cause.MST_REQUEST, 0));
    }
}
