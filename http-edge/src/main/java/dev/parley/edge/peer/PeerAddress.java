package dev.parley.edge.peer;

import dev.parley.core.id.RoomId;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Where a room is reached: {@code ws://HOST:PORT/ws/ROOM}, made from what somebody typed. */
final class PeerAddress {
    private PeerAddress() {}

    /**
     * The address of a room at a server. The path may be left out, name this room, or be {@code /ws/runtime}.
     *
     * <p>Errors: throws {@link IllegalArgumentException} whose message is one sentence for the user.
     */
    static URI of(String url, RoomId room) {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("'" + url + "' is not an address: " + e.getReason() + ".", e);
        }
        boolean webSocket = "ws".equalsIgnoreCase(uri.getScheme()) || "wss".equalsIgnoreCase(uri.getScheme());
        if (!webSocket || uri.getHost() == null) {
            throw new IllegalArgumentException(
                    "'" + url + "' is not a WebSocket address; it looks like ws://127.0.0.1:7878.");
        }
        if (uri.getPort() > 65_535) {
            throw new IllegalArgumentException("'" + url + "' is not an address: ports end at 65535.");
        }
        String path = uri.getPath() == null ? "" : uri.getPath();
        boolean bare = path.isEmpty() || path.equals("/") || path.equals("/ws") || path.equals("/ws/");
        if (!bare && !path.equals("/ws/" + room.value()) && !path.equals("/ws/runtime")) {
            throw new IllegalArgumentException(
                    "'" + url + "' leads to another path than /ws/" + room + "; leave the path out.");
        }
        String segment = path.equals("/ws/runtime") || bare && room.value().equals("runtime")
                ? "runtime"
                : URLEncoder.encode(room.value(), StandardCharsets.UTF_8).replace("+", "%20");
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return URI.create(uri.getScheme() + "://" + uri.getHost() + port + "/ws/" + segment);
    }
}
