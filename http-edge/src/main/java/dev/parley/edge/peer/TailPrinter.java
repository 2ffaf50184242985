package dev.parley.edge.peer;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.parley.core.id.Lamport;
import java.math.BigInteger;
import java.util.List;

/** Writes what happens in a room, a line for each change: for people, or as JSON. Pure. */
final class TailPrinter {
    private static final int LINE_CHARS = 120;

    private final boolean json;

    TailPrinter(boolean json) {
        this.json = json;
    }

    List<String> changes(List<Change> changes) {
        return changes.stream()
                .map(json ? TailPrinter::object : TailPrinter::line)
                .toList();
    }

    /** The line for what is no change of the room's content; none for what a watcher need not see. */
    List<String> notice(Notice notice) {
        return switch (notice) {
            case Notice.PeerJoined(var peer) -> person("joined", peer, "");
            case Notice.PeerLeft(var peer) -> person("left", peer, "");
            case Notice.Presence(var peer, var data) -> person("presence", peer, data);
            case Notice.Stored stored -> changes(Change.of(stored.nodes()));
            case Notice.Joined joined -> List.of();
            case Notice.CaughtUp caughtUp -> List.of();
            case Notice.Acknowledged acknowledged -> List.of();
            case Notice.Rejected rejected -> List.of();
            case Notice.Complaint complaint -> List.of();
            case Notice.Answered answered -> List.of();
            case Notice.Ignored ignored -> List.of();
        };
    }

    private List<String> person(String what, String peer, String data) {
        if (json) {
            ObjectNode object =
                    JsonNodeFactory.instance.objectNode().put("what", what).put("who", peer);
            if (!data.isEmpty()) {
                object.putRawValue("data", new RawValue(data));
            }
            return List.of(Showing.text(object));
        }
        if (data.equals("null")) {
            return List.of(name(peer) + " shows nothing any more");
        }
        return List.of(name(peer) + (data.isEmpty() ? " " + what : " shows " + ValueText.line(data, LINE_CHARS)));
    }

    private static String line(Change change) {
        String key = ValueText.line(change.what().key(), LINE_CHARS);
        return name(change.author().toHex()) + " "
                + switch (change.what()) {
                    case Change.What.Set(var k, var value) -> "set " + key + " = " + ValueText.line(value, LINE_CHARS);
                    case Change.What.SetBlob(var k, var hash) -> "set " + key + " = blob " + hash;
                    case Change.What.Deleted(var k) -> "deleted " + key;
                    case Change.What.Inserted(var k, var item, var value) ->
                        "added "
                                + value.map(bytes -> ValueText.line(bytes, LINE_CHARS))
                                        .orElse("item " + item) + " to list " + key;
                    case Change.What.Removed(var k, var item) ->
                        "removed item " + shortened(item) + " from list " + key;
                    case Change.What.Moved(var k, var item) -> "moved item " + shortened(item) + " in list " + key;
                    case Change.What.Typed(var k, var words) ->
                        "typed \"" + ValueText.line(words, LINE_CHARS) + "\" in text " + key;
                    case Change.What.Erased(var k, var chars) ->
                        "deleted " + (chars == 1 ? "1 character" : Long.toUnsignedString(chars) + " characters")
                                + " in text " + key;
                };
    }

    private static String object(Change change) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("what", verb(change.what()))
                .put("who", change.author().toHex())
                .put("lamport", new BigInteger(Lamport.toString(change.lamport())))
                .put(place(change.what()), change.what().key());
        switch (change.what()) {
            case Change.What.Set(var key, var value) -> object.set("value", Showing.value(value));
            case Change.What.SetBlob(var key, var hash) -> object.put("blob", hash);
            case Change.What.Deleted deleted -> {}
            case Change.What.Inserted(var key, var item, var value) -> {
                object.put("item", item.toString());
                value.ifPresent(bytes -> object.set("value", Showing.value(bytes)));
            }
            case Change.What.Removed(var key, var item) -> object.put("item", item.toString());
            case Change.What.Moved(var key, var item) -> object.put("item", item.toString());
            case Change.What.Typed(var key, var words) -> object.put("words", words);
            case Change.What.Erased(var key, var chars) ->
                object.put("chars", new BigInteger(Long.toUnsignedString(chars)));
        }
        return Showing.text(object);
    }

    private static String verb(Change.What what) {
        return switch (what) {
            case Change.What.Set w -> "set";
            case Change.What.SetBlob w -> "set-blob";
            case Change.What.Deleted w -> "delete";
            case Change.What.Inserted w -> "insert";
            case Change.What.Removed w -> "remove";
            case Change.What.Moved w -> "move";
            case Change.What.Typed w -> "type";
            case Change.What.Erased w -> "delete-text";
        };
    }

    private static String place(Change.What what) {
        return switch (what) {
            case Change.What.Set w -> "key";
            case Change.What.SetBlob w -> "key";
            case Change.What.Deleted w -> "key";
            case Change.What.Inserted w -> "list";
            case Change.What.Removed w -> "list";
            case Change.What.Moved w -> "list";
            case Change.What.Typed w -> "text";
            case Change.What.Erased w -> "text";
        };
    }

    private static String shortened(Object item) {
        return item.toString().substring(0, 8);
    }

    /** The first 8 digits of a public key: how people tell peers apart. */
    static String name(String peer) {
        return ValueText.line(peer.length() > 8 ? peer.substring(0, 8) : peer, 8);
    }
}
