package dev.parley.core.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class FractionalIndexTest {
    @Test
    void agreesWithTheVectors() {
        for (JsonNode row : StateVectors.read("01-fracidx").get("vectors")) {
            assertThat(FractionalIndex.between(side(row, "left"), side(row, "right")))
                    .as(row.toString())
                    .isEqualTo(row.get("result").asText());
        }
        for (JsonNode row : StateVectors.read("05-snapshot-policy-fracidx").get("fractional_index")) {
            assertThat(FractionalIndex.between(side(row, "left"), side(row, "right")))
                    .as(row.toString())
                    .isEqualTo(row.get("between").asText());
        }
    }

    @Test
    void agreesWithTheReference() {
        JsonNode reference = StateVectors.read("reference-core").get("fractional_index");
        for (JsonNode row : reference.get("between")) {
            if (row.get("panics").asBoolean()) {
                assertThatThrownBy(() -> FractionalIndex.between(side(row, "left"), side(row, "right")))
                        .as(row.toString())
                        .isInstanceOf(IllegalArgumentException.class);
            } else {
                assertThat(FractionalIndex.between(side(row, "left"), side(row, "right")))
                        .as(row.toString())
                        .isEqualTo(row.get("between").asText());
            }
        }
        Optional<String> last = Optional.empty();
        for (JsonNode position : reference.get("append_chain_from_first")) {
            last = Optional.of(FractionalIndex.between(last, Optional.empty()));
            assertThat(last).contains(position.asText());
        }
        Optional<String> first = Optional.empty();
        for (JsonNode position : reference.get("prepend_chain_from_first")) {
            first = Optional.of(FractionalIndex.between(Optional.empty(), first));
            assertThat(first).contains(position.asText());
        }
    }

    @Test
    void whatCannotBeIsRefused() {
        for (JsonNode pair : StateVectors.read("01-fracidx").get("impossible")) {
            assertThatThrownBy(() -> FractionalIndex.between(text(pair.get(0)), text(pair.get(1))))
                    .as(pair.toString())
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Property(tries = 200)
    void aChainOfChoicesStaysInOrder(@ForAll @Size(max = 60) java.util.List<Boolean> goLeft) {
        Optional<String> left = Optional.empty();
        Optional<String> right = Optional.empty();
        for (boolean choice : goLeft) {
            String middle = FractionalIndex.between(left, right);
            assertThat(left.orElse("")).isLessThan(middle);
            right.ifPresent(bound -> assertThat(middle).isLessThan(bound));
            if (choice) {
                right = Optional.of(middle);
            } else {
                left = Optional.of(middle);
            }
        }
    }

    private static Optional<String> side(JsonNode row, String field) {
        return text(row.get(field));
    }

    private static Optional<String> text(JsonNode value) {
        return value == null || value.isNull() ? Optional.empty() : Optional.of(value.asText());
    }
}
