package dev.parley.sim.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who means harm ends as is documented, and two honest peers beside it agree all the same. */
class HostilesTest {
    private static final int HOSTILE = 2;
    private static final int EDITS = 40;

    /** Bounds that are met soon; the rest is as usual. */
    private static final EdgeBounds EDGE = new EdgeBounds(
            24, 100_000, 2_000, 1_000_000, 1_000, 2_000, 2_000, 20_000, 8, 2_000, 200, 100_000, 3_000, 3_000_000, 4,
            4_000_000, 50, 200);

    /** Codes that must come, and those that may besides; 1006 is a connection that was dropped by either side. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "FLOODER, 4008, 1006",
        "BULLY, 4008, 1006",
        "CHATTERER, 1006, 1006",
        "BABBLER, 1006, 1008",
        "VANDAL, 1002, 1006 1007",
        "GIANT, 1009, 1006",
        "DEAF, 1006, 1006",
        "MUTE, 1006, 1006",
        "GHOST, 1011, 1006",
        "FORGER, 1006, 1006",
        "INTRUDER, 1006, 1006"
    })
    void itEndsAsIsDocumented(PeerKind kind, int must, String may) {
        Set<Integer> codes = new TreeSet<>();
        for (long seed = 1; seed <= 3; seed++) {
            codes.addAll(codesOf(plan(seed, kind)));
        }

        Set<Integer> allowed = new TreeSet<>(Set.of(must));
        for (String code : may.split(" ")) {
            allowed.add(Integer.parseInt(code));
        }
        assertThat(codes).contains(must).isSubsetOf(allowed);
    }

    private static Set<Integer> codesOf(Plan plan) {
        List<String> lines = new ArrayList<>();
        World world = World.of(plan, Optional.of(lines::add));

        World.Outcome outcome = world.run();

        assertThat(outcome.nodes()).isGreaterThanOrEqualTo(EDITS);
        Set<Integer> codes = new TreeSet<>();
        String ended = "{peer} is disconnected with code {n} [" + HOSTILE + ", ";
        for (String line : lines) {
            int at = line.indexOf(ended);
            if (at >= 0) {
                codes.add(Integer.parseInt(line.substring(at + ended.length(), line.length() - 1)));
            }
        }
        return codes;
    }

    private static Plan plan(long seed, PeerKind kind) {
        List<Object> values = new ArrayList<>();
        for (RecordComponent component : Bounds.class.getRecordComponents()) {
            values.add(component.getName().equals("edge") ? EDGE : RecordText.component(component, Bounds.USUAL));
        }
        Bounds bounds = (Bounds) RecordText.make(Bounds.class, values);
        List<Plan.Action> actions = new ArrayList<>();
        for (int number = 0; number < EDITS; number++) {
            actions.add(new Plan.Action(number, 400 * number, number % 2, new Act.Edit(1)));
        }
        return new Plan(
                seed,
                "hostile",
                20_000,
                1,
                false,
                bounds,
                List.of(World.ROOM),
                List.of(
                        new Plan.Peer(0, PeerKind.STRICT, 0, 0),
                        new Plan.Peer(1, PeerKind.REPLICA, 0, 1),
                        new Plan.Peer(HOSTILE, kind, 0, 1_000)),
                actions,
                List.of());
    }
}
