package dev.parley.edge.peer;

import dev.parley.core.history.Node;
import java.util.List;
import java.util.Map;

/** What a replica tells its user. */
public sealed interface Notice {
    /** The room let us in; {@code peers} are the others' public keys in hex. */
    record Joined(List<String> peers) implements Notice {}

    /** Everything the room had when it let us in is here. */
    record CaughtUp() implements Notice {}

    /** Nodes of others became part of the history, parents first. {@code from} is who sent them, or {@code server}. */
    record Stored(String from, List<Node> nodes) implements Notice {}

    /** This many more of our nodes are durable at the server. */
    record Acknowledged(int nodes) implements Notice {}

    /** The server stored fewer nodes of a pack than it got; the reason came as a {@link Complaint}. */
    record Rejected(int nodes) implements Notice {}

    /** The server answered with this error text; {@code fields} classify it (spec 03 §12.7), and may be empty. */
    record Complaint(String text, Map<String, String> fields) implements Notice {}

    /** The answer to a request of ours, as JSON. */
    record Answered(String type, String json) implements Notice {}

    /** A message or node of the server was ignored. */
    record Ignored(String why) implements Notice {}

    record PeerJoined(String peer) implements Notice {}

    record PeerLeft(String peer) implements Notice {}

    /** {@code dataJson} is {@code null} when the peer shows nothing any more. */
    record Presence(String peer, String dataJson) implements Notice {}
}
