package dev.parley.persistence.journal;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.parley.core.fuzz.Corpus;
import dev.parley.core.fuzz.InputRandom;
import dev.parley.persistence.journal.SnapshotRow.Segment;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows as a damaged disk gives them back: any change of what a checksum covers is found. */
class StoredRowsFuzzTest {
    static Stream<byte[]> seeds() {
        byte[] segments = SnapshotRow.encode(List.of(Segment.of(new byte[3]), Segment.of(new byte[0])));
        return Stream.of(Corpus.of(StoredRowsFuzzTest.class, "rows"), Stream.of(segments), Corpus.random(3, 70))
                .flatMap(each -> each);
    }

    @MethodSource("seeds")
    @FuzzTest
    void rows(byte[] bytes) {
        List<Segment> segments = SnapshotRow.decode(bytes);
        assertThat(segments).hasSize(bytes.length / 16);
        assertThat(SnapshotRow.decode(SnapshotRow.encode(segments))).isEqualTo(segments);

        InputRandom input = new InputRandom(bytes);
        int changed = input.nextInt(64);
        int flip = 1 + input.nextInt(255);
        byte[] payload = input.rest();
        SnapshotRow row = SnapshotRow.segmented(1, 2, segments, payload);
        assertThat(row.isIntact()).isTrue();
        if (payload.length > 0) {
            byte[] damaged = payload.clone();
            damaged[changed % damaged.length] ^= (byte) flip;
            assertThat(with(row, segments, damaged).isIntact()).isFalse();
        }
        if (!segments.isEmpty()) {
            assertThat(with(row, segments.subList(1, segments.size()), payload).isIntact())
                    .isFalse();
        }
    }

    private static SnapshotRow with(SnapshotRow row, List<Segment> segments, byte[] payload) {
        return new SnapshotRow(
                row.seq(),
                row.writtenAtMs(),
                row.manifest(),
                row.serializer(),
                segments,
                row.segmented(),
                payload,
                row.checksum());
    }
}
