package dev.parley.sim.actors;

import dev.parley.core.history.Decoded;
import dev.parley.core.history.HistoryView;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.RoomId;
import dev.parley.persistence.room.RoomEvent;
import dev.parley.persistence.room.RoomEventForm;
import dev.parley.persistence.room.RoomRules;
import dev.parley.persistence.room.RoomState;
import dev.parley.sim.check.Invariants;
import dev.parley.sim.check.Promises;
import dev.parley.sim.check.Violation;
import dev.parley.sim.fault.Fault;
import dev.parley.sim.fault.Faults;
import dev.parley.sim.fault.Moment;
import dev.parley.sim.fault.Tear;
import dev.parley.sim.fault.When;
import dev.parley.sim.oracle.PlainSignatures;
import dev.parley.sim.world.Chance;
import dev.parley.sim.world.Keys;
import dev.parley.sim.world.Plan;
import dev.parley.sim.world.Scenario;
import dev.parley.sim.world.Trace;
import dev.parley.sim.world.World;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializer;
import org.apache.pekko.serialization.Serializers;

/**
 * One run of a {@link Plan} on the production actors: rooms, relays and sessions of some members, on one thread, in an
 * order drawn from the seed, in virtual time. Peers, faults and checks are those of {@link World}.
 */
public final class ActorWorld {
    private static final long PEACE_MS = 120_000;
    private static final long LOOK_EVERY_MS = 250;
    private static final int WAITING_MAX = 200_000;

    private record Truth(int events, HistoryView view) {}

    private final Plan plan;
    private final Keys keys;
    private final Trace trace;
    private final ActorLoop loop;
    private final RoomStore store;
    private final Faults faults = new Faults();
    private final List<Fault> awaited = new ArrayList<>();
    private final Map<RoomId, Invariants> invariants = new TreeMap<>();
    private final Map<RoomId, Truth> truths = new TreeMap<>();
    private final List<ActorMember> members = new ArrayList<>();
    private final List<ActorPeer> peers = new ArrayList<>();
    /** Peers take the time and what else they need from a world of their own, in which nothing happens. */
    private final World around;

    private final Region region;
    private ActorSystem<Branch.Turn> system; // From the start of the run.
    private Serialization serialization;
    private boolean healed;
    private boolean agreed;

    private ActorWorld(Plan plan, Optional<Trace.Listener> listener) {
        this.plan = honest(plan);
        this.keys = new Keys(plan.seed(), plan.realSignatures());
        this.trace = Trace.heardBy(listener);
        this.loop = new ActorLoop(chance("order", 0).number(), number -> trace.turn(number));
        this.store = new RoomStore(loop, new StoreFates(this, chance("store", 0)), new Watcher());
        this.around = World.of(plan, Optional.empty());
        Promises promises = Promises.of(
                plan.bounds().room(),
                plan.bounds().relay(),
                ActorMember.SERVER,
                plan.realSignatures() ? PlainSignatures.REAL : PlainSignatures.CHEAP);
        plan.rooms().forEach(room -> invariants.put(room, new Invariants(promises)));
        this.region = new Region(this);
    }

    /**
     * The plan without those who break the protocol: they work by what their sockets and sessions are sent, which are the
     * same objects in the first layer.
     */
    private static Plan honest(Plan plan) {
        List<Plan.Peer> peers =
                plan.peers().stream().filter(peer -> peer.kind().honest()).toList();
        Set<Integer> numbers = peers.stream().map(Plan.Peer::number).collect(Collectors.toSet());
        return plan.with(
                peers,
                plan.actions().stream()
                        .filter(action -> numbers.contains(action.peer()))
                        .toList(),
                plan.faults());
    }

    /** The run that this seed makes of this scenario. */
    public static ActorWorld of(long seed, Scenario scenario, Optional<Trace.Listener> listener) {
        return of(Plan.draw(seed, scenario), listener);
    }

    /** The run of this plan; {@code listener} hears each event of it but the turns of actors. */
    public static ActorWorld of(Plan plan, Optional<Trace.Listener> listener) {
        return new ActorWorld(plan, listener);
    }

    /**
     * What a run came to: {@code seq} and {@code nodes} of all rooms together. {@code simulatedMs} is virtual time,
     * {@code turns} counts those of actors.
     */
    public record Outcome(long seed, long traceHash, long events, long turns, long simulatedMs, long seq, int nodes) {}

    /** The command that runs this again as it was. */
    public String replayHint() {
        return "./parley simulate --layer actors --seed " + plan.seed() + " --runs 1 --scenario " + plan.scenario();
    }

    /** Runs to the end: faults, then peace until all agree. Errors: {@link Violation} when an invariant breaks. */
    public Outcome run() {
        try {
            start();
            runUntil(plan.activeMs());
            healed = true;
            faults.endAll();
            awaited.clear();
            note("healed");
            lookLater();
            runUntil(plan.activeMs() + PEACE_MS);
            atTheEnd();
        } catch (RuntimeException broken) {
            throw new Violation(
                    broken.getMessage() + " (at " + nowMs() + " ms; " + plan.faults() + ")\nreplay: " + replayHint(),
                    broken);
        }
        long seq = 0;
        int nodes = 0;
        for (RoomId room : plan.rooms()) {
            RoomState state = replayed(room);
            seq += state.seq();
            nodes += state.view().count();
        }
        return new Outcome(plan.seed(), trace.hash(), trace.events(), loop.steps(), nowMs(), seq, nodes);
    }

    private void start() {
        system = SimulatedSystem.start(loop, new StoreSetup(store));
        serialization = SerializationExtension.get(system.classicSystem());
        for (int number = 0; number < plan.members(); number++) {
            ActorMember member = new ActorMember(this, number, chance("member", number));
            members.add(member);
            system.tell(new Branch.Turn(member::start));
        }
        for (Plan.Peer peer : plan.peers()) {
            Chance own = chance("peer", peer.number());
            peers.add(new ActorPeer(this, peer, own, peer.kind().mind(around, peer, own.split())));
        }
        for (Plan.Action action : plan.actions()) {
            loop.after(action.atMs(), () -> peer(action.peer()).ifPresent(peer -> peer.act(action)));
        }
        for (Fault fault : plan.faults()) {
            switch (fault.when()) {
                case When.At(var ms) -> loop.after(ms, () -> strike(fault));
                case When.First first -> awaited.add(fault);
            }
        }
    }

    private void runUntil(long untilMs) {
        while (!agreed && loop.step(untilMs)) {
            around.show(loop.nowMs());
            if (loop.waiting() > WAITING_MAX) {
                throw new Violation("what waits grew to " + loop.waiting());
            }
        }
    }

    private void lookLater() {
        loop.after(LOOK_EVERY_MS, () -> {
            agreed = agreement();
            lookLater();
        });
    }

    private void strike(Fault fault) {
        if (healed) {
            return;
        }
        note("fault: " + fault.getClass().getSimpleName(), plan.faults().indexOf(fault));
        if (fault instanceof Fault.Span span) {
            faults.begin(span, nowMs());
        }
        switch (fault) {
            case Fault.SkewClock f -> members.get(f.member()).clock().skewFor(f.forMs());
            case Fault.StepClock f -> members.get(f.member()).clock().step(f.byMs());
            case Fault.Outage f -> plan.rooms().forEach(region::crash);
            case Fault.CrashRoom f -> region.crash(plan.rooms().get(f.room()));
            case Fault.SplitRoom f -> region.split(plan.rooms().get(f.room()), f.forMs());
            case Fault.HandOver f -> region.handOver(plan.rooms().get(f.room()), members.get(f.to()));
            case Fault.CutPeer f -> peer(f.peer()).ifPresent(ActorPeer::cut);
            case Fault.CutRoom f -> in(plan.rooms().get(f.room())).forEach(ActorPeer::cut);
            case Fault.TearSnapshot f -> {
                RoomId room = plan.rooms().get(f.room());
                store.tear(persistenceId(room), f.tear() == Tear.MANIFEST_NEWER);
                region.crash(room);
            }
            case Fault.CrashMember f -> {
                ActorMember member = members.get(f.member());
                if (member.up()) {
                    member.die();
                    loop.after(f.downMs(), () -> begin(member));
                }
            }
            case Fault.LeaveMember f -> {
                ActorMember member = members.get(f.member());
                if (member.up() && !member.leaving()) {
                    member.leave(() -> loop.after(f.downMs(), () -> begin(member)));
                }
            }
            default -> {} // One that goes on, asked for where it matters; or one that the first layer alone carries
            // out.
        }
    }

    private void begin(ActorMember member) {
        if (!member.up()) {
            system.tell(new Branch.Turn(member::start));
        }
    }

    private boolean agreement() {
        for (RoomId room : plan.rooms()) {
            List<ActorPeer> here = in(room);
            if (!here.stream().allMatch(ActorPeer::settled)) {
                return false;
            }
            HistoryView truth = truth(room);
            if (!here.stream()
                    .allMatch(peer -> agrees(peer, truth) && peer.present().equals(others(peer)))) {
                return false;
            }
        }
        return true;
    }

    /** True if the peer has just that; one that keeps something to itself has more. */
    private static boolean agrees(ActorPeer peer, HistoryView truth) {
        if (peer.view().root().equals(truth.root())) {
            return true;
        }
        boolean all = peer.keepsToItself();
        for (int n = 0; all && n < truth.count(); n++) {
            all = peer.view().contains(truth.id(n));
        }
        return all;
    }

    private List<ActorPeer> in(RoomId room) {
        return peers.stream().filter(peer -> peer.room().equals(room)).toList();
    }

    private Set<String> others(ActorPeer self) {
        Set<String> others = new TreeSet<>();
        in(self.room()).forEach(peer -> others.add(peer.id().toHex()));
        others.remove(self.id().toHex());
        return others;
    }

    private void atTheEnd() {
        for (RoomId room : plan.rooms()) {
            Invariants promised = invariants.get(room);
            RoomState replayed = replayed(room);
            HistoryView truth = replayed.view();
            promised.agrees("a whole replay", truth);
            Set<NodeId> ids = new HashSet<>();
            for (int n = 0; n < truth.count(); n++) {
                ids.add(truth.id(n));
            }
            promised.endsWith(ids);
            for (ActorPeer peer : in(room)) {
                promised.require(peer.settled(), peer + " did not settle");
                if (peer.keepsToItself()) {
                    promised.require(agrees(peer, truth), peer + " lacks something");
                    continue;
                }
                promised.equal("root of " + peer, truth.root(), peer.view().root());
                promised.equal("tree root of " + peer, replayed.index().mst().root(), peer.mstRoot());
                promised.equal("the roster of " + peer, others(peer), peer.present());
                promised.agrees(peer.toString(), peer.view());
            }
        }
    }

    private final class Watcher implements RoomStore.Watcher {
        @Override
        public void begins(String persistenceId) {
            happens(Moment.WRITE, room(persistenceId));
        }

        @Override
        public void committed(String persistenceId, RoomStore.Stored event) {
            RoomId room = room(persistenceId);
            note("{room} has durably written", region.number(room), event.seq());
            check(() -> invariants.get(room).committed(event.seq(), decoded(event)));
        }

        @Override
        public void refused(String persistenceId, long firstSeq) {
            note("{room} lost the race for", region.number(room(persistenceId)), firstSeq);
        }
    }

    private static String persistenceId(RoomId room) {
        return "room|" + room.value();
    }

    private static RoomId room(String persistenceId) {
        return new RoomId(persistenceId.substring(persistenceId.indexOf('|') + 1));
    }

    private static RoomEvent decoded(RoomStore.Stored event) {
        return switch (RoomEventForm.decode(event.manifest(), event.bytes())) {
            case Decoded.Whole<RoomEvent>(var whole) -> whole;
            case Decoded.Broken<RoomEvent>(var what, var offsetBytes) ->
                throw new Violation("a stored event cannot be read: " + what + " at " + offsetBytes);
        };
    }

    /** What all events make, worked out once for each of them. */
    private HistoryView truth(RoomId room) {
        int events = store.events(persistenceId(room)).size();
        Truth known = truths.get(room);
        if (known == null || known.events != events) {
            known = new Truth(events, replayed(room).view());
            truths.put(room, known);
        }
        return known.view;
    }

    /** The state that all events make. */
    private RoomState replayed(RoomId room) {
        RoomState state = RoomState.empty(room);
        for (RoomStore.Stored event : store.events(persistenceId(room))) {
            state = RoomRules.evolve(state, decoded(event));
        }
        return state;
    }

    // What the parts of the world share.

    Plan plan() {
        return plan;
    }

    Keys keys() {
        return keys;
    }

    ActorLoop loop() {
        return loop;
    }

    RoomStore store() {
        return store;
    }

    Region region() {
        return region;
    }

    Faults faults() {
        return faults;
    }

    List<ActorMember> members() {
        return members;
    }

    /** The member whose life this branch of actors is. */
    Optional<ActorMember> memberOf(String branch) {
        return members.stream().filter(member -> branch.equals(member.branch())).findFirst();
    }

    private Optional<ActorPeer> peer(int number) {
        return peers.stream().filter(peer -> peer.number() == number).findFirst();
    }

    Invariants invariants(RoomId room) {
        return invariants.get(room);
    }

    Chance chance(String what, long number) {
        return Chance.of(plan.seed(), what, number);
    }

    long nowMs() {
        return loop.nowMs();
    }

    void note(String what, long... details) {
        trace.note(nowMs(), what, details);
    }

    /** Runs a check within an actor, where what it throws would only stop that actor. */
    void check(Runnable check) {
        try {
            check.run();
        } catch (RuntimeException broken) {
            loop.broken(broken);
        }
    }

    /** Says that this happened in this room just now: faults may wait for it. */
    void happens(Moment moment, RoomId room) {
        int number = region.number(room);
        awaited.removeIf(fault -> {
            boolean now = fault.when() instanceof When.First(var after, var of, var in)
                    && of == moment
                    && in == number
                    && after <= nowMs();
            if (now) {
                loop.after(0, () -> strike(fault));
            }
            return now;
        });
    }

    /** A message as it arrives at another member: written and read by the production serializers. */
    Object carried(Object message) {
        Serializer serializer = serialization.findSerializerFor(message);
        return serialization
                .deserialize(
                        serializer.toBinary(message),
                        serializer.identifier(),
                        Serializers.manifestFor(serializer, message))
                .get();
    }
}
