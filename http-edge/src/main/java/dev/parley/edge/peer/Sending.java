package dev.parley.edge.peer;

import dev.parley.core.history.HistoryView;
import dev.parley.core.history.PostcardWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The packs of a replica: makes them within pace and bounds, and draws the conclusions from what the server answers.
 *
 * <p>An answer does not say which nodes of a pack were refused. So a pack with refused ones is sent again in halves,
 * where nodes that got through are known and cost nothing, until a refused one stands alone; what follows a refused
 * node is kept back.
 */
final class Sending {
    private static final long RETRY_MS = 1_000;
    /** Spec 03 §3: what a refused pack is answered with. */
    private static final List<String> ABOUT_PACKS = List.of(
            "hash mismatch",
            "invalid ed25519",
            "policy violation",
            "lamport ceiling",
            "wall clock skew",
            "missing_parent",
            "invalid pack",
            "limit exceeded on node");

    private final ReplicaSettings settings;
    private final Outbox outbox;
    private final Pace pace;
    private long quietUntilMs;

    Sending(ReplicaSettings settings, Outbox outbox) {
        this.settings = settings;
        this.outbox = outbox;
        this.pace = new Pace(settings.nodesPerSecond(), settings.burstNodes());
    }

    void slowDown() {
        pace.slowDown(100);
    }

    /** The packs that may go out now. */
    List<String> packs(HistoryView view, long nowMs) {
        List<String> packs = new ArrayList<>();
        while (mayHaveWork() && nowMs >= quietUntilMs && pace.allowed(nowMs) >= 1) {
            nextPack(view, nowMs).ifPresent(packs::add);
        }
        return packs;
    }

    /** How long from now no pack can go out, in milliseconds; {@code most} when only an answer can change that. */
    long idleMs(long nowMs, long most) {
        return mayHaveWork() ? Math.min(most, Math.max(quietUntilMs - nowMs, pace.waitMs(nowMs))) : most;
    }

    private boolean mayHaveWork() {
        return outbox.hasWork() && outbox.packsInFlight() < settings.packsInFlightMax();
    }

    private Optional<String> nextPack(HistoryView view, long nowMs) {
        int[] numbers = outbox.nextRetry();
        if (numbers.length == 0) {
            numbers = collect(view, Math.min(settings.packNodesMax(), pace.allowed(nowMs)));
        }
        PostcardWriter body = new PostcardWriter();
        int kept = 0;
        for (int number : numbers) {
            if (followsRefused(view, number)) {
                outbox.refuse(new int[] {number});
            } else if (!outbox.holds(number)) {
                view.copyTo(number, body);
                numbers[kept++] = number;
            }
        }
        if (kept == 0) {
            return Optional.empty();
        }
        outbox.sent(Arrays.copyOf(numbers, kept));
        pace.sent(kept, body.sizeBytes());
        return Optional.of(PeerMessages.pack(kept, body));
    }

    private int[] collect(HistoryView view, int most) {
        int[] numbers = new int[Math.min(most, 64)];
        int count = 0;
        long bytes = 0;
        for (int number = outbox.next(0); number >= 0 && count < most; number = outbox.next(number + 1)) {
            bytes += view.sizeBytes(number);
            if (count > 0 && bytes > settings.packBytesMax()) {
                break;
            }
            numbers = count == numbers.length ? Arrays.copyOf(numbers, 2 * count) : numbers;
            numbers[count++] = number;
        }
        return Arrays.copyOf(numbers, count);
    }

    /** Without its parent the server would only park it. */
    private boolean followsRefused(HistoryView view, int number) {
        for (int i = 0; i < view.parentCount(number); i++) {
            if (outbox.isRefused(view.parent(number, i))) {
                return true;
            }
        }
        return false;
    }

    List<Notice> acknowledged(FromServer.PackAck ack, HistoryView view, long nowMs) {
        int[] numbers = outbox.answered();
        if (numbers.length == 0) {
            return List.of(new Notice.Ignored("pack-ack without a pack"));
        }
        if (ack.rejected() == 0 && ack.parked() == 0) {
            outbox.hold(numbers);
            return List.of(new Notice.Acknowledged(numbers.length));
        }
        if (ack.rejected() == 0) {
            quietUntilMs = nowMs + RETRY_MS; // Parked is not durable: the parents are on their way.
            outbox.retry(numbers);
            return List.of();
        }
        if (numbers.length > 1) {
            outbox.retryInHalves(numbers);
            return List.of();
        }
        if (aheadOfParents(view, numbers[0])) {
            quietUntilMs = nowMs + RETRY_MS;
            outbox.retry(numbers);
            return List.of();
        }
        outbox.refuse(numbers);
        return List.of(new Notice.Rejected(1));
    }

    /** The pack with a parent failed and goes out again: without it a full room refuses what it cannot park. */
    private boolean aheadOfParents(HistoryView view, int number) {
        for (int i = 0; i < view.parentCount(number); i++) {
            if (outbox.isUnsettled(view.parent(number, i))) {
                return true;
            }
        }
        return false;
    }

    /** True if an error text can only have meant a pack of ours. */
    static boolean meansAPack(String text) {
        return ABOUT_PACKS.stream().anyMatch(text::contains);
    }

    List<Notice> failed(FromServer.Failure failure, long nowMs) {
        String text = failure.text();
        List<Notice> notices = new ArrayList<>(List.of(new Notice.Complaint(text, failure.fields())));
        if (text.startsWith("room is not available") && outbox.packsInFlight() > 0) {
            quietUntilMs = nowMs + RETRY_MS;
            outbox.retry(outbox.answered());
        } else if (text.startsWith("message too large") || text.startsWith("invalid pack")) {
            int[] numbers = outbox.answered();
            outbox.refuse(numbers);
            notices.add(new Notice.Rejected(numbers.length));
        }
        return notices;
    }
}
