package dev.parley.persistence.room;

import static dev.parley.persistence.room.Fixtures.S1;
import static dev.parley.persistence.room.Fixtures.S2;
import static dev.parley.persistence.room.Fixtures.chain;
import static dev.parley.persistence.room.Fixtures.node;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.access.Subscription;
import dev.parley.core.history.History;
import dev.parley.core.history.Node;
import dev.parley.core.history.Packs;
import dev.parley.core.id.SessionId;
import dev.parley.core.reconcile.PeerLacks;
import dev.parley.core.session.Input;
import dev.parley.core.session.PullPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChunkReaderTest {
    private final History history = new History();
    private final ChunkReader reader = new ChunkReader(4, 1 << 20);

    private ChunkReaderTest() {
        chain(1, 30, 1).forEach(history::append);
    }

    private static PullPlan pull(
            SessionId session, PeerLacks lacks, int asOfNodes, Subscription subscription, int position, int bytesMax) {
        return new PullPlan(session, 1, Optional.ofNullable(lacks), asOfNodes, subscription, position, bytesMax);
    }

    private Input.Chunk made(PullPlan pull) {
        return made(reader, pull);
    }

    private Input.Chunk made(ChunkReader from, PullPlan pull) {
        return ((ChunkReader.Answer.Made) from.read(pull, history.view(), 5)).chunk();
    }

    static List<Node> nodes(Input.Chunk chunk) {
        List<Node> nodes = RoomCodecTest.whole(Packs.decode(chunk.pack()));
        assertThat(nodes).hasSize(chunk.nodes());
        return nodes;
    }

    @Test
    void chunksCoverThePlanInOrderAndOnlyTheLastHasTheRoot() {
        List<Node> got = new ArrayList<>();
        int position = 0;
        int chunks = 0;
        Input.Chunk chunk;
        do {
            PeerLacks rule = position == 0 ? new PeerLacks.Everything() : null;
            chunk = made(pull(S1, rule, PullPlan.NOW, Subscription.EVERYTHING, position, 1_000));
            assertThat(chunk.root().isPresent()).isEqualTo(chunk.last());
            assertThat(chunk.pack().length).isLessThanOrEqualTo(1_010);
            got.addAll(nodes(chunk));
            position = chunk.nextPosition();
            chunks++;
        } while (!chunk.last());

        assertThat(got).isEqualTo(chain(1, 30, 1));
        assertThat(chunks).isGreaterThan(4);
        assertThat(chunk.root()).contains(history.view().root());
        assertThat(chunk.asOfSeq()).isEqualTo(5);
        assertThat(reader.plans()).isZero();
    }

    @Test
    void aPlanStaysAsOfItsState() {
        Input.Chunk first = made(pull(S1, new PeerLacks.Everything(), PullPlan.NOW, Subscription.EVERYTHING, 0, 1));
        history.append(node(2, 1, "later"));

        Input.Chunk rest = made(pull(S1, null, first.asOfNodes(), Subscription.EVERYTHING, 1, 1 << 20));

        assertThat(first.nodes()).isEqualTo(1);
        assertThat(rest.nodes()).isEqualTo(29);
        assertThat(rest.last()).isTrue();
    }

    @Test
    void whoeverMakesThePlanAgainGoesOnWhereItWas() {
        Input.Chunk first = made(pull(S1, new PeerLacks.Everything(), PullPlan.NOW, Subscription.EVERYTHING, 0, 2_000));
        history.append(node(2, 1, "later"));
        ChunkReader elsewhere = new ChunkReader(4, 1 << 20);
        PullPlan next = pull(S1, null, first.asOfNodes(), Subscription.EVERYTHING, first.nextPosition(), 1 << 20);

        assertThat(elsewhere.read(next, history.view(), 6)).isEqualTo(new ChunkReader.Answer.Unknown());
        Input.Chunk rest = made(
                elsewhere,
                pull(
                        S1,
                        new PeerLacks.Everything(),
                        first.asOfNodes(),
                        Subscription.EVERYTHING,
                        first.nextPosition(),
                        1 << 20));

        List<Node> all = new ArrayList<>(nodes(first));
        all.addAll(nodes(rest));
        assertThat(all).isEqualTo(chain(1, 30, 1));
    }

    @Test
    void aSubscriptionLetsByWhatItDoesNotWant() {
        Input.Chunk chunk = made(pull(
                S1, new PeerLacks.Everything(), PullPlan.NOW, new Subscription(List.of("k1-7", "k1-9")), 0, 1 << 20));

        assertThat(nodes(chunk)).hasSize(2);
        assertThat(chunk.nextPosition()).isEqualTo(30);
        assertThat(chunk.last()).isTrue();
    }

    @Test
    void aSubscriptionThatWantsNextToNothingReadsAHugeRoomInBoundedPieces() {
        History huge = new History();
        chain(1, 20_000, 1).forEach(huge::append);
        int position = 0;
        List<Integer> read = new ArrayList<>();
        Input.Chunk chunk;
        Filtered filtered = Filtered.NOTHING;
        do {
            PeerLacks rule = position == 0 ? new PeerLacks.Everything() : null;
            PullPlan pull = pull(S1, rule, PullPlan.NOW, new Subscription(List.of("nowhere")), position, 1_000);
            ChunkReader.Answer.Made made = (ChunkReader.Answer.Made) reader.read(pull, huge.view(), 5);
            chunk = made.chunk();
            filtered = filtered.plus(made.filtered());
            assertThat(chunk.nodes()).isZero();
            read.add(chunk.nextPosition() - position);
            position = chunk.nextPosition();
        } while (!chunk.last());

        assertThat(read).containsExactly(8_192, 8_192, 3_616);
        assertThat(filtered.nodes()).isEqualTo(20_000);
        assertThat(filtered.packsDropped()).isEqualTo(1); // A catch-up of which nothing is left is one, however large.
    }

    @Test
    void aCatchUpOfWhichAnythingIsLeftIsNotCountedAsEmpty() {
        History huge = new History();
        List<Node> nodes = chain(1, 20_000, 1);
        nodes.forEach(huge::append);
        for (String wanted : List.of("k1-1", "k1-10000", "k1-19999")) {
            assertThat(emptyCatchUps(huge, wanted)).as(wanted).isZero();
        }

        assertThat(emptyCatchUps(huge, "k1-x")).isEqualTo(1);
    }

    private long emptyCatchUps(History room, String wanted) {
        Filtered filtered = Filtered.NOTHING;
        int position = 0;
        ChunkReader.Answer.Made made;
        do {
            PeerLacks rule = position == 0 ? new PeerLacks.Everything() : null;
            PullPlan pull = pull(S2, rule, PullPlan.NOW, new Subscription(List.of(wanted)), position, 1_000);
            made = (ChunkReader.Answer.Made) reader.read(pull, room.view(), 5);
            filtered = filtered.plus(made.filtered());
            position = made.chunk().nextPosition();
        } while (!made.chunk().last());
        return filtered.packsDropped();
    }

    @Test
    void whoLacksNothingGetsAnEmptyPack() {
        Input.Chunk chunk = made(pull(S1, new PeerLacks.Since(30), PullPlan.NOW, Subscription.EVERYTHING, 0, 100));

        assertThat(chunk.pack()).isEqualTo(new byte[] {0});
        assertThat(chunk.last()).isTrue();
        assertThat(chunk.root()).isPresent();
    }

    @Test
    void plansAreBoundedAndTheOneUnusedLongestGoes() {
        for (int session = 0; session < 10; session++) {
            made(pull(
                    new SessionId(session), new PeerLacks.Since(session), PullPlan.NOW, Subscription.EVERYTHING, 0, 1));
        }

        assertThat(reader.plans()).isEqualTo(4);
        assertThat(reader.read(pull(new SessionId(0), null, 30, Subscription.EVERYTHING, 1, 1), history.view(), 5))
                .isEqualTo(new ChunkReader.Answer.Unknown());
        assertThat(made(pull(new SessionId(9), null, 30, Subscription.EVERYTHING, 1, 1))
                        .nodes())
                .isEqualTo(1);
    }

    @Test
    void thoseWhoLackEverythingShareOneOrder() {
        ChunkReader narrow = new ChunkReader(4, 1);

        made(narrow, pull(S1, new PeerLacks.Everything(), PullPlan.NOW, Subscription.EVERYTHING, 0, 1));
        made(narrow, pull(S2, new PeerLacks.Everything(), PullPlan.NOW, Subscription.EVERYTHING, 0, 1));

        assertThat(narrow.plans()).isEqualTo(2);
    }
}
