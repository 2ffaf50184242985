package dev.parley.sim.world;

import dev.parley.core.reconcile.StandardReconciler;
import dev.parley.persistence.room.ChunkReader;
import dev.parley.persistence.room.Fragments;
import dev.parley.persistence.room.Frontdesk;
import dev.parley.persistence.room.RelayId;
import dev.parley.persistence.room.RoomDesk;
import dev.parley.persistence.room.RoomEffect;
import dev.parley.persistence.room.RoomEvent;
import dev.parley.persistence.room.RoomRules;
import dev.parley.persistence.room.RoomSettings;
import dev.parley.persistence.room.RoomState;
import dev.parley.persistence.room.SentParents;
import dev.parley.persistence.room.ToRelay;
import dev.parley.persistence.room.ToRoom;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One life of the room: runs {@link RoomDesk} as the actor does, and stops when a write fails. */
final class Incarnation {
    private final World world;
    private final long number;
    private final int member;
    private final Chance chance;
    private final ChunkReader chunks;
    private final Map<RelayId, SimRelay> relays = new TreeMap<>();
    private final ArrayDeque<Runnable> stash = new ArrayDeque<>();
    private RoomState state;
    private RoomDesk desk;
    private boolean stopped;
    private long transfers;

    /** Starts to recover; what comes meanwhile waits. */
    Incarnation(World world, long number, int member, Chance chance) {
        this.world = world;
        this.number = number;
        this.member = member;
        this.chance = chance;
        this.chunks = new ChunkReader(RoomSettings.Plans.DEFAULT.countMax(), RoomSettings.Plans.DEFAULT.bytesMax());
        world.note("incarnation", number, member);
        world.agenda().after(chance.between(5, 60), this::recovered);
    }

    int member() {
        return member;
    }

    boolean stopped() {
        return stopped;
    }

    /** The end of this life: nothing is said any more, a write in flight goes its own way. */
    void stop(String why) {
        if (!stopped) {
            stopped = true;
            stash.clear();
            world.note("stopped: " + why, number);
        }
    }

    private void recovered() {
        if (stopped) {
            return;
        }
        state = world.journal().replay(World.ROOM);
        desk = new RoomDesk(
                number,
                RoomSettings.DEFAULT,
                new RoomRules(RoomSettings.DEFAULT, World.SERVER, CheapSignatures.INSTANCE),
                new Frontdesk(World.SERVER, CheapSignatures.INSTANCE, new StandardReconciler()),
                world.agenda().wallMs());
        world.note("recovered", number, state.seq());
        tickLater();
        unstash();
    }

    private void tickLater() {
        world.agenda().after(1_000, () -> {
            if (!stopped) {
                whenFree(() -> run(desk.tick(state, world.agenda().wallMs())));
                tickLater();
            }
        });
    }

    /** A relay says something. */
    void receive(ToRoom message, SimRelay from) {
        if (stopped) {
            return;
        }
        whenFree(() -> {
            relays.put(message.relay(), from);
            run(desk.receive(state, message, world.agenda().wallMs()));
        });
    }

    private void whenFree(Runnable task) {
        if (desk == null || desk.writing()) {
            stash.add(task);
            world.invariants().bounded("the room's stash", stash.size(), 20_000);
        } else {
            task.run();
        }
    }

    private void unstash() {
        while (!stopped && !desk.writing() && !stash.isEmpty()) {
            stash.poll().run();
        }
    }

    private void run(List<RoomEffect> effects) {
        world.invariants().bounded("the room's ingress", desk.ingressSubmits(), RoomSettings.Intake.DEFAULT.packsMax());
        for (RoomEffect effect : effects) {
            switch (effect) {
                case RoomEffect.Reply(var relay, var message) -> reply(relay, message);
                case RoomEffect.Broadcast(var all, var message) -> all.forEach(relay -> reply(relay, message));
                case RoomEffect.Persist(var events, var submits, var nodes) -> persist(events);
                case RoomEffect.FlushLater() ->
                    world.agenda().after(chance.between(0, 1), () -> {
                        if (!stopped) {
                            whenFree(() -> run(desk.flush(state, world.agenda().wallMs())));
                        }
                    });
                case RoomEffect.RepairFromJournal(var relay, var fromSeq, var toSeq) -> {
                    SimRelay to = relays.get(relay);
                    world.agenda().after(chance.between(1, 20), () -> repair(relay, to, fromSeq, toSeq));
                }
                case RoomEffect.MakeChunk(var relay, var request, var plan, var closed, var view, var seq) -> {
                    ToRelay answer = switch (chunks.read(plan, closed, view, seq)) {
                        case ChunkReader.Answer.Made(var chunk, var filtered) ->
                            new ToRelay.Pulled(plan.session(), request, chunk);
                        case ChunkReader.Answer.Unknown() -> new ToRelay.PlanUnknown(plan.session(), request);
                    };
                    SimRelay to = relays.get(relay);
                    world.agenda().after(chance.between(0, 5), () -> send(to, to.fromReaders(), answer));
                }
                case RoomEffect.FindParents(var ask, var view) -> {
                    SimRelay to = relays.get(ask.relay());
                    ToRelay answer = SentParents.answer(ask, view);
                    world.agenda().after(chance.between(0, 5), () -> send(to, to.fromReaders(), answer));
                }
                case RoomEffect.AdminLockAnswered(var locked) -> {}
                case RoomEffect.Forget(var relay) -> relays.remove(relay);
                case RoomEffect.Passivate() -> stop("unused");
                case RoomEffect.Superseded(var seq, var seen) -> stop("superseded");
            }
        }
    }

    private void persist(List<RoomEvent> events) {
        world.journal().write(state.seq() + 1, events, outcome -> {
            if (stopped) {
                return;
            }
            if (outcome != SimJournal.Outcome.DONE) {
                stop("write " + outcome);
                return;
            }
            events.forEach(event -> state = RoomRules.evolve(state, event));
            run(desk.persisted(state, world.agenda().wallMs()));
            unstash();
        });
    }

    private void repair(RelayId relay, SimRelay to, long fromSeq, long toSeq) {
        if (stopped) {
            return;
        }
        long seq = fromSeq;
        for (RoomEvent event : world.journal().read(fromSeq, toSeq)) {
            send(to, to.fromReaders(), RoomRules.step(seq++, event));
        }
        desk.repaired(relay);
    }

    private void reply(RelayId relay, ToRelay message) {
        SimRelay to = relays.get(relay);
        if (to != null) {
            send(to, to.fromRoom(), message);
        }
    }

    private void send(SimRelay to, Link link, ToRelay message) {
        if (stopped) {
            return;
        }
        for (ToRelay piece : Fragments.forRelay((number << 32) + transfers++, message)) {
            link.send(piece.getClass().getSimpleName(), () -> to.receive(piece));
        }
    }
}
