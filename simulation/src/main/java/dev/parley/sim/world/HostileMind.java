package dev.parley.sim.world;

import dev.parley.core.history.History;
import dev.parley.core.history.HistoryView;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.core.reconcile.RoomIndex;
import dev.parley.sim.check.Violation;
import java.util.List;
import java.util.Optional;

/**
 * Who means harm. Every kind says so often what it is made of until its connection ends, and knows with what codes it may
 * end besides those that any connection may.
 */
final class HostileMind implements PeerMind {
    /** Dropped, server overload, service restart, resync required. */
    private static final List<Integer> ANYBODYS = List.of(1006, 1011, 1012, 4001);

    private static final int ATTEMPTS_MAX = 3;

    private final PeerKind kind;
    private final World world;
    private final Plan.Peer peer;
    private final Chance chance;
    private final Weapons weapons;
    private final Optional<String> badToken;
    private Optional<SimSocket> socket = Optional.empty();
    private int attempts;
    private boolean welcomed;
    private boolean lockedBefore;

    HostileMind(PeerKind kind, World world, Plan.Peer peer, Chance chance, Tokens tokens) {
        this.kind = kind;
        this.world = world;
        this.peer = peer;
        this.chance = chance;
        this.weapons = new Weapons(world, world.keys().signer(peer.key()), chance.split());
        this.badToken = kind == PeerKind.INTRUDER ? Optional.of(weapons.token(tokens.room())) : tokens.next();
    }

    /** A connection is open. */
    void connected(SimSocket opened) {
        attempts++;
        socket = Optional.of(opened);
        welcomed = false;
        lockedBefore = kind == PeerKind.INTRUDER && roomIsLocked();
        switch (kind) {
            case MUTE -> {
                if (chance.percent(60)) {
                    opened.fromPeer(weapons.half(hello()));
                }
            }
            case BABBLER -> {
                if (chance.percent(30)) {
                    opened.fromPeer(weapons.babble());
                } else {
                    opened.fromPeer(hello());
                }
            }
            default -> opened.fromPeer(hello());
        }
    }

    /** True if it is for certain: where a member may be cut off, it need not know yet. */
    private boolean roomIsLocked() {
        return world.rich()
                && world.room(world.roomId(peer.room()))
                        .journal()
                        .replay()
                        .lockKey()
                        .isPresent();
    }

    /** A message of the server. */
    void heard(SimSocket from, String json) {
        String type = PeerMessages.read(json).path("type").asText();
        if (type.equals("room-locked") || type.equals("policy-set")) {
            throw new Violation("a peer without rights got " + type);
        }
        if (type.equals("welcome") && !welcomed) {
            if (lockedBefore) {
                throw new Violation("a stranger was let into a locked room");
            }
            welcomed = true;
            attackLater(from, weapons.rounds(kind));
        }
    }

    private void attackLater(SimSocket on, int rounds) {
        if (rounds == 0 || kind == PeerKind.GHOST) {
            return;
        }
        world.agenda().after(chance.between(1, 120), () -> {
            if (socket.filter(on::equals).isPresent()) {
                weapons.attack(kind, on);
                attackLater(on, rounds - 1);
            }
        });
    }

    @Override
    public void disconnected(int code, String reason) {
        socket = Optional.empty();
        List<Integer> deserved = switch (kind) {
            case FLOODER, BULLY -> List.of(4008);
            case CHATTERER, DEAF, GHOST, MUTE, FORGER -> List.of();
            case BABBLER -> List.of(1008);
            case VANDAL -> List.of(1002, 1007);
            case GIANT -> List.of(1009);
            case INTRUDER -> List.of(1008, 4002);
            case STRICT, REPLICA, DOC_32, DOC_64, NPM -> List.of();
        };
        // Whoever comes without a token to a room that was locked is refused like anybody else.
        boolean locked = code == 1008 && reason.startsWith("auth:") || code == 4002;
        if (!ANYBODYS.contains(code) && !deserved.contains(code) && !locked) {
            throw new Violation("a " + kind + " was closed with " + code + " " + reason);
        }
    }

    @Override
    public void disconnected() {
        socket = Optional.empty();
    }

    /** True if it comes again. */
    boolean returns() {
        return attempts < ATTEMPTS_MAX && world.agenda().nowMs() < world.plan().activeMs();
    }

    @Override
    public long retryAfterMs(Chance own) {
        return own.between(500, 5_000);
    }

    @Override
    public PeerId peer() {
        return world.keys().signer(peer.key()).peer();
    }

    @Override
    public String hello() {
        return PeerMessages.hello(peer(), List.of(), Optional.empty(), List.of(), badToken);
    }

    @Override
    public List<String> receive(String json) {
        return List.of();
    }

    @Override
    public List<String> edit(int nodes) {
        return List.of();
    }

    @Override
    public List<String> tick() {
        return List.of();
    }

    @Override
    public HistoryView view() {
        return new History().view();
    }

    @Override
    public NodeId mstRoot() {
        return new RoomIndex().mst().root();
    }

    @Override
    public int unacknowledged() {
        return 0;
    }
}
