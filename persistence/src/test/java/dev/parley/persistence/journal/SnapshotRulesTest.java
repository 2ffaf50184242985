package dev.parley.persistence.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.persistence.journal.SnapshotRow.Numbered;
import dev.parley.persistence.journal.SnapshotRow.Segment;
import dev.parley.persistence.journal.SnapshotRules.Reading;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SnapshotRulesTest {
    private final Map<Numbered, byte[]> stored = new HashMap<>();

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private SnapshotRow snapshot(long seq, String manifest, String... parts) {
        List<Segment> segments = new ArrayList<>();
        for (String part : parts) {
            Numbered which = new Numbered(segments.size(), Segment.of(bytes(part)));
            segments.add(which.which());
            stored.put(which, bytes(part));
        }
        return SnapshotRow.segmented(seq, 1_000, segments, bytes(manifest));
    }

    private Reading read(SnapshotRow row) {
        return SnapshotRules.read(row, which -> Optional.ofNullable(stored.get(which)));
    }

    @Test
    void anIntactSnapshotComesBackInOrder() {
        SnapshotRow row = snapshot(5, "manifest", "one", "two");

        assertThat(read(row)).isInstanceOfSatisfying(Reading.Intact.class, intact -> {
            assertThat(intact.snapshot().manifest()).isEqualTo(bytes("manifest"));
            assertThat(intact.snapshot().segments()).containsExactly(bytes("one"), bytes("two"));
        });
    }

    @Test
    void anyDamageMakesItTornAndNamesTheSegmentsToBlame() {
        SnapshotRow row = snapshot(5, "manifest", "one", "two", "three");
        List<Numbered> all = new ArrayList<>();
        for (int number = 0; number < 3; number++) {
            all.add(new Numbered(number, row.segments().get(number)));
        }

        stored.remove(all.get(0));
        stored.put(all.get(2), bytes("thre"));

        assertThat(read(row))
                .isInstanceOfSatisfying(
                        Reading.Torn.class,
                        torn -> assertThat(torn.segments()).containsExactly(all.get(0), all.get(2)));
    }

    @Test
    void aRowThatIsNotItsChecksumsIsTornWithoutBlamingASegment() {
        SnapshotRow row = snapshot(5, "manifest", "one");
        SnapshotRow rotten =
                new SnapshotRow(row.seq(), 1_000, "", 0, row.segments(), true, bytes("manifesT"), row.checksum());

        assertThat(read(rotten))
                .isInstanceOfSatisfying(
                        Reading.Torn.class, torn -> assertThat(torn.segments()).isEmpty());
        // A border that moved between the list of segments and the manifest is found too.
        assertThat(read(new SnapshotRow(row.seq(), 1_000, "", 0, List.of(), true, row.payload(), row.checksum())))
                .isInstanceOf(Reading.Torn.class);
    }

    @Test
    void theNewestTwoOfThoseInSegmentsAreKept() {
        List<Long> seqs = List.of(50L, 40L, 30L, 20L, 10L);

        assertThat(SnapshotRules.superfluous(seqs, seq -> true)).containsExactly(30L, 20L, 10L);
        assertThat(SnapshotRules.superfluous(seqs, seq -> seq != 40)).containsExactly(20L, 10L);
        assertThat(SnapshotRules.superfluous(seqs, seq -> false)).isEmpty();
        assertThat(SnapshotRules.superfluous(List.of(7L), seq -> true)).isEmpty();
    }

    @Test
    void aSegmentGoesWithTheLastSnapshotThatNamesIt() {
        SnapshotRow older = snapshot(5, "m", "one", "two");
        SnapshotRow newer = snapshot(9, "m", "one", "other");
        Numbered two = new Numbered(1, Segment.of(bytes("two")));

        assertThat(SnapshotRules.unused(stored.keySet(), List.of(older.segments(), newer.segments())))
                .isEmpty();
        assertThat(SnapshotRules.unused(stored.keySet(), List.of(newer.segments())))
                .containsExactly(two);
        assertThat(SnapshotRules.unused(stored.keySet(), List.of())).hasSize(3);
    }

    @Test
    void theSameBytesAtAnotherIndexAreAnotherSegment() {
        snapshot(5, "m", "same");
        List<List<Segment>> elsewhere = List.of(List.of(Segment.of(bytes("first")), Segment.of(bytes("same"))));

        assertThat(SnapshotRules.unused(stored.keySet(), elsewhere)).hasSize(1);
    }
}
