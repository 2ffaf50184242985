package dev.parley.sim.check;

import dev.parley.core.id.SessionId;
import dev.parley.core.session.Effect;
import dev.parley.core.session.Input;
import dev.parley.persistence.relay.RelayEffect;
import dev.parley.persistence.relay.RelayInput;
import dev.parley.persistence.room.ToRoom;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Fairness within a relay (design §7, 7): while the only pack of a session waits, no other session has more bytes sent
 * to the room than that pack's and twice its own largest, however much it has waiting.
 *
 * <p>One for each relay, told of its inputs and effects.
 */
public final class RelayTurns {
    /** What a pack counts besides its bytes. */
    private static final long OVERHEAD_BYTES = 256;

    /** {@code sentBefore} is what each session had had sent when this one came; empty when others of its own were first. */
    private record Waiting(long number, long sizeBytes, Optional<Map<SessionId, Long>> sentBefore) {}

    private final Map<SessionId, ArrayDeque<Waiting>> waiting = new TreeMap<>();
    private final Map<SessionId, Long> sent = new TreeMap<>();
    private final Map<SessionId, Long> largest = new TreeMap<>();
    private long nextNumber = 1;

    /** The relay takes this. */
    public void took(RelayInput input) {
        if (input instanceof RelayInput.FromSession(var session, Effect.Submit(var number, var nodes, var sizeBytes))) {
            ArrayDeque<Waiting> own = waiting.computeIfAbsent(session, id -> new ArrayDeque<>());
            Optional<Map<SessionId, Long>> sentBefore =
                    own.isEmpty() ? Optional.of(new TreeMap<>(sent)) : Optional.empty();
            own.add(new Waiting(number, sizeBytes + OVERHEAD_BYTES, sentBefore));
            largest.merge(session, sizeBytes + OVERHEAD_BYTES, Math::max);
        }
    }

    /** The relay does this. */
    public void did(RelayEffect effect) {
        switch (effect) {
            case RelayEffect.TellRoom(ToRoom.Submits(var relay, var first, var submits)) -> {
                long number = first;
                for (ToRoom.Submit submit : submits) {
                    if (number == nextNumber) {
                        nextNumber++;
                        sends(submit.origin());
                    }
                    number++;
                }
            }
            case RelayEffect.TellSession(var session, Input.Unanswered(var number)) -> {
                ArrayDeque<Waiting> own = waiting.get(session);
                if (own != null) {
                    own.removeIf(one -> one.number() == number);
                }
            }
            default -> {}
        }
    }

    private void sends(SessionId session) {
        ArrayDeque<Waiting> own = waiting.get(session);
        Waiting pack = own == null ? null : own.poll();
        if (pack == null) {
            return; // Not one of those it took.
        }
        pack.sentBefore()
                .ifPresent(before -> sent.forEach((other, now) -> {
                    long since = now - before.getOrDefault(other, 0L);
                    long most = pack.sizeBytes() + 2 * largest.get(other);
                    Violation.unless(
                            other.equals(session) || since <= most,
                            () -> "a pack of " + session + " waited in its relay for " + since + " bytes of " + other
                                    + ", beyond " + most);
                }));
        sent.merge(session, pack.sizeBytes(), Long::sum);
    }
}
