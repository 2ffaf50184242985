package dev.parley.edge.session;

import dev.parley.core.access.Subscription;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.SessionId;
import dev.parley.core.reconcile.Difference;
import dev.parley.core.session.Access;
import dev.parley.core.session.Effect;
import dev.parley.core.session.Pending;
import dev.parley.core.session.Phase;
import dev.parley.edge.socket.Queued;
import dev.parley.edge.socket.SocketDoor;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What an operator may see of one session: its actor writes down the phase, which is an immutable value, and the few things
 * that no phase carries; whoever asks reads the rest out of it.
 *
 * <p>Cost: one volatile write a step. Thread-safe: one writer, any readers; parts of one answer may be of different moments.
 */
public final class SessionSheet {
    /** Who entered, as hello said. */
    public record Who(PeerId peer, String peerId, String peerType) {}

    /** How the difference was found at hello, and how many nodes were sent for it so far. */
    public record CatchUp(Difference.Strategy strategy, long nodesSent) {}

    private final SessionId self;
    private final String address;
    private final long sinceMs;
    private final SocketDoor socket;
    private volatile Phase phase;
    private volatile Optional<Who> who = Optional.empty();
    private volatile Optional<CatchUp> catchUp = Optional.empty();
    private volatile int patterns;

    SessionSheet(SessionId self, String address, long sinceMs, SocketDoor socket, Phase phase) {
        this.self = self;
        this.address = address;
        this.sinceMs = sinceMs;
        this.socket = socket;
        this.phase = phase;
    }

    void at(Phase now) {
        phase = now;
    }

    void entered(Effect.Enter enter) {
        who = Optional.of(new Who(enter.peer(), enter.peerId(), enter.peerType()));
        subscribed(enter.subscription());
    }

    void subscribed(Subscription subscription) {
        patterns = subscription.patterns().size();
    }

    void admitted(Difference.Strategy strategy) {
        catchUp = Optional.of(new CatchUp(strategy, 0));
    }

    /** A chunk of the history goes out; what is asked for once live is not part of the catch-up. */
    void sent(int nodes) {
        if (phase instanceof Phase.CatchingUp && catchUp.isPresent()) {
            CatchUp before = catchUp.get();
            catchUp = Optional.of(new CatchUp(before.strategy(), before.nodesSent() + nodes));
        }
    }

    public SessionId self() {
        return self;
    }

    /** The remote address, without its port. */
    public String address() {
        return address;
    }

    public long sinceMs() {
        return sinceMs;
    }

    /** The phase in one word. */
    public String phase() {
        return phase.name();
    }

    /** Empty before a usable hello. */
    public Optional<Who> who() {
        return who;
    }

    /** Empty before the room has answered hello. */
    public Optional<CatchUp> catchUp() {
        return catchUp;
    }

    /** The last event of the room that was relayed to it; while it catches up, the one that its plan is of. */
    public OptionalLong cursor() {
        return switch (phase) {
            case Phase.Handshaking p -> OptionalLong.empty();
            case Phase.Reconciling p -> OptionalLong.empty();
            case Phase.CatchingUp p -> OptionalLong.of(p.feed().asOfSeq());
            case Phase.Live p -> OptionalLong.of(p.lastSeq());
            case Phase.Closed p -> OptionalLong.empty();
        };
    }

    /** What waits to be sent to it. */
    public Queued lag() {
        return socket.queued();
    }

    /** Key patterns it asked for; 0: everything. */
    public int patterns() {
        return patterns;
    }

    /** Packs of the peer that have no answer yet. */
    public int packsInFlight() {
        if (!(phase instanceof Phase.Live live)) {
            return 0;
        }
        return (int) live.pipeline().stream()
                .filter(pending -> pending instanceof Pending.Pack)
                .count();
    }

    /** What its token allows. */
    public Set<String> capabilities() {
        return access().map(Access::capabilities).orElse(Set.of());
    }

    /** When its token ends, in unsigned seconds since the epoch; empty without one. */
    public OptionalLong expirySeconds() {
        return access().map(Access::expirySeconds).orElse(OptionalLong.empty());
    }

    private Optional<Access> access() {
        return switch (phase) {
            case Phase.Handshaking p -> Optional.empty();
            case Phase.Reconciling p -> Optional.empty();
            case Phase.CatchingUp p -> Optional.of(p.access());
            case Phase.Live p -> Optional.of(p.access());
            case Phase.Closed p -> Optional.empty();
        };
    }
}
