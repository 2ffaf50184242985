package dev.parley.persistence.relay;

import dev.parley.core.access.Subscription;
import dev.parley.core.id.PeerId;
import dev.parley.core.session.Input;
import dev.parley.persistence.room.RosterEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** One of this member's sessions of a room, as its relay sees it. */
final class LocalSession {
    /** How far a session has come. */
    sealed interface Standing {
        /** It asked to be let in. */
        record Entering() implements Standing {}

        /** It was let in and fetches what it lacks. */
        record CatchingUp() implements Standing {}

        /** It gets every step after {@code afterSeq}. */
        record Live(long afterSeq) implements Standing {}

        /** It was told that its feed broke, and will leave. */
        record Lost() implements Standing {}
    }

    private final RosterEntry entry;
    private Subscription subscription;
    /** Where its steps come from when it is sent the parents of what passes its filter. */
    private Optional<ClosedFeed> closedFeed = Optional.empty();

    private Standing standing = new Standing.Entering();
    /** The peers of its welcome, until they are compared with the room's roster. */
    private Optional<List<PeerId>> welcomed = Optional.empty();
    /** Who came and went since its welcome, told when it is live. */
    private final TreeMap<PeerId, PublishedRoster.Change> untold = new TreeMap<>();

    LocalSession(RosterEntry entry, Subscription subscription) {
        this.entry = entry;
        this.subscription = subscription;
    }

    RosterEntry entry() {
        return entry;
    }

    Subscription subscription() {
        return subscription;
    }

    void resubscribe(Subscription wanted) {
        subscription = wanted;
    }

    Optional<ClosedFeed> closedFeed() {
        return closedFeed;
    }

    void feedBy(Optional<ClosedFeed> feed) {
        closedFeed = feed;
    }

    Standing standing() {
        return standing;
    }

    boolean live() {
        return standing instanceof Standing.Live;
    }

    /** True once it was let in: what it is told before it is live, it keeps. */
    boolean hears() {
        return standing instanceof Standing.CatchingUp || live();
    }

    boolean wants(SharedStep step) {
        return standing instanceof Standing.Live live && step.seq() > live.afterSeq();
    }

    void admitted(List<PeerId> peers) {
        standing = new Standing.CatchingUp();
        welcomed = Optional.of(peers);
    }

    void goLive(long afterSeq) {
        standing = new Standing.Live(afterSeq);
    }

    void lost() {
        standing = new Standing.Lost();
    }

    /** Compares the welcome with a roster that is known now, once. */
    void settle(PublishedRoster roster) {
        if (welcomed.isPresent() && roster.known()) {
            List<PublishedRoster.Change> changes = roster.since(welcomed.get());
            welcomed = Optional.empty();
            note(changes);
        }
    }

    /** Takes a change of the room's roster; one that takes back another leaves nothing to tell. */
    void note(List<PublishedRoster.Change> changes) {
        if (welcomed.isPresent() || standing instanceof Standing.Entering) {
            return; // Compared with its welcome later.
        }
        for (PublishedRoster.Change change : changes) {
            PeerId peer = change.entry().peer();
            if (peer.equals(entry.peer())) {
                continue;
            }
            PublishedRoster.Change before = untold.remove(peer);
            if (before == null || before.present() == change.present()) {
                untold.put(peer, change);
            }
        }
    }

    /** What this session is to be told of the roster now; nothing before it is live. */
    List<Input> tellable() {
        if (!live() || untold.isEmpty()) {
            return List.of();
        }
        List<Input> news = new ArrayList<>(untold.size());
        for (PublishedRoster.Change change : untold.values()) {
            RosterEntry who = change.entry();
            news.add(
                    change.present()
                            ? new Input.PeerJoined(who.peer(), who.peerId(), who.peerType())
                            : new Input.PeerLeft(who.peer(), who.peerId(), who.peerType()));
        }
        untold.clear();
        return news;
    }
}
