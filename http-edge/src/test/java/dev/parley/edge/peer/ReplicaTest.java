package dev.parley.edge.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.history.Ed25519;
import dev.parley.core.history.ItemId;
import dev.parley.core.history.Node;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Op;
import dev.parley.core.history.Packs;
import dev.parley.core.history.Signatures;
import dev.parley.core.history.Signer;
import dev.parley.core.id.RoomId;
import dev.parley.core.wire.ToPeer;
import dev.parley.edge.trace.Trace;
import dev.parley.edge.trace.TraceGenerator;
import dev.parley.edge.trace.TraceTyping;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplicaTest {
    private static final Signatures SIGNATURES = Ed25519.best();

    private final LoopbackRoom room = new LoopbackRoom(SIGNATURES, (author, key) -> !key.startsWith("forbidden"));
    private final Replica ann = replica(1, ReplicaSettings.DEFAULT);
    private final Replica bob = replica(2, ReplicaSettings.DEFAULT);

    @Test
    void twoPeersThatEditAtOnceEndWithOneState() {
        room.connect(ann);
        room.connect(bob);
        room.run(0);

        ann.set("title", bytes("Ann's"), 0);
        bob.set("title", bytes("Bob's"), 0);
        ann.type("text", 0, "Hello 🙂", 0);
        bob.edit(List.of(new Op.ListInsert("todo", new ItemId(1, 2), "V")), 0);
        room.run(0);
        bob.erase("text", 0, 5, 0);
        room.run(0);

        assertThat(ann.state().texts().get("text")).isEqualTo(" 🙂");
        assertConverged(ann, bob);
        assertThat(ann.settled()).isTrue();
        assertThat(ann.unacknowledged()).isZero();
        assertThat(room.notices(ann)).contains(new Notice.CaughtUp());
    }

    @Test
    void whatWasEditedApartIsUploadedByTheServersMissingListAndNothingElse() {
        meetAndPart();
        ann.type("text", 0, "offline", 0);
        int received = room.nodesReceived();

        room.connect(ann);
        room.run(0);

        assertThat(room.nodesReceived() - received).isEqualTo(7);
        assertThat(room.view().root()).isEqualTo(ann.view().root());
    }

    @Test
    void whatIsAboveTheServersHeadsIsUploadedWhenItNamesNothing() {
        room.hideMissing();
        meetAndPart();
        ann.type("text", 0, "offline", 0);
        int received = room.nodesReceived();

        room.connect(ann);
        room.run(0);

        assertThat(room.nodesReceived() - received).isEqualTo(7);
        assertThat(room.mstRequests()).isZero();
    }

    @Test
    void theTreeTellsExactlyWhatTheServerLacksWhenBothSidesGrewApart() {
        room.hideMissing();
        meetAndPart();
        ann.type("text", 0, "x".repeat(300), 0);
        room.connect(bob);
        room.run(0);
        bob.type("other", 0, "y".repeat(300), 0);
        room.run(0);
        int received = room.nodesReceived();

        room.connect(ann);
        ann.set("while", bytes("descending"), 0);
        room.run(0);

        assertThat(room.mstRequests()).isPositive();
        assertThat(room.nodesReceived() - received).isEqualTo(301);
        assertConverged(ann, bob);
        assertThat(ann.settled()).isTrue();
    }

    @Test
    void aServerThatLostItsDiskGetsEverythingAgain() {
        room.connect(ann);
        ann.type("text", 0, "keep me", 0);
        room.run(0);
        room.cut(ann);

        room.loseEverything();
        room.connect(ann);
        room.run(0);

        assertThat(room.view().root()).isEqualTo(ann.view().root());
        assertThat(ann.settled()).isTrue();
    }

    @Test
    void aPackWhoseAcknowledgementWasLostIsNotLost() {
        room.connect(ann);
        room.run(0);
        Node node = ann.set("k", bytes("v"), 0);
        room.hear(ann, 1, 0);
        assertThat(ann.acknowledged(node.id())).isFalse();

        room.cut(ann);
        room.connect(ann);
        room.run(0);

        assertThat(ann.acknowledged(node.id())).isTrue();
        assertThat(room.nodesReceived()).isEqualTo(1);
    }

    @Test
    void nothingIsSentBeforeWelcomeAndOnlySoManyPacksAtOnce() {
        Replica careful =
                replica(3, new ReplicaSettings(0, 0, 2, 1 << 20, 3, 10, true, List.of("**"), Optional.empty()));
        room.connect(careful);
        careful.type("text", 0, "0123456789", 0);
        assertThat(careful.outgoing(0)).isEmpty();

        room.hear(careful, 1, 0);
        room.turn(careful, 0);

        assertThat(careful.outgoing(0)).hasSize(3);
        assertThat(careful.outgoing(0)).isEmpty();
    }

    @Test
    void aBurstGoesOutAtOnceAndTheRestAtThePace() {
        Replica paced = replica(3, ReplicaSettings.DEFAULT.paced(100, 50));
        room.connect(paced);
        room.run(0);
        paced.type("text", 0, "x".repeat(100), 0);

        room.run(0);
        assertThat(room.view().count()).isEqualTo(50);
        assertThat(paced.idleMs(0, 1_000)).isBetween(1L, 10L);
        for (long now = 0; now <= 200; now += 10) {
            room.run(now);
        }
        assertThat(room.view().count()).isBetween(69, 71);
        for (long now = 200; now <= 1_000; now += 10) {
            room.run(now);
        }

        assertThat(paced.settled()).isTrue();
    }

    @Test
    void theRefusedNodesOfAPackAreFoundAndTheOthersArrive() {
        room.connect(ann);
        room.connect(bob);
        room.run(0);
        Node innocent = ann.set("a", bytes("1"), 0);
        Node refused = ann.set("forbidden", bytes("2"), 0);
        Node follower = ann.set("b", bytes("3"), 0);
        for (long now = 0; now < 10_000; now += 500) {
            room.run(now);
        }

        assertThat(ann.acknowledged(innocent.id())).isTrue();
        assertThat(ann.acknowledged(refused.id())).isFalse();
        assertThat(ann.acknowledged(follower.id())).isFalse(); // Its parent will never be there.
        assertThat(ann.refused()).isEqualTo(2);
        assertThat(ann.settled()).isTrue();
        assertThat(room.notices(ann)).contains(new Notice.Rejected(1));
        assertThat(bob.view().count()).isEqualTo(1);
    }

    @Test
    void aRoomThatIsNotAvailableGetsThePackAgain() {
        room.connect(ann);
        room.run(0);
        ann.set("k", bytes("v"), 0);
        ann.outgoing(0); // The pack is lost on its way to the room.
        room.say(ann, new ToPeer.Failure("room is not available, try again"));

        room.run(0);
        assertThat(room.view().count()).isZero();
        room.run(1_000);

        assertThat(room.view().count()).isEqualTo(1);
        assertThat(ann.settled()).isTrue();
    }

    /** A room whose place for orphans is taken refuses them. */
    @Test
    void aNodeThatIsRefusedBecauseThePackBeforeItFailedIsBroughtAgain() {
        room.connect(ann);
        room.run(0);
        ann.set("parent", bytes("1"), 0);
        ann.outgoing(0); // Lost on its way to the room, as is the next.
        ann.set("child", bytes("2"), 0);
        ann.outgoing(0);
        room.say(ann, new ToPeer.Failure("room is not available, try again"));
        room.say(ann, new ToPeer.Failure("missing_parent: 1 node(s) unresolved"));
        room.say(ann, new ToPeer.PackAck(new RoomId("r"), 1, 0, 1, 0));

        room.run(0);
        room.run(1_000);

        assertThat(room.view().count()).isEqualTo(2);
        assertThat(ann.refused()).isZero();
        assertThat(ann.settled()).isTrue();
    }

    @Test
    void nodesInAnyOrderAndChunksBecomeOneHistory() {
        List<Node> nodes = new ArrayList<>(
                TraceTyping.all(TraceGenerator.twoAuthors(2, 200), "text", List.of(signer(7), signer(8))));
        nodes.forEach(ann::offer);
        room.connect(ann);
        room.run(0);
        room.chunkCatchUp(7);
        room.connect(bob);
        room.run(0);
        assertConverged(ann, bob);

        Replica carol = replica(4, ReplicaSettings.DEFAULT);
        room.loseEverything();
        room.connect(carol);
        Collections.shuffle(nodes, new Random(3));
        nodes.forEach(
                node -> room.say(carol, new ToPeer.Pack("server", Packs.encode(List.of(node)), Optional.empty())));
        room.run(0);

        assertThat(carol.view().root()).isEqualTo(ann.view().root());
        assertThat(carol.orphans()).isZero();
    }

    @Test
    void forgedNodesAndBrokenMessagesAreIgnored() {
        room.connect(ann);
        room.run(0);
        Node honest = bob.set("k", bytes("v"), 0);
        Node forged = Nodes.claimed(honest.id(), honest.transaction(), new byte[64]);

        room.say(ann, new ToPeer.Pack("server", Packs.encode(List.of(forged)), Optional.empty()));
        room.say(ann, new ToPeer.Pack("server", new byte[] {1, 2, 3}, Optional.empty()));
        for (String text : List.of(
                "",
                "no",
                "[]",
                "{}",
                "null",
                "{\"type\":7}",
                "{\"type\":\"pack\",\"nodes\":\"?\"}",
                "{\"type\":\"welcome\"}",
                "{\"type\":\"mst-response\",\"nodes\":[{}]}",
                "{\"type\":\"pack-ack\"}",
                "{\"type\":\"later\"}")) {
            room.sayRaw(ann, text);
        }
        room.run(0);

        assertThat(ann.view().count()).isZero();
        assertThat(room.notices(ann).stream().filter(notice -> notice instanceof Notice.Ignored))
                .isNotEmpty();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void twoAuthorsTypeATraceThroughTheRoomWhileOneIsCutOff(long seed) {
        Trace trace = TraceGenerator.twoAuthors(seed, 900);
        List<Signer> signers = List.of(signer(1), signer(2));
        room.connect(ann);
        room.connect(bob);
        room.run(0);

        int number = 0;
        for (TraceTyping.Typed typed : (Iterable<TraceTyping.Typed>) () -> new TraceTyping(trace, "text", signers)) {
            (typed.agent() == 0 ? ann : bob).offer(typed.node());
            if (number == 300) {
                room.cut(bob);
            }
            if (number == 600) {
                room.connect(bob);
            }
            if (number++ % 7 == 0) {
                room.run(0);
            }
        }
        room.run(0);

        assertConverged(ann, bob);
        assertThat(ann.state().texts().get("text")).isEqualTo(trace.endContent());
    }

    @Test
    void equalInputsGiveEqualMessages() {
        Replica again = replica(1, ReplicaSettings.DEFAULT);
        for (Replica each : List.of(ann, again)) {
            each.set("k", bytes("v"), 5);
            each.type("text", 0, "abc", 5);
        }

        assertThat(again.hello()).isEqualTo(ann.hello());
        assertThat(again.mstRoot()).isEqualTo(ann.mstRoot());
    }

    private void meetAndPart() {
        room.connect(ann);
        room.connect(bob);
        ann.set("common", bytes("ground"), 0);
        room.run(0);
        room.cut(ann);
        room.cut(bob);
    }

    private void assertConverged(Replica left, Replica right) {
        assertThat(left.view().root())
                .isEqualTo(right.view().root())
                .isEqualTo(room.view().root());
        assertThat(left.mstRoot()).isEqualTo(right.mstRoot());
        assertThat(left.state().hash()).isEqualTo(right.state().hash());
        assertThat(left.state().texts()).isEqualTo(right.state().texts());
        assertThat(left.state().lists()).isEqualTo(right.state().lists());
        left.live()
                .textKeys()
                .forEach(key -> assertThat(left.live().text(key).orElseThrow().text())
                        .isEqualTo(left.state().texts().get(key)));
    }

    private static Replica replica(int fill, ReplicaSettings settings) {
        return new Replica(new RoomId("r"), signer(fill), SIGNATURES, settings);
    }

    private static Signer signer(int fill) {
        byte[] seed = new byte[32];
        Arrays.fill(seed, (byte) fill);
        return Ed25519.signer(seed);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
