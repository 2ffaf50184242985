package dev.parley.persistence.room;

import static dev.parley.persistence.room.Fixtures.R1;
import static dev.parley.persistence.room.Fixtures.S1;
import static dev.parley.persistence.room.Fixtures.submit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.session.Input;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class FragmentsTest {
    @Test
    void whatFitsGoesAsItIs() {
        ToRelay small = new ToRelay.ResendFrom(4);

        assertThat(Fragments.forRelay(1, small)).containsExactly(small);
    }

    @Property(tries = 60)
    void piecesInAnyOrderAndTwiceMakeTheMessageOnce(
            @ForAll @IntRange(min = 0, max = 1_500_000) int sizeBytes, @ForAll long seed) {
        byte[] pack = new byte[sizeBytes];
        new Random(seed).nextBytes(pack);
        ToRelay message = new ToRelay.Pulled(S1, 1, new Input.Chunk(pack, 1, 1, true, 1, 1, Optional.empty()));
        List<ToRelay> pieces = new ArrayList<>(Fragments.forRelay(7, message));
        if (pieces.size() == 1) {
            assertThat(pieces).containsExactly(message);
            return;
        }
        pieces.addAll(List.copyOf(pieces.subList(0, pieces.size() - 1)));
        Collections.shuffle(pieces, new Random(seed));

        Reassembly reassembly = new Reassembly(4 << 20);
        List<byte[]> whole = new ArrayList<>();
        for (ToRelay piece : pieces) {
            ToRelay.Fragment fragment = (ToRelay.Fragment) piece;
            assertThat(fragment.bytes().length).isBetween(1, Fragments.SIZE_BYTES_MAX);
            reassembly
                    .add(fragment.transfer(), fragment.index(), fragment.count(), fragment.bytes())
                    .ifPresent(whole::add);
        }

        assertThat(whole).isNotEmpty();
        assertThat(whole.getFirst()).isEqualTo(RoomCodec.encode(message));
    }

    @Test
    void aRequestIsCutForItsRelay() {
        ToRoom.Submits batch = new ToRoom.Submits(R1, 1, List.of(submit(S1, 1, Fixtures.node(1, 1, "large", 400_000))));

        List<ToRoom> pieces = Fragments.forRoom(R1, 3, batch);

        assertThat(pieces)
                .hasSize(3)
                .allSatisfy(piece -> assertThat(piece.relay()).isEqualTo(R1));
    }

    @Test
    void whatIsHeldIsBoundedAndTheOldestGoesFirst() {
        Reassembly reassembly = new Reassembly(1_000);
        reassembly.add(1, 0, 2, new byte[600]);
        reassembly.add(2, 0, 2, new byte[600]);

        assertThat(reassembly.bytesHeld()).isLessThanOrEqualTo(1_000);
        assertThat(reassembly.add(1, 1, 2, new byte[1])).isEmpty();
        assertThat(reassembly.add(2, 1, 2, new byte[1]))
                .hasValueSatisfying(whole -> assertThat(whole).hasSize(601));
    }

    @Property(tries = 200)
    void noPiecesThrowOrExceedTheBound(@ForAll List<@IntRange(min = -2, max = 6) Integer> numbers) {
        Reassembly reassembly = new Reassembly(500);
        for (int i = 0; i + 2 < numbers.size(); i++) {
            reassembly.add(numbers.get(i), numbers.get(i + 1), numbers.get(i + 2), new byte[100]);
            assertThat(reassembly.bytesHeld()).isBetween(0L, 500L);
        }
        assertThat(reassembly.add(77, 0, Integer.MAX_VALUE, new byte[1])).isEmpty();
    }
}
