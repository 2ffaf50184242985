package dev.parley.sim.world;

import dev.parley.core.id.RoomId;
import dev.parley.sim.fault.Fault;
import java.util.List;

/**
 * All that a run is made of, drawn from its seed before it begins. Each part draws what else it needs from the seed and
 * its own number, so that leaving one out does not change the others.
 *
 * <p>{@code activeMs} is how long peers edit and faults strike; then the world heals. {@code rooms} are named by their
 * place in the list, members and peers by number. {@code realSignatures}: Ed25519, not the cheap scheme.
 */
public record Plan(
        long seed,
        String scenario,
        long activeMs,
        int members,
        boolean realSignatures,
        Bounds bounds,
        List<RoomId> rooms,
        List<Peer> peers,
        List<Action> actions,
        List<Fault> faults) {
    /** Peers with one {@code key} are one identity. {@code room} is the place of its room in the plan. */
    public record Peer(int number, PeerKind kind, int room, int key) {}

    /** What a peer does at a time, connected or not. {@code number} is its own among all actions. */
    public record Action(int number, long atMs, int peer, Act act) {}

    public Plan {
        rooms = List.copyOf(rooms);
        peers = List.copyOf(peers);
        actions = List.copyOf(actions);
        faults = List.copyOf(faults);
        if (members < 1 || rooms.isEmpty()) {
            throw new IllegalArgumentException("a plan needs a member and a room");
        }
    }

    /** What this seed makes of this scenario. */
    public static Plan draw(long seed, Scenario scenario) {
        return PlanDraw.draw(seed, scenario);
    }

    /** Reads {@link #toText}. Errors: {@link IllegalArgumentException} says what is wrong. */
    public static Plan parse(String text) {
        return PlanText.read(text);
    }

    /** This plan as lines of text. */
    public String toText() {
        return PlanText.write(this);
    }

    /** True if some member's clock runs otherwise than time does. */
    boolean skewed() {
        return faults.stream().anyMatch(fault -> fault instanceof Fault.StepClock || fault instanceof Fault.SkewClock);
    }

    /** This plan with other peers, actions and faults. */
    public Plan with(List<Peer> otherPeers, List<Action> otherActions, List<Fault> otherFaults) {
        return new Plan(
                seed,
                scenario,
                activeMs,
                members,
                realSignatures,
                bounds,
                rooms,
                otherPeers,
                otherActions,
                otherFaults);
    }
}
