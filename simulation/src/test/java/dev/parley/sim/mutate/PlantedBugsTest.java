package dev.parley.sim.mutate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The planted bugs of this source tree: enough of them, of all parts, and each fits the code as it stands. */
class PlantedBugsTest {
    private static final Checkout CHECKOUT = new Checkout(Path.of(System.getProperty("parley.root", "..")));

    @Test
    void eachFitsItsSourceAtOnePlaceAndChangesIt() {
        List<String> unfit = new ArrayList<>();
        for (Mutant mutant : CHECKOUT.mutants()) {
            try {
                assertThat(CHECKOUT.planted(mutant)).isNotEmpty();
            } catch (UnfitMutant why) {
                unfit.add(why.getMessage());
            }
            if (mutant.is().equals(mutant.becomes())) {
                unfit.add(mutant.id() + " changes nothing");
            }
        }

        assertThat(unfit).isEmpty();
    }

    @Test
    void eachCompiles() throws NoCheckout {
        PlantedCode code = new PlantedCode(CHECKOUT);

        for (List<Mutant> together : inFilesOfTheirOwn(CHECKOUT.mutants())) {
            assertThat(code.classes(together)).isNotEmpty();
        }
    }

    /** Groups in which no two are of one file. */
    private static List<List<Mutant>> inFilesOfTheirOwn(List<Mutant> mutants) {
        List<List<Mutant>> groups = new ArrayList<>();
        List<Mutant> left = new ArrayList<>(mutants);
        while (!left.isEmpty()) {
            Set<String> files = new HashSet<>();
            List<Mutant> group =
                    left.stream().filter(mutant -> files.add(mutant.file())).toList();
            left.removeAll(group);
            groups.add(group);
        }
        return groups;
    }

    @Test
    void thereAreManyOfAllPartsAndHalfWereWrittenFirst() {
        List<Mutant> all = CHECKOUT.mutants();

        assertThat(all).hasSizeGreaterThanOrEqualTo(48);
        assertThat(all.stream().filter(Mutant::beforeTuning).count()).isGreaterThanOrEqualTo(all.size() / 2);
        assertThat(all.stream().map(Mutant::area).collect(Collectors.toSet()))
                .contains(
                        "history",
                        "reconcile",
                        "wire",
                        "access",
                        "session",
                        "relay",
                        "room",
                        "snapshot",
                        "session actor",
                        "entity shell");
    }

    @Test
    void whereThereIsNoSourceTreeThatIsSaid(@TempDir Path elsewhere) {
        assertThatThrownBy(() -> Checkout.find(elsewhere, Optional.of(elsewhere)))
                .isInstanceOf(NoCheckout.class)
                .hasMessageContaining("run this in a checkout");
    }
}
