package dev.parley.edge.session;

import dev.parley.core.id.SessionId;
import java.util.concurrent.Executor;

/**
 * Where one session's packs are checked: small ones apart from large ones, so that a keystroke never waits behind an upload,
 * whosever it is. The session itself submits its packs in the order they came.
 */
final class CheckLanes {
    private final FairWorkers.Lane small;
    private final FairWorkers.Lane bulk;

    CheckLanes(Shares shares, SessionId session) {
        this.small = shares.verifiers().lane(session);
        this.bulk = shares.bulkVerifiers().lane(session);
    }

    /** For a pack of so many nodes. */
    Executor of(int nodes) {
        return nodes <= Verification.SMALL_NODES ? small : bulk;
    }

    /** The session has ended: what waits is dropped, and so is what comes later. */
    void end() {
        small.end();
        bulk.end();
    }
}
