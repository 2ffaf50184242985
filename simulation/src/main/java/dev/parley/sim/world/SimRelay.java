package dev.parley.sim.world;

import dev.parley.core.history.Decoded;
import dev.parley.core.id.RoomId;
import dev.parley.core.id.SessionId;
import dev.parley.core.session.Effect;
import dev.parley.core.session.Input;
import dev.parley.persistence.relay.RelayEffect;
import dev.parley.persistence.relay.RelayInput;
import dev.parley.persistence.relay.RelayRules;
import dev.parley.persistence.room.Fragments;
import dev.parley.persistence.room.Reassembly;
import dev.parley.persistence.room.RelayId;
import dev.parley.persistence.room.RoomCodec;
import dev.parley.persistence.room.ToRelay;
import dev.parley.persistence.room.ToRoom;
import dev.parley.sim.check.RelayTurns;
import dev.parley.sim.check.Violation;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** A member's relay: runs {@link RelayRules} as the actor does. Messages to and from the room pass their codec. */
final class SimRelay {
    private final World world;
    private final SimMember member;
    private final RelayRules rules;
    private final RelayTurns turns = new RelayTurns();
    private final RoomPlace place;
    private final Link toRoom;
    private final Reassembly reassembly;
    private final Map<SessionId, SimSession> sessions = new TreeMap<>();
    private long transfers;
    private long tickDueMs = Long.MAX_VALUE;
    private boolean stopped;

    SimRelay(World world, SimMember member, RoomId room, long id, Chance chance) {
        this.world = world;
        this.member = member;
        this.rules = new RelayRules(new RelayId(id), room, world.relaySettings(), chance.number());
        this.place = world.room(room).place();
        this.reassembly = new Reassembly(world.relaySettings().reassemblyBytes());
        this.toRoom = new Link(world, chance.split());
        tickInTime();
    }

    SimMember member() {
        return member;
    }

    boolean stopped() {
        return stopped;
    }

    void stop() {
        stopped = true;
    }

    /** A session of this member wants something. */
    void fromSession(SimSession session, Effect.ForRoom request) {
        sessions.put(session.id(), session);
        run(new RelayInput.FromSession(session.id(), request));
        if (request instanceof Effect.Leave) {
            sessions.remove(session.id());
        }
    }

    /** The room's message, or a piece of it, has arrived. */
    void receive(ToRelay message) {
        if (stopped) {
            return;
        }
        switch (message) {
            case ToRelay.RosterIs(var seq, var present, var relays) ->
                world.note(
                        "{relay} hears the roster at seq {n}: {n} present, {n} relays",
                        rules.self().value(),
                        seq,
                        present.size(),
                        relays.size());
            case ToRelay.RosterChange(var seq, var joined, var left) ->
                world.note(
                        "{relay} hears the roster change at seq {n}: {n} in, {n} out",
                        rules.self().value(),
                        seq,
                        joined.size(),
                        left.size());
            default -> {}
        }
        if (message instanceof ToRelay.Fragment(var transfer, var index, var count, var bytes)) {
            Optional<byte[]> whole = reassembly.add(transfer, index, count, bytes);
            whole.ifPresent(joined -> run(new RelayInput.FromRoom(decoded(joined))));
        } else {
            run(new RelayInput.FromRoom(decoded(RoomCodec.encode(message))));
        }
    }

    private static ToRelay decoded(byte[] bytes) {
        return switch (RoomCodec.decodeToRelay(bytes)) {
            case Decoded.Whole<ToRelay>(var message) -> message;
            case Decoded.Broken<ToRelay>(var what, var offsetBytes) ->
                throw new Violation("a room's message cannot be read: " + what + " at " + offsetBytes);
        };
    }

    private void run(RelayInput input) {
        world.coverage().relay(rules.standing(), input);
        turns.took(input);
        long before = rules.cursor();
        for (RelayEffect effect : rules.step(input, member.clock().steadyMs())) {
            turns.did(effect);
            switch (effect) {
                case RelayEffect.TellRoom(var message) -> tellRoom(message);
                case RelayEffect.TellSession(var session, var news) -> tellSession(session, news);
                case RelayEffect.Stop() -> stopped = true;
            }
        }
        world.room(rules.room()).invariants().holds(rules.held(), reassembly.bytesHeld());
        if (rules.cursor() != before) {
            world.note("{relay} is at seq {n}", rules.self().value(), rules.cursor());
        }
        tickInTime();
    }

    /** What is not as it is when all is quiet, if the relay has sessions; {@code up} are all those of its room. */
    Optional<String> waits(Set<SessionId> up) {
        if (stopped || rules.sessionCount() == 0) {
            return Optional.empty();
        }
        RelayRules.Held held = rules.held();
        if (held.queued() + held.heldBackSteps() > 0) {
            return Optional.of(held.queued() + " packs and " + held.heldBackSteps() + " steps wait in a relay");
        }
        long seq = world.room(rules.room()).journal().lastSeq();
        if (rules.cursor() != seq) {
            return Optional.of("a relay is at seq " + rules.cursor() + " of " + seq);
        }
        if (reassembly.bytesHeld() > 0 && !lossy()) {
            return Optional.of("a relay has unfinished fragments");
        }
        return up.containsAll(rules.present())
                ? Optional.empty()
                : Optional.of("a relay shows the presence of " + rules.present() + "; there are " + up);
    }

    /** The rest of what was lost stays until its place is needed. */
    private boolean lossy() {
        return !world.plan().faults().isEmpty();
    }

    /** The sessions of the room whose presence this relay keeps, if it has sessions. */
    Optional<Set<SessionId>> present() {
        return stopped || rules.sessionCount() == 0 ? Optional.empty() : Optional.of(rules.present());
    }

    private void tellRoom(ToRoom message) {
        if (message instanceof ToRoom.Attach attach) {
            world.note(
                    "{relay} attaches at seq {n}, roster {n} of {n}",
                    rules.self().value(),
                    attach.cursor(),
                    attach.rosterVersion(),
                    attach.rosterSeq());
        } else {
            world.note(
                    "{relay} says " + message.getClass().getSimpleName(),
                    rules.self().value());
        }
        for (ToRoom piece : Fragments.forRoom(
                rules.self(), transfers++, message, world.plan().bounds().pieceBytes())) {
            ToRoom whole = piece instanceof ToRoom.Fragment ? piece : decodedToRoom(RoomCodec.encode(piece));
            place.say(whole, this, toRoom);
        }
    }

    private static ToRoom decodedToRoom(byte[] bytes) {
        return switch (RoomCodec.decodeToRoom(bytes)) {
            case Decoded.Whole<ToRoom>(var message) -> message;
            case Decoded.Broken<ToRoom>(var what, var offsetBytes) ->
                throw new Violation("a relay's message cannot be read: " + what + " at " + offsetBytes);
        };
    }

    private void tellSession(SessionId id, Input news) {
        SimSession session = sessions.get(id);
        if (session != null) {
            session.told(news);
        }
    }

    private void tickInTime() {
        long wait = rules.nextTick(member.clock().steadyMs()).toMillis();
        long due = world.agenda().nowMs() + wait;
        if (stopped || due >= tickDueMs) {
            return;
        }
        tickDueMs = due;
        world.agenda().after(wait, () -> {
            if (!stopped && tickDueMs == due) {
                tickDueMs = Long.MAX_VALUE;
                run(new RelayInput.Tick());
            }
        });
    }
}
