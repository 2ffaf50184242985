package dev.parley.edge.peer.stock;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.core.history.Node;
import dev.parley.core.history.Op;
import dev.parley.core.id.NodeId;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Says in lines what a stock client does and what happens to it, and remembers what a run waits for. */
final class StockPrinter implements StockConnection.Listener {
    private static final int SHOWN_CHARS = 60;

    private final String name;
    private final PrintWriter out;
    private final PrintWriter err;
    private volatile boolean tailing;
    private volatile long movedMs = nowMs();
    private volatile int unanswered;
    private volatile boolean refused;
    private volatile List<NodeId> roomHeads = List.of();
    private volatile Optional<String> gaveUp = Optional.empty();

    StockPrinter(String name, PrintWriter out, PrintWriter err) {
        this.name = name;
        this.out = out;
        this.err = err;
    }

    /** From now on nodes of others are printed. */
    void tail() {
        tailing = true;
    }

    /** How long nothing has been sent or heard, presence left out. */
    long quietMs() {
        return nowMs() - movedMs;
    }

    /** True if every pack of this connection has its acknowledgement. */
    boolean answered() {
        return unanswered == 0;
    }

    /** True if a node was refused. */
    boolean refused() {
        return refused;
    }

    /** The room's heads as of the last welcome. */
    List<NodeId> roomHeads() {
        return roomHeads;
    }

    Optional<String> gaveUp() {
        return gaveUp;
    }

    @Override
    public void sent(StockEffect.Send message) {
        if (message.cause() != StockEffect.Cause.PRESENCE) {
            movedMs = nowMs();
        }
        if (message.nodes() > 0) {
            unanswered = unanswered + 1;
        }
        String size = message.nodes() > 0
                ? " (" + message.nodes() + (message.nodes() == 1 ? " node, " : " nodes, ")
                        + message.json().length() + " characters)"
                : "";
        say(message.cause().sentence() + size);
    }

    @Override
    public void heard(String json) {
        Optional<JsonNode> message = StockJson.read(json);
        String type = message.map(it -> it.path("type").asText()).orElse("");
        if (!type.equals("presence")) {
            movedMs = nowMs();
        }
        if (type.equals("welcome")) {
            roomHeads = StockJson.ids(message.orElseThrow().path("frontier"));
        }
        if (type.equals("pack-ack")) {
            unanswered = Math.max(0, unanswered - 1);
            int rejected = message.orElseThrow().path("rejected_count").asInt();
            refused |= rejected > 0;
            if (rejected > 0) {
                say("hears that " + rejected + " nodes were refused");
            }
        }
    }

    @Override
    public void closed(int code, String reason) {
        unanswered = 0;
        say("was closed with " + code + (reason.isEmpty() ? "" : " '" + reason + "'"));
    }

    @Override
    public void told(StockNews news) {
        switch (news) {
            case StockNews.Welcomed(var differ, var missing, var peers) ->
                say("is in the room" + (differ ? ", with another root" : ", up to date")
                        + (missing > 0 ? "; the server asks for " + missing + " nodes" : "")
                        + (peers.isEmpty() ? "" : "; " + peers.size() + " others are here"));
            case StockNews.Stored(var from, var nodes) -> nodes.forEach(this::print);
            case StockNews.Dropped(var nodes) ->
                say("defect: drops " + nodes + " nodes without their parents, in silence");
            case StockNews.ImportStopped(var why, var abandoned) ->
                say("defect: ends an import (" + why + ") and does not look at " + abandoned + " more nodes");
            case StockNews.Descended(var rounds, var mine, var theirs) ->
                say("ends its descent after " + rounds + " rounds: " + mine + " nodes only here, " + theirs
                        + " only there, as far as its last round tells");
            case StockNews.ServerError(var text) -> say("is told: " + text);
            case StockNews.Acked acked -> {}
            case StockNews.NotSent(var why, var nodes) -> {
                refused = true;
                say("defect: does not send " + nodes + " nodes, " + why);
            }
            case StockNews.Retrying(var why, var delayMs) -> say("tries again in " + delayMs + " ms (" + why + ")");
            case StockNews.GaveUp(var why) -> {
                say("defect: gives up for good, since the socket did not open (" + why + ")");
                gaveUp = Optional.of(why);
            }
            case StockNews.PeerJoined(var peer) -> say("sees " + brief(peer) + " join");
            case StockNews.PeerLeft(var peer) -> say("sees " + brief(peer) + " leave");
            case StockNews.Presence(var peer, var data) -> say("sees presence of " + brief(peer) + ": " + cut(data));
            case StockNews.Forgotten(var peer) -> say("forgets " + brief(peer) + ", silent for 45 s");
            case StockNews.Replied(var type, var json) -> say("has its reply: " + cut(json));
            case StockNews.NoReply(var type) -> say("waited in vain for " + type);
        }
    }

    private void print(Node node) {
        if (!tailing) {
            return;
        }
        String author = brief(node.transaction().author().toHex());
        for (Op op : node.transaction().ops()) {
            String what = switch (op) {
                case Op.MapSet(var key, var value) -> "set " + key + " = " + new String(value, StandardCharsets.UTF_8);
                case Op.MapDelete(var key) -> "delete " + key;
                default -> op.getClass().getSimpleName() + " in " + op.key();
            };
            out.println(author + " " + cut(what));
        }
        out.flush();
    }

    private void say(String what) {
        err.println(name + " " + what + ".");
        err.flush();
    }

    private static String brief(String key) {
        return key.length() > 8 ? key.substring(0, 8) : key;
    }

    /** One short line without control characters, whatever somebody wrote. */
    private static String cut(String text) {
        String plain = text.replaceAll("\\p{Cntrl}", "?");
        return plain.length() > SHOWN_CHARS ? plain.substring(0, SHOWN_CHARS) + "…" : plain;
    }

    private static long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }
}
