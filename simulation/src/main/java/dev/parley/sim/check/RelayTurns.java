package dev.parley.sim.check;

import dev.parley.core.history.Candidate;
import dev.parley.core.id.SessionId;
import dev.parley.core.session.Effect;
import dev.parley.core.session.Input;
import dev.parley.persistence.relay.RelayEffect;
import dev.parley.persistence.relay.RelayInput;
import dev.parley.persistence.room.ToRoom;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Fairness within a relay (design §7, 7): while a pack of a session waits, no other session has more bytes sent to the
 * room than that pack's, those of its own session before it, and twice its own largest, however much it has waiting.
 * What is given up before it was sent is not counted to its session.
 *
 * <p>One for each relay, told of its inputs and effects.
 */
public final class RelayTurns {
    /** What a pack counts besides its bytes. */
    private static final long OVERHEAD_BYTES = 256;

    /**
     * @param throughBytes its own and those of its session before it
     * @param sentBefore what each session had had sent when those were all that waited before it
     */
    private record Waiting(
            long number,
            List<Candidate> candidates,
            long sizeBytes,
            long throughBytes,
            Map<SessionId, Long> sentBefore) {}

    private final Map<SessionId, ArrayDeque<Waiting>> waiting = new TreeMap<>();
    private final Map<SessionId, Long> sent = new TreeMap<>();
    private final Map<SessionId, Long> largest = new TreeMap<>();
    private long nextNumber = 1;

    /** The relay takes this. */
    public void took(RelayInput input) {
        if (input
                instanceof RelayInput.FromSession(var session, Effect.Submit(var number, var candidates, var bytes))) {
            long sizeBytes = bytes + OVERHEAD_BYTES;
            ArrayDeque<Waiting> own = waiting.computeIfAbsent(session, id -> new ArrayDeque<>());
            long before = own.stream().mapToLong(Waiting::sizeBytes).sum();
            own.add(new Waiting(number, candidates, sizeBytes, before + sizeBytes, new TreeMap<>(sent)));
            largest.merge(session, sizeBytes, Math::max);
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
                        sends(submit);
                    }
                    number++;
                }
            }
            case RelayEffect.TellSession(var session, Input.Unanswered(var number)) -> givenUp(session, number);
            default -> {}
        }
    }

    /** Those behind it are as if they had just come: they move up, as far as others let them. */
    private void givenUp(SessionId session, long number) {
        ArrayDeque<Waiting> own = waiting.getOrDefault(session, new ArrayDeque<>());
        if (own.stream().noneMatch(one -> one.number() == number)) {
            return;
        }
        Map<SessionId, Long> sentNow = new TreeMap<>(sent);
        ArrayDeque<Waiting> left = new ArrayDeque<>();
        boolean behind = false;
        long through = 0;
        for (Waiting one : own) {
            if (one.number() == number) {
                behind = true;
                continue;
            }
            through += one.sizeBytes();
            left.add(behind ? new Waiting(one.number(), one.candidates(), one.sizeBytes(), through, sentNow) : one);
        }
        waiting.put(session, left);
    }

    private void sends(ToRoom.Submit submit) {
        SessionId session = submit.origin();
        ArrayDeque<Waiting> own = waiting.getOrDefault(session, new ArrayDeque<>());
        Waiting pack = own.poll();
        while (pack != null && !same(pack.candidates(), submit.candidates())) {
            pack = own.poll(); // Given up after its session had left: nobody was told.
        }
        if (pack == null) {
            return; // Not one of those it took.
        }
        long through = pack.throughBytes();
        Map<SessionId, Long> before = pack.sentBefore();
        sent.forEach((other, now) -> {
            long since = now - before.getOrDefault(other, 0L);
            long most = through + 2 * largest.get(other);
            Violation.unless(
                    other.equals(session) || since <= most,
                    () -> "a pack of " + session + " waited in its relay for " + since + " bytes of " + other
                            + ", beyond " + most);
        });
        sent.merge(session, pack.sizeBytes(), Long::sum);
    }

    /** True if both are made of the same candidates, not just of equal ones. */
    private static boolean same(List<Candidate> taken, List<Candidate> said) {
        if (taken.size() != said.size()) {
            return false;
        }
        for (int i = 0; i < taken.size(); i++) {
            if (taken.get(i) != said.get(i)) {
                return false;
            }
        }
        return true;
    }
}
