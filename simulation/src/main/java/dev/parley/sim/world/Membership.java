package dev.parley.sim.world;

import dev.parley.sim.fault.End;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How members that do not reach each other decide, as the cluster's split-brain resolver does (keep-majority): after a
 * while the majority gives the others up, and these end themselves. For a time both may hold that they have the rooms.
 *
 * <p>Two members reach each other when heartbeats pass both ways.
 */
final class Membership {
    private static final long LOOK_EVERY_MS = 500;
    /** From the first missed heartbeat to the decision: failure detection, and {@code stable-after} of 3 s. */
    private static final long DECIDE_MIN_MS = 4_000;

    private static final long DECIDE_MAX_MS = 8_000;
    /** {@code down-removal-margin}: so much later the majority gives rooms to others. */
    private static final long MARGIN_MS = 1_000;

    private final World world;
    private final Chance chance;
    /** When each member of a minority will have decided; each side by its own clock. */
    private final Map<Integer, Long> endsAtMs = new TreeMap<>();

    private final Map<Integer, Long> givenUpAtMs = new TreeMap<>();

    Membership(World world, Chance chance) {
        this.world = world;
        this.chance = chance;
        lookLater();
    }

    /** True if a new process can find the cluster, or begin one. */
    boolean mayJoin(SimMember member) {
        List<SimMember> up = world.upMembers();
        return up.isEmpty() || up.stream().anyMatch(other -> reach(member, other));
    }

    private void lookLater() {
        world.agenda().after(LOOK_EVERY_MS, () -> {
            look();
            lookLater();
        });
    }

    private void look() {
        List<SimMember> up = world.upMembers();
        List<SimMember> surviving = surviving(up);
        long now = world.agenda().nowMs();
        for (SimMember member : world.members()) {
            if (!up.contains(member) || surviving.contains(member)) {
                endsAtMs.remove(member.number());
                givenUpAtMs.remove(member.number());
            } else {
                endsAtMs.computeIfAbsent(member.number(), n -> now + decides());
                givenUpAtMs.computeIfAbsent(member.number(), n -> now + decides() + MARGIN_MS);
            }
        }
        for (SimMember member : up) {
            if (!surviving.isEmpty() && due(givenUpAtMs, member, now)) {
                world.placement().memberGivenUp(member);
            }
            if (world.placement().isGivenUp(member) && surviving.contains(member)) {
                world.note("{member} hears that it was given up", member.number());
                member.crash(chance.between(500, 5_000));
            } else if (due(endsAtMs, member, now)) {
                world.note("{member} finds itself in a minority", member.number());
                member.crash(chance.between(500, 5_000));
            }
        }
    }

    private long decides() {
        return chance.between(DECIDE_MIN_MS, DECIDE_MAX_MS);
    }

    private static boolean due(Map<Integer, Long> atMs, SimMember member, long now) {
        return atMs.getOrDefault(member.number(), Long.MAX_VALUE) <= now;
    }

    /** The part that may go on: more than half of the members that run, or half with the lowest of them. */
    private List<SimMember> surviving(List<SimMember> up) {
        List<SimMember> left = new ArrayList<>(up);
        while (!left.isEmpty()) {
            List<SimMember> part = part(left.get(0), left);
            if (part.size() * 2 > up.size() || (part.size() * 2 == up.size() && part.contains(up.get(0)))) {
                return part;
            }
            left.removeAll(part);
        }
        return List.of();
    }

    private List<SimMember> part(SimMember first, List<SimMember> all) {
        List<SimMember> part = new ArrayList<>(List.of(first));
        for (int i = 0; i < part.size(); i++) {
            SimMember one = part.get(i);
            all.stream()
                    .filter(other -> !part.contains(other) && reach(one, other))
                    .toList()
                    .forEach(part::add);
        }
        return part;
    }

    private boolean reach(SimMember one, SimMember other) {
        End.Member here = one.end();
        End.Member there = other.end();
        return world.network().open(here, there) && world.network().open(there, here);
    }
}
