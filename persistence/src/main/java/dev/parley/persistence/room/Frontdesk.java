package dev.parley.persistence.room;

import dev.parley.core.access.Composition;
import dev.parley.core.access.TokenCheck;
import dev.parley.core.access.TokenVerdict;
import dev.parley.core.failure.SyncFailure;
import dev.parley.core.history.HistoryView;
import dev.parley.core.history.Signatures;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.core.reconcile.Difference;
import dev.parley.core.reconcile.Reconciler;
import dev.parley.core.session.Admission;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Answers a hello: token, then difference (spec 03 §2). Pure. */
public final class Frontdesk {
    /** Let in or not. */
    sealed interface Answer {
        record Welcome(Admission admission) implements Answer {}

        record Refused(SyncFailure why) implements Answer {}
    }

    private final PeerId server;
    private final Signatures signatures;
    private final Reconciler reconciler;
    private final Composition composition;

    /** {@code server} is the key whose tokens are honoured in open rooms too (ruling 1). */
    public Frontdesk(PeerId server, Signatures signatures, Reconciler reconciler) {
        this(server, signatures, reconciler, Composition.OFF);
    }

    /** The same, where {@code composition} says what the capabilities of tokens come to. */
    public Frontdesk(PeerId server, Signatures signatures, Reconciler reconciler, Composition composition) {
        this.composition = composition;
        this.server = server;
        this.signatures = signatures;
        this.reconciler = reconciler;
    }

    /** {@code others} are the identities present besides this one. */
    Answer admit(RoomState room, ToRoom.Enter enter, List<PeerId> others, long nowMs) {
        TokenVerdict verdict = TokenCheck.check(
                room.room(),
                room.lockKey().orElse(null),
                server,
                enter.entry().peer().toHex(),
                enter.token(),
                nowMs / 1000,
                signatures,
                composition);
        return switch (verdict) {
            case TokenVerdict.Open open -> welcome(room, enter, others, Set.of(), OptionalLong.empty());
            case TokenVerdict.Granted(Set<String> capabilities, long expirySeconds) ->
                welcome(room, enter, others, capabilities, OptionalLong.of(expirySeconds));
            case TokenVerdict.Refused(String text, boolean expired) ->
                new Answer.Refused(
                        expired ? new SyncFailure.TokenExpiredAtHello(text) : new SyncFailure.Unauthorized(text));
        };
    }

    private Answer welcome(
            RoomState room,
            ToRoom.Enter enter,
            List<PeerId> others,
            Set<String> capabilities,
            OptionalLong expirySeconds) {
        HistoryView view = room.view();
        Difference difference = reconciler.compare(view, room.index(), enter.summary());
        Optional<NodeId> mstRoot = enter.mst() ? Optional.of(room.index().mst().root()) : Optional.empty();
        return new Answer.Welcome(new Admission(
                room.seq(),
                view.count(),
                view.root(),
                view.heads(),
                mstRoot,
                difference,
                others,
                capabilities,
                expirySeconds));
    }
}
