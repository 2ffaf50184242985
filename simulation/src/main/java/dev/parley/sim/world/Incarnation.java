package dev.parley.sim.world;

import dev.parley.persistence.entity.Damage;
import dev.parley.persistence.entity.RecoverySource;
import dev.parley.persistence.entity.RelayLinks;
import dev.parley.persistence.entity.RoomContext;
import dev.parley.persistence.entity.RoomEntity;
import dev.parley.persistence.entity.RoomLife;
import dev.parley.persistence.room.ChunkReader;
import dev.parley.persistence.room.RelayId;
import dev.parley.persistence.room.RepairWalk;
import dev.parley.persistence.room.RoomEffect;
import dev.parley.persistence.room.RoomEvent;
import dev.parley.persistence.room.RoomState;
import dev.parley.persistence.room.SentParents;
import dev.parley.persistence.room.ToRelay;
import dev.parley.persistence.room.ToRoom;
import dev.parley.sim.check.JudgedRules;
import dev.parley.sim.coverage.Coverage;
import dev.parley.sim.fault.Moment;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One life of a room: runs {@link RoomLife} as the actor does. What comes while it recovers or writes waits, up to a
 * bound; it ends when a write fails, when it is asked to, or with its member.
 */
final class Incarnation {
    private static final long TICK_MS = 1_000;

    private final World world;
    private final SimRoom room;
    private final SimShard shard;
    private final SimMember member;
    private final Chance chance;
    private final long number;
    private final ChunkReader chunks;
    private final JudgedRules rules;
    private final MemberJournal journal;
    private final RecoverySource source;
    private RoomLife life;
    private RelayLinks<Route> links;
    private final Map<RelayId, Route> routes = new TreeMap<>();
    private final ArrayDeque<Runnable> stash = new ArrayDeque<>();
    private RoomState state;
    private boolean stopped;

    /** Starts to recover; what comes meanwhile waits. */
    Incarnation(World world, SimRoom room, SimShard shard, long number, Chance chance) {
        this.world = world;
        this.room = room;
        this.shard = shard;
        this.member = shard.member();
        this.chance = chance;
        this.number = number;
        var plans = world.roomSettings().plans();
        this.chunks = new ChunkReader(plans.countMax(), plans.bytesMax());
        this.journal = member.journal();
        this.source = new RecoverySource(room.id());
        RoomContext context = member.rooms();
        this.rules = new JudgedRules(
                context.settings(), context.server(), context.signatures(), context.policies(), room.invariants());
        startsOver();
        world.note("{life} of {room} begins on {member}", number, room.number(), member.number());
        world.happens(Moment.RECOVERY, room.id());
        world.agenda().after(chance.between(5, 60), this::recover);
    }

    private void startsOver() {
        long incarnation = chance.number();
        life = new RoomLife(room.id(), member.rooms(), source, incarnation, member.wallMs(), rules);
        links = new RelayLinks<>(incarnation, world.plan().bounds().pieceBytes(), Route::say);
    }

    boolean stopped() {
        return stopped;
    }

    /** Stops after what it does just now, as when it moves or nobody needs it. */
    void askToStop(String why) {
        whenFree(() -> end(why));
    }

    /** Ends at once; a write in flight goes its own way. */
    void end(String why) {
        if (!stopped) {
            life.end().forEach(this::perform);
            die(why);
            shard.ended(this);
        }
    }

    /** Ends with its whole member: nothing is said any more. */
    void die(String why) {
        stopped = true;
        stash.clear();
        world.note("{room}, {life} stopped: " + why, room.number(), number);
    }

    private void recover() {
        if (stopped) {
            return;
        }
        new Recovery(world, room.journal(), journal, life, new Recovery.Told() {
                    @Override
                    public void recovered(RoomState from, long lastSeq) {
                        Incarnation.this.recovered(from, lastSeq);
                    }

                    @Override
                    public void startOver() {
                        stash.clear();
                        startsOver();
                        recover();
                    }

                    @Override
                    public void failed(RuntimeException why) {
                        notRecovered(why);
                    }
                })
                .start();
    }

    /** A journal that is away is tried again when somebody speaks to the room; here it is never damaged. */
    private void notRecovered(RuntimeException why) {
        if (!stopped) {
            boolean isAway = Damage.isAway(why);
            room.invariants().require(isAway, "the room's journal counts as damaged: " + why);
            life.notRecovered(isAway, member.wallMs());
            end("not recovered");
        }
    }

    private void recovered(RoomState from, long lastSeq) {
        if (stopped) {
            return;
        }
        state = from;
        life.recovered(state, lastSeq);
        world.note("{life} of {room} recovered up to seq {n}", number, room.number(), state.seq());
        tickLater();
        unstash();
    }

    private void tickLater() {
        world.agenda().after(TICK_MS, () -> {
            if (!stopped) {
                world.coverage().room(standing(), Coverage.RoomTurn.TICK);
                whenFree(() -> {
                    List<RoomEffect> effects = life.tick(state, member.wallMs());
                    rules.ticked(member.wallMs());
                    run(effects);
                });
                tickLater();
            }
        });
    }

    /** A relay says something. */
    void receive(ToRoom message, SimRelay from) {
        moment(message).ifPresent(moment -> world.happens(moment, room.id()));
        world.coverage().room(standing(), message);
        whenFree(() -> {
            links.link(message.relay(), route(message.relay(), from));
            int before = life.desk().ingressSubmits();
            List<RoomEffect> effects = life.receive(state, message, member.wallMs());
            rules.heard(message, before, life.desk().ingressSubmits());
            run(effects);
        });
    }

    private Coverage.RoomState standing() {
        if (number < room.place().lives()) {
            return Coverage.RoomState.STALE;
        }
        if (!life.isRecovered()) {
            return Coverage.RoomState.RECOVERING;
        }
        if (life.desk().writing()) {
            return Coverage.RoomState.WRITING;
        }
        if (life.desk().ingressSubmits() > 0) {
            return Coverage.RoomState.BUSY;
        }
        return state.seq() == 0 ? Coverage.RoomState.FRESH : Coverage.RoomState.IDLE;
    }

    private Route route(RelayId id, SimRelay to) {
        return routes.computeIfAbsent(id, key -> Route.between(world, member, to, chance.split()));
    }

    private static Optional<Moment> moment(ToRoom message) {
        return switch (message) {
            case ToRoom.Enter m -> Optional.of(Moment.HELLO);
            case ToRoom.Submits m -> Optional.of(Moment.SUBMIT);
            case ToRoom.Repair m -> Optional.of(Moment.REPAIR);
            case ToRoom.Fragment m when m.index() + 1 < m.count() -> Optional.of(Moment.FRAGMENT);
            default -> Optional.empty();
        };
    }

    private void whenFree(Runnable task) {
        if (stopped) {
            return;
        }
        if (life.isRecovered() && !life.desk().writing()) {
            task.run();
        } else if (stash.size() < RoomEntity.STASH_CAPACITY) {
            stash.add(task);
        } else {
            world.note("{life} of {room} drops what it cannot keep aside", number, room.number());
        }
    }

    private void unstash() {
        while (!stopped && !life.desk().writing() && !stash.isEmpty()) {
            stash.poll().run();
        }
    }

    /** The state, once it is recovered. */
    Optional<RoomState> state() {
        return Optional.ofNullable(state);
    }

    /** What waits here to be decided, written or read, and who counts that is not there: so many sessions are up. */
    Optional<String> waits(int sessionsUp) {
        if (life.isRecovered() && life.desk().sessions() != sessionsUp) {
            return Optional.of("the room counts " + life.desk().sessions() + " sessions; " + sessionsUp + " are up");
        }
        int waiting = stash.size()
                + life.desk().held().ingressSubmits()
                + life.desk().held().repairs();
        return waiting == 0 && !life.desk().writing()
                ? Optional.empty()
                : Optional.of(waiting + " things wait in the room");
    }

    private void run(List<RoomEffect> effects) {
        rules.looked(life.desk().held());
        if (!life.desk().writing()) {
            rules.parked(state.view(), life.desk().orphans(), member.wallMs());
        }
        for (RoomEffect effect : effects) {
            if (effect instanceof RoomEffect.Persist write) {
                persist(write.events());
            } else {
                perform(effect);
            }
        }
    }

    private void perform(RoomEffect effect) {
        switch (effect) {
            case RoomEffect.Reply(var relay, var message) -> links.tell(relay, message);
            case RoomEffect.Broadcast(var all, var message) -> links.tell(all, message);
            case RoomEffect.FlushLater() ->
                world.agenda().after(chance.between(0, 1), () -> {
                    if (!stopped) {
                        world.coverage().room(standing(), Coverage.RoomTurn.FLUSH);
                    }
                    whenFree(() -> run(life.flush(state, member.wallMs())));
                });
            case RoomEffect.RepairFromJournal(var relay, var fromSeq, var toSeq) -> {
                RelayLinks.Link<Route> to = links.to(relay).by(Route::sayAsRepair);
                repair(relay, to, new RepairWalk(fromSeq, toSeq));
            }
            case RoomEffect.MakeChunk(var relay, var request, var plan, var closed, var view, var seq) -> {
                world.happens(Moment.CATCH_UP, room.id());
                read(relay, chunks.reply(request, plan, closed, view, seq).message());
            }
            case RoomEffect.FindParents(var ask, var view) -> read(ask.relay(), SentParents.answer(ask, view));
            case RoomEffect.AdminLockAnswered(var locked) -> {}
            case RoomEffect.Forget(var relay) -> {
                links.forget(relay);
                routes.remove(relay);
            }
            case RoomEffect.Passivate() -> {
                world.happens(Moment.PASSIVATION, room.id());
                room.invariants()
                        .bounded(
                                "relays attached to a room that nobody uses",
                                life.desk().relays(),
                                0);
                shard.passivate(this);
            }
            case RoomEffect.Superseded(var seq, var seen) -> end("superseded");
            case RoomEffect.Persist p -> throw new IllegalStateException("a write within a write");
        }
    }

    /** The room's reader has found this: it ends with the room. */
    private void read(RelayId relay, ToRelay answer) {
        RelayLinks.Link<Route> to = links.to(relay).by(Route::sayAsReader);
        world.agenda().after(chance.between(0, 5), () -> {
            if (!stopped) {
                to.tell(answer);
            }
        });
    }

    private void persist(List<RoomEvent> events) {
        world.happens(Moment.WRITE, room.id());
        long firstSeq = state.seq() + 1;
        List<Row> rows = journal.rows(events);
        for (Row row : rows) {
            // As the actor has it: applied before it is durable, and forgotten with this life if it never is.
            state = life.applied(state, row.event());
        }
        journal.write(room.journal(), room.number() + "." + number, firstSeq, rows, outcome -> {
            if (stopped) {
                return;
            }
            world.coverage()
                    .room(
                            standing(),
                            switch (outcome) {
                                case DONE -> Coverage.RoomTurn.PERSISTED;
                                case FAILED -> Coverage.RoomTurn.WRITE_FAILED;
                                case FENCED -> Coverage.RoomTurn.FENCED;
                            });
            if (outcome != GroupWriter.Outcome.DONE) {
                end(outcome == GroupWriter.Outcome.FENCED ? "its write is fenced" : "its write fails");
            } else {
                List<RoomEffect> effects = life.persisted(state, events, member.wallMs());
                if (life.snapshotDue(state)) {
                    // Of this state, whatever comes while it is saved; nobody waits for it.
                    journal.save(room.journal(), state, life::snapshotEnded);
                }
                run(effects);
                unstash();
            }
        });
    }

    /** Goes on when the room has stopped, but not when its member has. */
    private void repair(RelayId relay, RelayLinks.Link<Route> to, RepairWalk walk) {
        journal.repair(room.journal(), walk, to::tell, () -> whenFree(() -> life.repaired(relay)));
    }
}
