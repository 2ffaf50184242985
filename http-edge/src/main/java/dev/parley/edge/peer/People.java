package dev.parley.edge.peer;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.util.ArrayList;
import java.util.List;

/** Who is in the room, as lines. */
final class People {
    private static final int LINE_CHARS = 120;

    private People() {}

    static List<String> lines(Replica replica, long nowMs, boolean json) {
        List<String> lines = new ArrayList<>();
        lines.add(line(new Roster.Entry(replica.peer().toHex(), "", replica.ownPresence()), true, json));
        replica.others(nowMs).forEach(other -> lines.add(line(other, false, json)));
        return lines;
    }

    private static String line(Roster.Entry entry, boolean self, boolean json) {
        if (json) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            object.put("who", entry.peer()).put("self", self).put("type", entry.type());
            entry.presence().ifPresent(data -> object.putRawValue("data", new RawValue(data)));
            return Showing.text(object);
        }
        return ValueText.line(entry.peer(), 64)
                + (self ? " (you)" : "")
                + (entry.type().isEmpty() || entry.type().equals("ui") ? "" : " " + ValueText.line(entry.type(), 40))
                + entry.presence()
                        .map(data -> " shows " + ValueText.line(data, LINE_CHARS))
                        .orElse("");
    }
}
