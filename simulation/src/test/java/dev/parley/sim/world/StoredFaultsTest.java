package dev.parley.sim.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The faults of journal and snapshots strike, and every promise holds all the same. */
class StoredFaultsTest {
    @Test
    void everyFaultOfTheJournalStrikes() {
        Scenario stored = Scenario.ALL.stream()
                .filter(scenario -> scenario.name().equals("stored"))
                .findFirst()
                .orElseThrow();
        Set<String> happened = new TreeSet<>();

        for (long seed = 1; seed <= 25; seed++) {
            World.heardBy(Plan.draw(seed, stored), (atMs, what, details) -> happened.add(what))
                    .run();
        }

        assertThat(happened)
                .contains(
                        "{room} has committed",
                        "{room} has a snapshot",
                        "{room} begins with a snapshot",
                        "a torn snapshot of {room} is skipped",
                        "the newest snapshot of {room} is torn",
                        "a write of {room} is refused",
                        "a write of {room} is fenced: its seq is taken",
                        "a write of {room} is not answered in time",
                        "the answer of a transaction is lost",
                        "events of {room} cannot be read again");
    }
}
