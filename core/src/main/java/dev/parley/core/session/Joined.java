package dev.parley.core.session;

import dev.parley.core.access.Capabilities;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import dev.parley.core.id.SessionId;
import dev.parley.core.wire.ToPeer;
import java.util.List;

/**
 * Who is in which room, from hello on. {@code caps} are the negotiated ones. {@code invertsMissing}: this peer takes
 * {@code welcome.missing} for what to leave out, as the document client does (spec 02 §3.2).
 */
public record Joined(About about, RoomId room, PeerId peer, Capabilities caps, boolean invertsMissing) {
    SessionId self() {
        return about.self();
    }

    SessionSettings settings() {
        return about.settings();
    }

    ToPeer.SubscribeAck subscribed(List<String> patterns) {
        return new ToPeer.SubscribeAck(room, self(), patterns);
    }
}
