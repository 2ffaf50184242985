package dev.parley.sim.world;

import dev.parley.core.history.HistoryView;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import dev.parley.core.session.SessionSettings;
import dev.parley.core.state.Materialized;
import dev.parley.persistence.room.RoomState;
import dev.parley.sim.check.Invariants;
import dev.parley.sim.check.Violation;
import dev.parley.sim.fault.Fault;
import dev.parley.sim.fault.Faults;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * One run: some members, some peers, one room, faults for a while, then peace. Everything is drawn from one seed and
 * happens on the caller's thread, so a seed is a run.
 */
public final class World {
    static final RoomId ROOM = new RoomId("simulated");
    static final PeerId SERVER = PeerId.of(new byte[PeerId.SIZE_BYTES]);
    /** How long peers may need to agree once the faults are over. */
    private static final long PEACE_MS = 120_000;

    private static final int AGENDA_MAX = 200_000;

    private final long seed;
    private final Scenario scenario;
    private final Chance chance;
    private final Agenda agenda = new Agenda();
    private final Trace trace;
    private final Invariants invariants = new Invariants();
    private final Faults faults;
    private final SimJournal journal;
    private final RoomPlace room;
    private final List<SimMember> members = new ArrayList<>();
    private final List<SimPeer> peers = new ArrayList<>();
    private final SessionSettings sessionSettings;
    private boolean healed;
    private long ids;

    private World(long seed, Scenario scenario, Optional<Consumer<String>> listener) {
        this.seed = seed;
        this.scenario = scenario;
        this.chance = new Chance(seed);
        this.trace = new Trace(listener);
        this.faults = scenario.faults(chance.split());
        this.journal = new SimJournal(this, chance.split());
        this.room = new RoomPlace(this, chance.split());
        SessionSettings d = SessionSettings.DEFAULT;
        this.sessionSettings = new SessionSettings(
                d.helloTimeout(),
                d.roomWait(),
                d.maxMessageBytes(),
                d.packsInFlight(),
                0,
                0,
                (int) chance.between(200, 4_000),
                d.mstPathsMax());
    }

    /** The default scenario with this seed. */
    public static World of(long seed) {
        return of(seed, Scenario.DEFAULT, Optional.empty());
    }

    /** {@code listener} is told each event of the run as a line. */
    public static World of(long seed, Scenario scenario, Optional<Consumer<String>> listener) {
        World world = new World(seed, scenario, listener);
        world.populate();
        return world;
    }

    /** A world without peers and edits: {@link #join} brings them. */
    static World empty(long seed, Scenario scenario) {
        World world = new World(seed, scenario, Optional.empty());
        world.startMembers();
        return world;
    }

    /** One more peer, which connects within half a second. */
    SimPeer join(BiFunction<World, Chance, PeerMind> mind) {
        Chance own = chance.split();
        SimPeer peer = new SimPeer(this, peers.size(), own, mind.apply(this, own.split()));
        peers.add(peer);
        return peer;
    }

    private void startMembers() {
        for (int number = 0; number < scenario.members(); number++) {
            members.add(new SimMember(this, number, chance.split()));
        }
    }

    private void populate() {
        startMembers();
        for (int number = 0; number < scenario.peers(); number++) {
            Chance own = chance.split();
            PeerMind mind = number % 2 == 0 ? new StrictPeer(this, own.split()) : new ReplicaPeer(this, own.split());
            peers.add(new SimPeer(this, number, own, mind));
        }
        Chance edits = chance.split();
        for (int done = 0; done < scenario.edits(); ) {
            int nodes = (int) (edits.percent(85) ? 1 : edits.between(2, 25));
            SimPeer peer = edits.pick(peers);
            agenda.after(edits.between(0, scenario.activeMs()), () -> peer.edit(nodes));
            done += nodes;
        }
        for (Fault fault : faults.all()) {
            schedule(fault);
        }
    }

    private void schedule(Fault fault) {
        switch (fault) {
            case Fault.Drop f -> {}
            case Fault.Delay f -> {}
            case Fault.FailWrites f -> {}
            case Fault.StallPeer f -> {}
            case Fault.Outage(var from, var until) -> agenda.after(from, room::crash);
            case Fault.CrashRoom(var at) -> agenda.after(at, room::crash);
            case Fault.CrashMember(var at, var member, var down) ->
                agenda.after(at, () -> members.get(member).crash(down));
            case Fault.SplitRoom split -> agenda.after(split.atMs(), () -> room.split(split));
            case Fault.CutPeer(var at, var peer) ->
                agenda.after(at, () -> peers.get(peer).cut());
        }
    }

    /** Runs to the end: faults, then peace until all agree. Errors: {@link Violation} when an invariant breaks. */
    public Outcome run() {
        try {
            while (agenda.step(scenario.activeMs())) {
                invariants.bounded("what is due", agenda.size(), AGENDA_MAX);
            }
            healed = true;
            note("healed");
            long peaceEnds = scenario.activeMs() + PEACE_MS;
            while (!agreed() && agenda.step(peaceEnds)) {
                invariants.bounded("what is due", agenda.size(), AGENDA_MAX);
            }
            atTheEnd();
        } catch (Violation | IllegalStateException | IllegalArgumentException broken) {
            throw new Violation(
                    broken.getMessage() + " (at " + agenda.nowMs() + " ms; " + faults.all() + ")\nreplay: "
                            + replayHint(),
                    broken);
        }
        return new Outcome(
                seed,
                trace.hash(),
                trace.events(),
                agenda.nowMs(),
                journal.lastSeq(),
                peers.get(0).view().count());
    }

    /** What a run came to. {@code simulatedMs} is virtual time. */
    public record Outcome(long seed, long traceHash, long events, long simulatedMs, long seq, int nodes) {}

    /** The command that runs this again as it was. */
    public String replayHint() {
        return "./parley simulate --seed " + seed + " --runs 1 --scenario " + scenario.name();
    }

    private boolean agreed() {
        if (!peers.stream().allMatch(SimPeer::settled)) {
            return false;
        }
        NodeId root = peers.get(0).view().root();
        return peers.stream()
                .allMatch(peer ->
                        peer.view().root().equals(root) && peer.present().equals(others(peer)));
    }

    private Set<String> others(SimPeer self) {
        Set<String> others = new TreeSet<>();
        peers.forEach(peer -> others.add(peer.id().toHex()));
        others.remove(self.id().toHex());
        return others;
    }

    private void atTheEnd() {
        RoomState replayed = journal.replay(ROOM);
        HistoryView truth = replayed.view();
        Materialized state = Materialized.of(truth);
        Set<NodeId> ids = new HashSet<>();
        for (int n = 0; n < truth.count(); n++) {
            ids.add(truth.id(n));
        }
        invariants.endsWith(ids);
        for (SimPeer peer : peers) {
            String who = peer.toString();
            invariants.require(peer.settled(), who + " did not settle");
            invariants.equal("root of " + who, truth.root(), peer.view().root());
            invariants.equal("tree root of " + who, replayed.index().mst().root(), peer.mstRoot());
            invariants.equal("the roster of " + who, others(peer), peer.present());
            invariants.equal(
                    "state of " + who,
                    state.hash(),
                    Materialized.of(peer.view()).hash());
        }
    }

    // What the parts of the world share.

    Agenda agenda() {
        return agenda;
    }

    Invariants invariants() {
        return invariants;
    }

    Faults faults() {
        return healed ? Faults.NONE : faults;
    }

    SimJournal journal() {
        return journal;
    }

    RoomPlace room() {
        return room;
    }

    SessionSettings sessionSettings() {
        return sessionSettings;
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
