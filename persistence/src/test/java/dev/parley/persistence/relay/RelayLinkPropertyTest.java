package dev.parley.persistence.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.session.Effect;
import dev.parley.core.session.Input;
import dev.parley.persistence.room.ToRelay;
import dev.parley.persistence.room.ToRoom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Invariant 3 over a link that loses, repeats and moves: sessions see one dense row, whatever happens to the steps. */
class RelayLinkPropertyTest {
    @Property(tries = 300)
    void liveSessionsSeeADenseRowWhateverTheLinkDoes(
            @ForAll long seed, @ForAll @IntRange(min = 0, max = 60) int lossPercent) {
        Random chance = new Random(seed);
        RelayBench bench = new RelayBench(RelaySettings.DEFAULT, seed);
        Map<Integer, List<Long>> seen = new HashMap<>();
        Map<Integer, Long> joinedAt = new HashMap<>();
        long head = 10;
        long incarnation = 1;
        boolean attached = false;
        for (int session = 1; session <= 3; session++) {
            bench.admitted(session, head);
        }
        for (int turn = 0; turn < 300; turn++) {
            boolean quiet = turn >= 200;
            List<ToRoom> said = new ArrayList<>();
            if (!quiet && chance.nextInt(4) > 0) {
                head++;
                int copies = chance.nextInt(100) < lossPercent ? 0 : 1 + chance.nextInt(2);
                for (int copy = 0; attached && copy < copies; copy++) {
                    bench.room(RelayBench.step(head));
                    collect(bench, seen, said);
                }
            }
            if (!quiet && chance.nextInt(40) == 0) {
                incarnation++;
                attached = false;
                bench.room(new ToRelay.WhoAreYou(incarnation));
                collect(bench, seen, said);
            }
            int joiner = 1 + chance.nextInt(3);
            if (!joinedAt.containsKey(joiner) && chance.nextInt(10) == 0) {
                long at = 10 + chance.nextInt((int) (head - 9));
                bench.session(joiner, new Effect.GoLive(1, at));
                if (bench.told(joiner).stream().anyMatch(Input.FeedJoined.class::isInstance)) {
                    joinedAt.put(joiner, at);
                }
                collect(bench, seen, said);
            }
            bench.after(100);
            collect(bench, seen, said);
            for (int i = 0; i < said.size(); i++) {
                if (!quiet && chance.nextInt(100) < lossPercent) {
                    continue;
                }
                switch (said.get(i)) {
                    case ToRoom.Attach a -> {
                        attached = true;
                        bench.room(RelayBench.head(incarnation, head, 1));
                        collect(bench, seen, said);
                    }
                    case ToRoom.Repair(var relay, var after) -> {
                        for (long seq = after + 1; attached && seq <= head; seq++) {
                            if (quiet || chance.nextInt(100) >= lossPercent) {
                                bench.room(RelayBench.step(seq));
                                collect(bench, seen, said);
                            }
                        }
                    }
                    default -> {}
                }
            }
        }
        for (Map.Entry<Integer, Long> joined : joinedAt.entrySet()) {
            List<Long> row = new ArrayList<>();
            for (long seq = joined.getValue() + 1; seq <= head; seq++) {
                row.add(seq);
            }
            assertThat(seen.getOrDefault(joined.getKey(), List.of())).isEqualTo(row);
        }
    }

    private static void collect(RelayBench bench, Map<Integer, List<Long>> seen, List<ToRoom> said) {
        for (int session = 1; session <= 3; session++) {
            seen.computeIfAbsent(session, s -> new ArrayList<>()).addAll(bench.stepsTold(session));
        }
        said.addAll(bench.toRoom);
        bench.toRoom.clear();
        bench.toSessions.clear();
    }
}
