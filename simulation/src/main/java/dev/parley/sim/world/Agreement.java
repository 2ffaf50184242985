package dev.parley.sim.world;

import dev.parley.core.history.HistoryView;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.RoomId;
import dev.parley.core.id.SessionId;
import dev.parley.persistence.room.RoomState;
import dev.parley.sim.check.Digests;
import dev.parley.sim.check.Invariants;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What all must have of each room once the faults are over. */
final class Agreement {
    /**
     * An honest peer of a room.
     *
     * @param others the public keys in hex that it must see
     * @param strangers those that it may see besides: whether they stay is their own affair
     */
    private record Honest(SimPeer peer, Set<String> others, Set<String> strangers) {
        boolean seesOthers() {
            return seen().equals(others);
        }

        Set<String> seen() {
            Set<String> seen = new TreeSet<>(peer.present());
            seen.removeAll(strangers);
            return seen;
        }
    }

    private record Inhabited(SimRoom room, List<Honest> peers) {}

    private final World world;
    private final List<Inhabited> rooms = new ArrayList<>();

    Agreement(World world) {
        this.world = world;
        for (SimRoom room : world.rooms()) {
            rooms.add(new Inhabited(room, honest(room.id())));
        }
    }

    /** True if all honest peers of each room have the same and see each other, and nothing waits anywhere. */
    boolean reached() {
        return rooms.stream().allMatch(this::reached);
    }

    /** What costs least is looked at first: this is asked after each event. */
    private boolean reached(Inhabited inhabited) {
        List<Honest> peers = inhabited.peers();
        SimRoom room = inhabited.room();
        if (!peers.stream().allMatch(honest -> honest.peer().settled())
                || waits(room).isPresent()
                || !peers.stream().allMatch(Honest::seesOthers)) {
            return false;
        }
        Optional<HistoryView> first = peers.stream()
                .map(Honest::peer)
                .filter(peer -> !peer.keepsToItself())
                .findFirst()
                .map(SimPeer::view);
        return first.isEmpty()
                || peers.stream().allMatch(honest -> agree(honest.peer(), first.get()))
                        && first.get()
                                .root()
                                .equals(room.journal().replay().view().root());
    }

    /** What still waits in a relay that has sessions of the room, or in the room itself. */
    private Optional<String> waits(SimRoom room) {
        Set<SessionId> up = new TreeSet<>();
        world.upMembers().forEach(member -> up.addAll(member.sessionsOf(room.id())));
        Optional<Set<SessionId>> present = Optional.empty();
        for (SimMember member : world.members()) {
            Optional<SimRelay> relay = member.relay(room.id());
            Optional<String> waits = relay.flatMap(one -> one.waits(up));
            if (waits.isPresent()) {
                return waits;
            }
            Optional<Set<SessionId>> seen = relay.flatMap(SimRelay::present);
            if (seen.isPresent()) {
                if (present.isPresent() && !present.equals(seen)) {
                    return Optional.of(
                            "one relay shows the presence of " + present.get() + ", another of " + seen.get());
                }
                present = seen;
            }
        }
        return room.place().waits(up.size());
    }

    /** True if the peer has just that; one that keeps something to itself has more. */
    private static boolean agree(SimPeer peer, HistoryView truth) {
        if (peer.view().root().equals(truth.root())) {
            return true;
        }
        if (!peer.keepsToItself()) {
            return false;
        }
        for (int n = 0; n < truth.count(); n++) {
            if (!peer.has(truth.id(n))) {
                return false;
            }
        }
        return true;
    }

    /** Errors: a violation that names what is not as it must be. */
    void require() {
        rooms.forEach(this::require);
    }

    private void require(Inhabited inhabited) {
        SimRoom room = inhabited.room();
        Invariants invariants = room.invariants();
        RoomState replayed = room.journal().replay();
        HistoryView truth = replayed.view();
        invariants.agrees("a whole replay", truth);
        Set<NodeId> ids = new HashSet<>();
        for (int n = 0; n < truth.count(); n++) {
            ids.add(truth.id(n));
        }
        invariants.endsWith(ids);
        waits(room).ifPresent(what -> invariants.require(false, what + " at the end"));
        for (Honest honest : inhabited.peers()) {
            SimPeer peer = honest.peer();
            String who = peer.toString();
            invariants.require(peer.settled(), who + " did not settle");
            if (peer.keepsToItself()) {
                invariants.require(agree(peer, truth), who + " lacks something");
                continue;
            }
            invariants.equal("root of " + who, truth.root(), peer.view().root());
            invariants.equal("tree root of " + who, replayed.index().mst().root(), peer.mstRoot());
            invariants.equal("the roster of " + who, honest.others(), honest.seen());
            invariants.agrees(who, peer.view());
        }
        Digests.difference(replayed).ifPresent(what -> invariants.require(false, what));
        room.place().state().flatMap(Digests::difference).ifPresent(what -> invariants.require(false, what));
    }

    private List<Honest> honest(RoomId room) {
        List<SimPeer> peers = world.peers().stream()
                .filter(peer -> peer.honest() && peer.room().equals(room))
                .toList();
        List<Honest> honest = new ArrayList<>();
        for (SimPeer peer : peers) {
            Set<String> others = new TreeSet<>();
            peers.forEach(other -> others.add(other.id().toHex()));
            others.remove(peer.id().toHex());
            Set<String> strangers = new TreeSet<>();
            world.peers().stream()
                    .filter(other -> !other.honest())
                    .forEach(other -> strangers.add(other.id().toHex()));
            strangers.removeAll(others);
            honest.add(new Honest(peer, others, strangers));
        }
        return honest;
    }
}
