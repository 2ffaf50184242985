package dev.parley.sim.coverage;

import dev.parley.core.failure.SyncFailure;
import dev.parley.core.session.Effect;
import dev.parley.core.session.Input;
import dev.parley.core.session.Phase;
import dev.parley.core.wire.FromPeer;
import java.util.ArrayList;
import java.util.List;

/** What can happen to a session, and where it can stand, in numbers. */
final class SessionInputs {
    private static final Kinds INPUTS = Kinds.under(Input.class);
    private static final Kinds MESSAGES = Kinds.under(FromPeer.class);
    private static final Kinds PACKS = Kinds.under(FromPeer.PackContent.class);
    private static final Kinds FAILURES = Kinds.under(SyncFailure.class);
    private static final int TIMERS = Effect.Timer.values().length;

    private static final int PACKS_FROM = INPUTS.count() + MESSAGES.count();
    private static final int FAILURES_FROM = PACKS_FROM + PACKS.count();
    private static final int TIMERS_FROM = FAILURES_FROM + FAILURES.count();

    static final List<String> PHASES = List.of(
            "handshaking",
            "reconciling",
            "catching up, for a chunk",
            "catching up, for a drain",
            "catching up, for the feed",
            "live",
            "live, replies due",
            "closed");

    static final List<String> NAMES = names();

    private static final int HANDSHAKING = 0;
    private static final int RECONCILING = 1;
    private static final int CATCHING_UP = 2;
    private static final int LIVE = 5;
    private static final int CLOSED = 7;

    private SessionInputs() {}

    private static List<String> names() {
        List<String> names = new ArrayList<>(INPUTS.names());
        MESSAGES.names().forEach(name -> names.add("peer's " + name));
        PACKS.names().forEach(name -> names.add("peer's pack of " + name));
        FAILURES.names().forEach(name -> names.add("failed by " + name));
        for (Effect.Timer timer : Effect.Timer.values()) {
            names.add("timer " + timer);
        }
        return names;
    }

    static int of(Input input) {
        return switch (input) {
            case Input.FromPeer(FromPeer.Pack(var content)) -> PACKS_FROM + PACKS.of(content);
            case Input.FromPeer(var message) -> INPUTS.count() + MESSAGES.of(message);
            case Input.Failed(var why) -> FAILURES_FROM + FAILURES.of(why);
            case Input.TimerFired(var timer, var number) -> TIMERS_FROM + timer.ordinal();
            default -> INPUTS.of(input);
        };
    }

    static int of(Phase phase) {
        return switch (phase) {
            case Phase.Handshaking p -> HANDSHAKING;
            case Phase.Reconciling p -> RECONCILING;
            case Phase.CatchingUp p ->
                CATCHING_UP
                        + switch (p.waiting()) {
                            case Phase.Waiting.ForChunk w -> 0;
                            case Phase.Waiting.ForDrain w -> 1;
                            case Phase.Waiting.ForFeed w -> 2;
                        };
            case Phase.Live p -> p.pipeline().isEmpty() ? LIVE : LIVE + 1;
            case Phase.Closed p -> CLOSED;
        };
    }

    /** 1 for what stands for finer kinds, for what is told to nobody any more, and for what no race can make. */
    static int never(int phase, int input) {
        boolean coarse = input == INPUTS.numberOf(Input.FromPeer.class)
                || input == INPUTS.numberOf(Input.Failed.class)
                || input == INPUTS.numberOf(Input.TimerFired.class)
                || input == INPUTS.count() + MESSAGES.numberOf(FromPeer.Pack.class);
        boolean inside = input < INPUTS.count() && input != INPUTS.numberOf(Input.PeerGone.class);
        boolean relayed = input == INPUTS.numberOf(Input.Relayed.class);
        boolean drained = input == INPUTS.numberOf(Input.Drained.class);
        boolean impossible = switch (phase) {
            case HANDSHAKING -> inside;
            case RECONCILING -> relayed || drained;
            case CATCHING_UP, CATCHING_UP + 2 -> relayed || drained;
            case CATCHING_UP + 1 -> relayed;
            case LIVE -> drained;
            default -> phase == CLOSED;
        };
        return coarse || impossible ? 1 : 0;
    }
}
