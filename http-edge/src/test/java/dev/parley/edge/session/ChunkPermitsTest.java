package dev.parley.edge.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.id.SessionId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChunkPermitsTest {
    private final List<Long> granted = new ArrayList<>();
    private final ChunkPermits permits = new ChunkPermits(2);

    private void take(long session) {
        permits.take(new SessionId(session), () -> granted.add(session));
    }

    @Test
    void soManyAtOnceAndTheOthersInOrder() {
        take(1);
        take(2);
        take(3);
        take(4);
        assertThat(granted).containsExactly(1L, 2L);

        permits.giveBack(new SessionId(1));
        permits.giveBack(new SessionId(2));

        assertThat(granted).containsExactly(1L, 2L, 3L, 4L);
        assertThat(permits.waiting()).isZero();
    }

    @Test
    void whoNeedsANextChunkWaitsBehindThoseWhoHadNone() {
        take(1);
        take(2);
        take(3);

        take(1);

        assertThat(granted).containsExactly(1L, 2L, 3L);
        permits.giveBack(new SessionId(2));
        assertThat(granted).containsExactly(1L, 2L, 3L, 1L);
    }

    @Test
    void whoLeavesWhileWaitingIsNeverGrantedAndGivesNothingBackTwice() {
        take(1);
        take(2);
        take(3);

        permits.giveBack(new SessionId(3));
        permits.giveBack(new SessionId(1));
        permits.giveBack(new SessionId(1));

        assertThat(granted).containsExactly(1L, 2L);
        assertThat(permits.held()).isEqualTo(1);
    }
}
