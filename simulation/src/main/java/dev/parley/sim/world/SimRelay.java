package dev.parley.sim.world;

import dev.parley.core.history.Decoded;
import dev.parley.core.id.SessionId;
import dev.parley.core.session.Effect;
import dev.parley.core.session.Input;
import dev.parley.persistence.relay.RelayEffect;
import dev.parley.persistence.relay.RelayInput;
import dev.parley.persistence.relay.RelayRules;
import dev.parley.persistence.relay.RelaySettings;
import dev.parley.persistence.room.Fragments;
import dev.parley.persistence.room.Reassembly;
import dev.parley.persistence.room.RelayId;
import dev.parley.persistence.room.RoomCodec;
import dev.parley.persistence.room.ToRelay;
import dev.parley.persistence.room.ToRoom;
import dev.parley.sim.check.Violation;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A member's relay: runs {@link RelayRules} as the actor does. Messages to and from the room pass their codec. */
final class SimRelay {
    private final World world;
    private final SimMember member;
    private final RelayRules rules;
    private final Link toRoom;
    private final Link fromRoom;
    private final Link fromReaders;
    private final Reassembly reassembly = new Reassembly(RelaySettings.DEFAULT.reassemblyBytes());
    private final Map<SessionId, SimSession> sessions = new TreeMap<>();
    private long transfers;
    private long tickDueMs = Long.MAX_VALUE;
    private boolean stopped;

    SimRelay(World world, SimMember member, long id, Chance chance) {
        this.world = world;
        this.member = member;
        this.rules = new RelayRules(new RelayId(id), World.ROOM, RelaySettings.DEFAULT, chance.number());
        this.toRoom = new Link(world, chance.split());
        this.fromRoom = new Link(world, chance.split());
        this.fromReaders = new Link(world, chance.split());
        tickInTime();
    }

    SimMember member() {
        return member;
    }

    /** The way from the room to this relay. */
    Link fromRoom() {
        return fromRoom;
    }

    /** The way from the room's readers, which may overtake the room or fall behind it. */
    Link fromReaders() {
        return fromReaders;
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
                world.note("roster is", rules.self().value(), seq, present.size(), relays.size());
            case ToRelay.RosterChange(var seq, var joined, var left) ->
                world.note("roster changes", rules.self().value(), seq, joined.size(), left.size());
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
        long before = rules.cursor();
        for (RelayEffect effect : rules.step(input, world.agenda().wallMs())) {
            switch (effect) {
                case RelayEffect.TellRoom(var message) -> tellRoom(message);
                case RelayEffect.TellSession(var session, var news) -> tellSession(session, news);
                case RelayEffect.Stop() -> stopped = true;
            }
        }
        if (rules.cursor() != before) {
            world.note("cursor", rules.self().value(), rules.cursor());
        }
        tickInTime();
    }

    private void tellRoom(ToRoom message) {
        if (message instanceof ToRoom.Attach attach) {
            world.note("Attach", rules.self().value(), attach.cursor(), attach.rosterVersion(), attach.rosterSeq());
        } else {
            world.note(message.getClass().getSimpleName(), rules.self().value());
        }
        for (ToRoom piece : Fragments.forRoom(rules.self(), transfers++, message)) {
            ToRoom whole = piece instanceof ToRoom.Fragment ? piece : decodedToRoom(RoomCodec.encode(piece));
            toRoom.send(piece.getClass().getSimpleName(), () -> world.room().deliver(whole, this));
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
        long wait = rules.nextTick(world.agenda().wallMs()).toMillis();
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
