package dev.parley.edge.peer;

import dev.parley.core.history.Node;
import dev.parley.core.history.Op;
import dev.parley.core.id.NodeId;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Prints what happens in a room, a line for each change; runs of text ops of one author in one text share a line. */
final class TailPrinter {
    private final PrintWriter out;

    TailPrinter(PrintWriter out) {
        this.out = out;
    }

    void print(Notice notice) {
        switch (notice) {
            case Notice.Stored(var from, var nodes) -> {
                Map<String, Integer> typed = new LinkedHashMap<>();
                for (Node node : nodes) {
                    String author = node.transaction().author().toHex().substring(0, 8);
                    node.transaction().ops().forEach(op -> print(author, op, typed));
                }
                typed.forEach((where, characters) -> out.println(where + " (" + characters + " edits)"));
            }
            case Notice.PeerJoined(var peer) -> out.println(name(peer) + " joined");
            case Notice.PeerLeft(var peer) -> out.println(name(peer) + " left");
            case Notice.Presence(var peer, var data) -> out.println(name(peer) + " presence " + data);
            case Notice.Joined joined -> {}
            case Notice.CaughtUp caughtUp -> {}
            case Notice.Acknowledged acknowledged -> {}
            case Notice.Rejected rejected -> {}
            case Notice.Complaint complaint -> {}
            case Notice.Ignored ignored -> {}
        }
        out.flush();
    }

    private void print(String author, Op op, Map<String, Integer> typed) {
        switch (op) {
            case Op.MapSet(var key, var value) ->
                out.println(author + " set " + key + " = " + new String(value, StandardCharsets.UTF_8));
            case Op.MapDelete(var key) -> out.println(author + " delete " + key);
            case Op.MapSetBlob(var key, NodeId blob) -> out.println(author + " set " + key + " = blob " + blob);
            case Op.ListInsert(var key, var item, var position) ->
                out.println(author + " insert " + key + " " + item + " at " + position);
            case Op.ListDelete(var key, var item) -> out.println(author + " remove " + key + " " + item);
            case Op.ListMove(var key, var item, var position) ->
                out.println(author + " move " + key + " " + item + " to " + position);
            case Op.TextInsert text -> typed.merge(author + " types in " + text.key(), 1, Integer::sum);
            case Op.TextDelete text -> typed.merge(author + " types in " + text.key(), 1, Integer::sum);
            case Op.TextInsertRange text -> typed.merge(author + " types in " + text.key(), 1, Integer::sum);
            case Op.TextDeleteRange text -> typed.merge(author + " types in " + text.key(), 1, Integer::sum);
        }
    }

    private static String name(String peer) {
        return peer.length() > 8 ? peer.substring(0, 8) : peer;
    }
}
