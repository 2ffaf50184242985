package dev.parley.core.session;

import dev.parley.core.id.PeerId;
import dev.parley.core.wire.FromPeer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What arrived while a session catches up: messages of its peer, in order, and the room's news, which must not overtake
 * the catch-up (spec 03 §2.1).
 *
 * <p>Bounds: of roster news the newest a peer; the newest {@link #ANNOUNCED_MAX} announcements, which are droppable.
 */
public record Backlog(List<FromPeer> early, List<Input.Inside> news) {
    static final int ANNOUNCED_MAX = 64;

    public Backlog {
        early = List.copyOf(early);
        news = List.copyOf(news);
    }

    Backlog with(FromPeer message) {
        List<FromPeer> more = new ArrayList<>(early);
        more.add(message);
        return new Backlog(more, news);
    }

    Backlog with(Input.PeerJoined joined) {
        return replacing(rosterOf(joined.peer()), joined);
    }

    Backlog with(Input.PeerLeft left) {
        return replacing(rosterOf(left.peer()), left);
    }

    /** The newest of its key takes the place of the one before. */
    Backlog with(Input.Announced announced) {
        if (announced.key().isPresent() && news.stream().anyMatch(item -> replaces(announced, item))) {
            return replacing(item -> replaces(announced, item), announced);
        }
        long held = news.stream().filter(Input.Announced.class::isInstance).count();
        if (held < ANNOUNCED_MAX) {
            return replacing(any -> false, announced);
        }
        Input.Inside oldest = news.stream()
                .filter(Input.Announced.class::isInstance)
                .findFirst()
                .orElseThrow();
        return replacing(item -> item == oldest, announced);
    }

    private static boolean replaces(Input.Announced newer, Input.Inside item) {
        return item instanceof Input.Announced older && older.key().equals(newer.key());
    }

    private static Predicate<Input.Inside> rosterOf(PeerId peer) {
        return item -> (item instanceof Input.PeerJoined joined && joined.peer().equals(peer))
                || (item instanceof Input.PeerLeft left && left.peer().equals(peer));
    }

    private Backlog replacing(Predicate<Input.Inside> old, Input.Inside item) {
        List<Input.Inside> kept = new ArrayList<>(news);
        kept.removeIf(old);
        kept.add(item);
        return new Backlog(early, kept);
    }
}
