package dev.parley.sim.world;

import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import dev.parley.persistence.relay.RelaySettings;
import dev.parley.persistence.room.RoomSettings;
import dev.parley.core.session.SessionSettings;
import dev.parley.sim.check.Invariants;
import dev.parley.sim.check.Promises;
import dev.parley.sim.check.Violation;
import dev.parley.sim.coverage.Coverage;
import dev.parley.sim.fault.Fault;
import dev.parley.sim.fault.Faults;
import dev.parley.sim.fault.Moment;
import dev.parley.sim.oracle.PlainSignatures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * One run of a {@link Plan}: some members, some rooms and their peers, faults for a while, then peace. All of it happens
 * on the caller's thread, so a plan is a run.
 */
public final class World {
    /** The first room of each world. */
    static final RoomId ROOM = new RoomId("simulated");

    static final PeerId SERVER = PeerId.of(new byte[PeerId.SIZE_BYTES]);
    /** How long peers may need to agree once the faults are over. */
    private static final long PEACE_MS = 120_000;

    private static final int AGENDA_MAX = 200_000;
    private static final long STEPS_MAX = 5_000_000;
    private static final int STACK_LINES = 10;

    private final Plan plan;
    private final boolean rich;
    private final Keys keys;
    private final Agenda agenda = new Agenda();
    private final Trace trace;
    private final Invariants invariants = new Invariants();
    private final Coverage coverage = new Coverage();
    private final Faults faults = new Faults();
    private final Strikes strikes;
    private final Network network = new Network(this);
    private final Placement placement;
    private final Membership membership;
    private final List<SimMember> members = new ArrayList<>();
    private final List<SimPeer> peers = new ArrayList<>();
    private final SessionSettings sessionSettings;
    private final RoomSettings roomSettings;
    private final RelaySettings relaySettings;
    private long ids;
    private long steps;

    private World(Plan plan, Optional<Trace.Listener> listener) {
        this.plan = plan;
        this.rich = Scenario.isRich(plan.scenario());
        this.keys = new Keys(plan.seed(), plan.realSignatures());
        this.trace = Trace.heardBy(listener);
        this.sessionSettings = plan.bounds().session();
        this.roomSettings = plan.bounds().room();
        this.relaySettings = plan.bounds().relay();
        this.strikes = new Strikes(this, faults);
        this.placement = new Placement(this, chance("placement", 0));
        for (int number = 0; number < plan.rooms().size(); number++) {
            Chance chance = chance("room", number);
            RoomId id = plan.rooms().get(number);
            Invariants promised = new Invariants(Promises.of(
                    roomSettings,
                    relaySettings,
                    SERVER,
                    plan.realSignatures() ? PlainSignatures.REAL : PlainSignatures.CHEAP));
            SimJournal journal = new SimJournal(this, id, promised);
            placement.add(new SimRoom(id, number, journal, new RoomPlace(this, id, chance.split()), promised));
        }
        for (int number = 0; number < plan.members(); number++) {
            members.add(new SimMember(this, number, chance("member", number)));
        }
        this.membership = new Membership(this, chance("membership", 0));
        for (Plan.Peer peer : plan.peers()) {
            join(peer, (world, chance) -> peer.kind().mind(world, peer, chance));
        }
        for (Plan.Action action : plan.actions()) {
            agenda.after(action.atMs(), () -> peer(action.peer()).ifPresent(peer -> peer.act(action)));
        }
        coverage.faults(plan.faults());
        for (Fault fault : plan.faults()) {
            strikes.expect(fault);
        }
    }

    /** The default scenario with this seed. */
    public static World of(long seed) {
        return of(seed, Scenario.DEFAULT, Optional.empty());
    }

    /** {@code listener} is told each event of the run as a line. */
    public static World of(long seed, Scenario scenario, Optional<Consumer<String>> listener) {
        return of(Plan.draw(seed, scenario), listener);
    }

    /** The run of this plan; {@code listener} is told each of its events as a line. */
    public static World of(Plan plan, Optional<Consumer<String>> listener) {
        return new World(plan, listener.map(Trace::asLines));
    }

    /** The run of this plan, each event of which {@code listener} hears. */
    public static World heardBy(Plan plan, Trace.Listener listener) {
        return new World(plan, Optional.of(listener));
    }

    /** A world without peers, actions and faults: {@link #join} brings peers. */
    static World empty(long seed, Scenario scenario) {
        return of(Plan.draw(seed, scenario).with(List.of(), List.of(), List.of()), Optional.empty());
    }

    /** One more peer of the first room, which connects within half a second. */
    SimPeer join(BiFunction<World, Chance, PeerMind> mind) {
        return join(new Plan.Peer(peers.size(), PeerKind.STRICT, 0, peers.size()), mind);
    }

    private SimPeer join(Plan.Peer peer, BiFunction<World, Chance, PeerMind> mind) {
        Chance own = chance("peer", peer.number());
        SimPeer joined = new SimPeer(this, peer, own, mind.apply(this, own.split()));
        peers.add(joined);
        return joined;
    }

    /** Runs to the end: faults, then peace until all agree. Errors: {@link Violation} when an invariant breaks. */
    public Outcome run() {
        Agreement agreement = new Agreement(this);
        try {
            while (agenda.step(plan.activeMs())) {
                bounded();
            }
            strikes.end();
            note("healed");
            long peaceEnds = plan.activeMs() + PEACE_MS;
            while (!agreement.reached() && agenda.step(peaceEnds)) {
                bounded();
            }
            agreement.require();
        } catch (RuntimeException | StackOverflowError | AssertionError broken) {
            throw new Violation(
                    said(broken) + " (at " + agenda.nowMs() + " ms)" + where(broken) + "\nreplay: " + replayHint(),
                    broken);
        }
        return outcome();
    }

    /** What is due stays little, and a run comes to an end: something that wakes itself for ever at one time would not. */
    private void bounded() {
        invariants.bounded("what is due", agenda.size(), AGENDA_MAX);
        invariants.bounded("the steps of a run", ++steps, STEPS_MAX);
    }

    private static String said(Throwable broken) {
        return broken instanceof Violation ? broken.getMessage() : broken.toString();
    }

    /** A bug is told with its place. */
    private static String where(Throwable broken) {
        return broken instanceof Violation
                ? ""
                : Arrays.stream(broken.getStackTrace())
                        .limit(STACK_LINES)
                        .map(frame -> "\n  at " + frame)
                        .collect(Collectors.joining());
    }

    private Outcome outcome() {
        long seq = 0;
        int nodes = 0;
        for (SimRoom room : rooms()) {
            seq += room.journal().lastSeq();
            nodes += room.journal().replay().view().count();
        }
        return new Outcome(plan.seed(), trace.hash(), trace.events(), agenda.nowMs(), seq, nodes);
    }

    /** What a run came to: {@code seq} and {@code nodes} of all rooms together. {@code simulatedMs} is virtual time. */
    public record Outcome(long seed, long traceHash, long events, long simulatedMs, long seq, int nodes) {}

    /** The command that runs this again as it was. */
    public String replayHint() {
        return "./parley simulate --seed " + plan.seed() + " --runs 1 --scenario " + plan.scenario();
    }

    /** What this run is made of. */
    public Plan plan() {
        return plan;
    }

    /** Lets the clock show this time, for peers whose members are not of this world; nothing is run. */
    public void show(long nowMs) {
        agenda.show(nowMs);
    }

    // What the parts of the world share.

    /** The source of chance of what is called {@code what} and has this number. */
    Chance chance(String what, long number) {
        return Chance.of(plan.seed(), what, number);
    }

    /** True if peers write several things at once and try what they may not. */
    boolean rich() {
        return rich;
    }

    Keys keys() {
        return keys;
    }

    Agenda agenda() {
        return agenda;
    }

    /** What this run reached so far. */
    public Coverage coverage() {
        return coverage;
    }

    /** What is promised of no room in particular. */
    Invariants invariants() {
        return invariants;
    }

    Faults faults() {
        return faults;
    }

    /** Says that this happened in this room just now: faults may wait for it. */
    void happens(Moment moment, RoomId room) {
        strikes.happens(moment, room(room).number());
    }

    Network network() {
        return network;
    }

    Membership membership() {
        return membership;
    }

    Placement placement() {
        return placement;
    }

    List<SimRoom> rooms() {
        return placement.rooms();
    }

    SimRoom room(RoomId id) {
        return placement.room(id);
    }

    /** The id of the room at this place in the plan. */
    RoomId roomId(int number) {
        return plan.rooms().get(number);
    }

    SessionSettings sessionSettings() {
        return sessionSettings;
    }

    RoomSettings roomSettings() {
        return roomSettings;
    }

    RelaySettings relaySettings() {
        return relaySettings;
    }

    List<SimPeer> peers() {
        return peers;
    }

    Optional<SimPeer> peer(int number) {
        return peers.stream().filter(peer -> peer.number() == number).findFirst();
    }

    List<SimMember> members() {
        return members;
    }

    List<SimMember> upMembers() {
        return members.stream().filter(SimMember::up).toList();
    }

    long nextId() {
        return ++ids;
    }

    void note(String what, long... details) {
        trace.note(agenda.nowMs(), what, details);
    }
}
