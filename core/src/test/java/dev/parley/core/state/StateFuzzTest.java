package dev.parley.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.parley.core.fuzz.Corpus;
import dev.parley.core.fuzz.InputRandom;
import dev.parley.core.history.Anchor;
import dev.parley.core.history.Decoded;
import dev.parley.core.history.ItemId;
import dev.parley.core.history.Node;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Op;
import dev.parley.core.history.OpId;
import dev.parley.core.history.Packs;
import dev.parley.core.history.Transaction;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever nodes say, their state does not depend on their order, and texts equal the flat scan. */
class StateFuzzTest {
    private static final String[] KEYS = {"a", "b", "\0snap:hash", "\0e2ee", "\u00e9"};

    static Stream<byte[]> seeds() {
        return Stream.of(
                        Corpus.of(StateFuzzTest.class, "state"),
                        Stream.of(Packs.encode(nodes(new InputRandom(new byte[40]), 3))),
                        Corpus.random(6, 300))
                .flatMap(each -> each);
    }

    @MethodSource("seeds")
    @FuzzTest
    void state(byte[] bytes) {
        inAnyOrder(nodes(new InputRandom(bytes), 40));
        if (Packs.decode(bytes, 64) instanceof Decoded.Whole<List<Node>>(var decoded)) {
            inAnyOrder(decoded.stream().map(StateFuzzTest::underItsOwnId).toList());
            decoded.forEach(node -> SnapshotNodes.read(node.transaction()));
        }
        text(new InputRandom(bytes));
        position(new InputRandom(bytes));
    }

    /** A room stores no node under another id than its hash; two with one id could not both be there. */
    private static Node underItsOwnId(Node node) {
        return Nodes.claimed(Nodes.idOf(node.transaction()), node.transaction(), new byte[Node.SIGNATURE_BYTES]);
    }

    private static void inAnyOrder(List<Node> nodes) {
        List<Node> backwards = new ArrayList<>(nodes);
        Collections.reverse(backwards);
        backwards.addAll(nodes.subList(0, nodes.size() / 2));

        Materialized state = Materialized.ofNodes(nodes);
        Materialized again = Materialized.ofNodes(backwards);

        assertThat(again.hash()).isEqualTo(state.hash());
        assertThat(again.snapshotHash()).isEqualTo(state.snapshotHash());
        assertThat(again.texts()).isEqualTo(state.texts());
        assertThat(again.lists()).isEqualTo(state.lists());
        assertThat(again.map().keySet()).isEqualTo(state.map().keySet());
    }

    private static void text(InputRandom input) {
        TextState text = new TextState();
        FlatScanText model = new FlatScanText();
        for (int ops = 0; ops < 120 && !input.exhausted(); ops++) {
            OpId priority = opId(input);
            Op op = textOp(input, "t");
            text.apply(op, priority);
            model.apply(op, priority);
        }
        assertThat(text.sequence()).isEqualTo(model.sequence());
        assertThat(text.text()).isEqualTo(model.text());
    }

    private static void position(InputRandom input) {
        Optional<String> left = side(input);
        Optional<String> right = side(input);
        try {
            String between = FractionalIndex.between(left, right);
            assertThat(between).matches("[0-9A-Za-z]+");
            left.ifPresent(it -> assertThat(between).isGreaterThan(it));
            right.ifPresent(it -> assertThat(between).isLessThan(it));
        } catch (IllegalArgumentException refused) {
            boolean digits =
                    Stream.of(left, right).flatMap(Optional::stream).allMatch(it -> it.matches("[0-9A-Za-z]*"));
            boolean ordered = left.orElse("").compareTo(right.orElse("~")) < 0;
            boolean nothingBelow =
                    right.orElse("").matches("0*") || right.orElse("").startsWith(left.orElse("") + "0");
            assertThat(digits && ordered && !nothingBelow)
                    .as(refused.getMessage())
                    .isFalse();
        }
    }

    private static Optional<String> side(InputRandom input) {
        return input.nextInt(3) == 0
                ? Optional.empty()
                : Optional.of(new String(input.bytes(input.nextInt(5)), StandardCharsets.ISO_8859_1));
    }

    /** Nodes with several ops each, of three authors; parents do not matter to the state. */
    private static List<Node> nodes(InputRandom input, int nodesMax) {
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < nodesMax && (i < 3 || !input.exhausted()); i++) {
            List<Op> ops = new ArrayList<>();
            for (int count = input.nextInt(4); count > 0; count--) {
                ops.add(op(input));
            }
            PeerId author = author(input);
            Transaction transaction = new Transaction(author, input.nextInt(9), 0, ops, List.of());
            byte[] signature = new byte[Node.SIGNATURE_BYTES];
            signature[0] = 1;
            nodes.add(Nodes.claimed(Nodes.idOf(transaction), transaction, signature));
        }
        return nodes;
    }

    private static Op op(InputRandom input) {
        String key = KEYS[input.nextInt(KEYS.length)];
        return switch (input.nextInt(8)) {
            case 0 -> new Op.MapSet(key, input.bytes(input.nextInt(5)));
            case 1 -> new Op.MapDelete(key);
            case 2 -> new Op.MapSetBlob(key, NodeId.of(new byte[NodeId.SIZE_BYTES]));
            case 3 -> new Op.ListInsert(key, item(input), positionText(input));
            case 4 -> new Op.ListDelete(key, item(input));
            case 5 -> new Op.ListMove(key, item(input), positionText(input));
            default -> textOp(input, key);
        };
    }

    private static Op textOp(InputRandom input, String key) {
        return switch (input.nextInt(5)) {
            case 0, 1 ->
                new Op.TextInsert(
                        key,
                        input.nextInt(4) == 0 ? Optional.empty() : Optional.of(opId(input)),
                        input.nextInt(9) == 0 ? 0x1F600 : 'a' + input.nextInt(26));
            case 2 -> new Op.TextDelete(key, opId(input));
            case 3 ->
                new Op.TextInsertRange(
                        key, anchor(input), new String(input.bytes(input.nextInt(7)), StandardCharsets.UTF_8));
            default -> new Op.TextDeleteRange(key, anchor(input), input.nextInt(5));
        };
    }

    private static Anchor anchor(InputRandom input) {
        return switch (input.nextInt(4)) {
            case 0 -> new Anchor.Start();
            case 1 -> new Anchor.End();
            case 2 -> new Anchor.Offset(input.nextInt(20));
            default -> new Anchor.After(opId(input));
        };
    }

    private static OpId opId(InputRandom input) {
        int lamport = input.nextInt(40);
        return new OpId(lamport == 39 ? -2L : lamport, author(input));
    }

    private static ItemId item(InputRandom input) {
        return new ItemId(0, input.nextInt(4));
    }

    private static String positionText(InputRandom input) {
        return new String(input.bytes(input.nextInt(3)), StandardCharsets.UTF_8);
    }

    private static PeerId author(InputRandom input) {
        byte[] bytes = new byte[PeerId.SIZE_BYTES];
        bytes[0] = (byte) (100 * input.nextInt(3));
        return PeerId.of(bytes);
    }
}
