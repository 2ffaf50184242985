package dev.parley.edge.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.history.Anchor;
import dev.parley.core.history.Ed25519;
import dev.parley.core.history.ItemId;
import dev.parley.core.history.Node;
import dev.parley.core.history.Op;
import dev.parley.core.history.OpId;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.RoomId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TailPrinterTest {
    private static final ItemId ITEM = new ItemId(1, 2);
    private static final NodeId BLOB = NodeId.of(new byte[NodeId.SIZE_BYTES]);
    private final Replica ann = replica(1);
    private final String name = ann.peer().toHex().substring(0, 8);
    private final List<Node> nodes = new ArrayList<>();

    @Test
    void eachChangeIsALineThatAPersonUnderstands() {
        write(new Op.MapSet("k", bytes("v\u001b")));
        write(new Op.MapSet("raw", new byte[] {-1}));
        write(new Op.MapDelete("k"));
        write(new Op.MapSetBlob("b", BLOB));
        write(new Op.ListInsert("l", ITEM, "V"), new Op.MapSet("l/" + ITEM, bytes("milk")));
        write(new Op.ListInsert("l", ITEM, "V"));
        write(new Op.ListMove("l", ITEM, "k"));
        write(new Op.ListDelete("l", ITEM), new Op.MapDelete("l/" + ITEM));
        write(new Op.TextDeleteRange("t", new Anchor.Start(), 1));

        assertThat(new TailPrinter(false).changes(Change.of(nodes)))
                .containsExactly(
                        name + " set k = v\\u001b",
                        name + " set raw = 0xff",
                        name + " deleted k",
                        name + " set b = blob " + BLOB,
                        name + " added milk to list l",
                        name + " added item " + ITEM + " to list l",
                        name + " moved item 00000000 in list l",
                        name + " removed item 00000000 from list l",
                        name + " deleted 1 character in text t");
    }

    @Test
    void whatIsTypedInOneGoIsOneLine() {
        ann.type("t", 0, "one go", 0);
        ann.type("t", 0, "elsewhere", 0);
        ann.erase("t", 0, 4, 0);
        ann.type("u", 0, "x", 0);
        takeFrom(ann);

        assertThat(new TailPrinter(false).changes(Change.of(nodes)))
                .containsExactly(
                        name + " typed \"one go\" in text t",
                        name + " typed \"elsewhere\" in text t",
                        name + " deleted 4 characters in text t",
                        name + " typed \"x\" in text u");
    }

    @Test
    void aRunGoesOnAtItsLastCharacter() {
        OpId first = new OpId(1, ann.peer());
        write(new Op.TextInsertRange("t", new Anchor.Start(), "ab"));
        write(new Op.TextInsertRange("t", new Anchor.After(new OpId(2, ann.peer())), "cd"));
        write(new Op.TextInsert("t", Optional.of(first), 'x'));

        assertThat(new TailPrinter(false).changes(Change.of(nodes)))
                .containsExactly(name + " typed \"abcd\" in text t", name + " typed \"x\" in text t");
    }

    @Test
    void jsonLinesHoldTheWholeValues() {
        write(new Op.MapSet("k", bytes("é")));
        write(new Op.ListInsert("l", ITEM, "V"), new Op.MapSet("l/" + ITEM, bytes("milk")));
        write(new Op.TextInsertRange("t", new Anchor.Start(), "hi"));
        String who = "\"who\":\"" + ann.peer() + "\"";

        assertThat(new TailPrinter(true).changes(Change.of(nodes)))
                .containsExactly(
                        "{\"what\":\"set\"," + who + ",\"lamport\":1,\"key\":\"k\",\"value\":\"\\u00E9\"}",
                        "{\"what\":\"insert\"," + who + ",\"lamport\":2,\"list\":\"l\",\"item\":\"" + ITEM
                                + "\",\"value\":\"milk\"}",
                        "{\"what\":\"type\"," + who + ",\"lamport\":3,\"text\":\"t\",\"words\":\"hi\"}");
    }

    @Test
    void peopleComeShowAndGo() {
        String peer = "ab".repeat(32);

        assertThat(new TailPrinter(false).notice(new Notice.PeerJoined(peer))).containsExactly("abababab joined");
        assertThat(new TailPrinter(false).notice(new Notice.PeerLeft(peer))).containsExactly("abababab left");
        assertThat(new TailPrinter(false).notice(new Notice.Presence(peer, "{\"c\":1}")))
                .containsExactly("abababab shows {\"c\":1}");
        assertThat(new TailPrinter(false).notice(new Notice.Presence(peer, "null")))
                .containsExactly("abababab shows nothing any more");
        assertThat(new TailPrinter(true).notice(new Notice.Presence(peer, "{\"c\":1}")))
                .containsExactly("{\"what\":\"presence\",\"who\":\"" + peer + "\",\"data\":{\"c\":1}}");
        assertThat(new TailPrinter(false).notice(new Notice.Complaint("x", Map.of())))
                .isEmpty();
    }

    private void write(Op... ops) {
        nodes.add(ann.edit(List.of(ops), 0));
    }

    private void takeFrom(Replica replica) {
        for (int number = 0; number < replica.view().count(); number++) {
            nodes.add(replica.view().node(number));
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Replica replica(int seed) {
        byte[] key = new byte[32];
        key[0] = (byte) seed;
        return new Replica(new RoomId("r"), Ed25519.signer(key), Ed25519.best(), ReplicaSettings.DEFAULT);
    }
}
