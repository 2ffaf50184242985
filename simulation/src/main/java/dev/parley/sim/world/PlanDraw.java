package dev.parley.sim.world;

import dev.parley.core.id.RoomId;
import dev.parley.sim.fault.Fault;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Draws plans. Each part of a plan has a source of its own, so that a new kind of part leaves the others as they were. */
final class PlanDraw {
    private static final int EDIT_NODES_MAX = 25;
    private static final int REAL_SIGNATURES_EVERY = 100;

    private final long seed;
    private final Scenario scenario;

    private PlanDraw(long seed, Scenario scenario) {
        this.seed = seed;
        this.scenario = scenario;
    }

    static Plan draw(long seed, Scenario scenario) {
        PlanDraw draw = new PlanDraw(seed, scenario);
        List<RoomId> rooms = draw.rooms();
        PeerDraw company = new PeerDraw(seed, scenario);
        List<Plan.Peer> peers = company.peers(rooms.size());
        boolean real = Chance.of(seed, "signatures", 0).below(REAL_SIGNATURES_EVERY) == 0;
        List<Plan.Action> actions = draw.actions(peers);
        actions.addAll(company.deeds(peers, actions.size(), real));
        actions.sort(Comparator.comparingLong(Plan.Action::atMs));
        List<Fault> faults = new FaultDraw(scenario, rooms.size(), seed).draw();
        return new Plan(
                seed,
                scenario.name(),
                scenario.activeMs(),
                scenario.members(),
                real,
                scenario.tight()
                        ? BoundsDraw.tight(Chance.of(seed, "bounds", 0), scenario.edits() + EDIT_NODES_MAX)
                        : BoundsDraw.draw(Chance.of(seed, "bounds", 0)),
                rooms,
                peers,
                actions,
                faults);
    }

    private List<RoomId> rooms() {
        List<RoomId> rooms = new ArrayList<>();
        int count = (int) Chance.of(seed, "rooms", 0).between(1, scenario.rooms());
        for (int number = 0; number < count; number++) {
            rooms.add(number == 0 ? World.ROOM : new RoomId(World.ROOM.value() + "-" + number));
        }
        return rooms;
    }

    private List<Plan.Action> actions(List<Plan.Peer> peers) {
        Chance chance = Chance.of(seed, "edits", 0);
        List<Plan.Peer> honest =
                peers.stream().filter(peer -> peer.kind().honest()).toList();
        List<Plan.Action> actions = new ArrayList<>();
        for (int done = 0; done < scenario.edits(); ) {
            int nodes = (int) (chance.percent(85) ? 1 : chance.between(2, EDIT_NODES_MAX));
            long atMs = chance.between(0, scenario.activeMs());
            actions.add(
                    new Plan.Action(actions.size(), atMs, chance.pick(honest).number(), new Act.Edit(nodes)));
            done += nodes;
        }
        return actions;
    }
}
