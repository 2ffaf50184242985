package dev.parley.core.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.id.Lamport;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class AcceptanceTest {
    private static final long NOW_MS = 1_700_000_000_000L;
    private static final Signer SERVER = Ed25519.signer(seed(9));
    private static final Signer AUTHOR = Ed25519.signer(seed(1));
    private static final AcceptanceRules RULES = rules(WriteRule.EVERYBODY, true);

    @Property(tries = 300)
    void theReferenceRulesStoreAndReportWhatPassesDo(@ForAll long seed, @ForAll @IntRange(max = 40) int count) {
        Random random = new Random(seed);
        List<Candidate> pack = randomPack(random, count);
        AcceptanceRules rules = new AcceptanceRules(
                (author, key) -> !key.equals("denied"), SERVER.peer(), true, false, NodeLimits.NONE, true);

        Overlay overlay = new Overlay(new History().view());
        Acceptance.Outcome outcome = Acceptance.accept(overlay, pack, rules, NOW_MS);

        Passes naive = new Passes(rules);
        naive.run(pack);
        assertThat(outcome.stored()).isEqualTo(naive.stored);
        assertThat(outcome.errors()).isEqualTo(naive.errors);
        assertThat(overlay.stored()).isEqualTo(naive.stored);
        assertThat(outcome.stored().size() + outcome.known() + outcome.refused())
                .isEqualTo(count);
    }

    @Property(tries = 200)
    void whatWeStoreDoesNotDependOnTheOrderOfThePack(@ForAll long seed, @ForAll @IntRange(max = 40) int count) {
        Random random = new Random(seed);
        List<Candidate> pack = randomPack(random, count);
        List<Candidate> shuffled = new ArrayList<>(pack);
        Collections.shuffle(shuffled, random);
        AcceptanceRules rules = rules((author, key) -> !key.equals("denied"), true);

        Overlay one = new Overlay(new History().view());
        Overlay other = new Overlay(new History().view());
        Acceptance.Outcome outcome = Acceptance.accept(one, pack, rules, NOW_MS);
        Acceptance.accept(other, shuffled, rules, NOW_MS);

        assertThat(one.heads()).isEqualTo(other.heads());
        assertThat(one.root()).isEqualTo(other.root());
        assertThat(one.clock()).isEqualTo(other.clock());
        assertThat(outcome.stored().size()
                        + outcome.known()
                        + outcome.refused()
                        + outcome.parked().size())
                .isEqualTo(count);
        assertThat(one.root()).isEqualTo(Graphs.history(one.stored()).view().root());
    }

    @Property(tries = 200)
    void whatTheReferenceStoresWeStore(@ForAll long seed, @ForAll @IntRange(max = 40) int count) {
        List<Candidate> pack = randomPack(new Random(seed), count);
        WriteRule rule = (author, key) -> !key.equals("denied");
        AcceptanceRules reference = new AcceptanceRules(rule, SERVER.peer(), false, false, NodeLimits.NONE, true);

        Acceptance.Outcome theirs = accept(new History(), pack, reference);
        Acceptance.Outcome ours = accept(new History(), pack, rules(rule, true));

        assertThat(ours.stored()).containsAll(theirs.stored());
    }

    @Test
    void aLongChainBackwardsIsOnePack() {
        List<Node> nodes = new ArrayList<>(Graphs.chain(20_000));
        List<NodeId> forwards = nodes.stream().map(Node::id).toList();
        Collections.reverse(nodes);

        Acceptance.Outcome outcome = accept(
                new History(),
                unsigned(nodes),
                new AcceptanceRules(WriteRule.EVERYBODY, SERVER.peer(), true, true, NodeLimits.DEFAULT));

        assertThat(outcome.stored().stream().map(Node::id)).isEqualTo(forwards);
    }

    @Test
    void orphansAreHandedBackInsteadOfAnError() {
        List<Node> nodes = Graphs.chain(3);
        List<Candidate> pack = valid(List.of(nodes.get(2), nodes.get(1), nodes.get(2)));

        Acceptance.Outcome parked = accept(new History(), pack, RULES);
        Acceptance.Outcome dropped = accept(new History(), pack, rules(WriteRule.EVERYBODY, false));

        assertThat(parked.parked()).containsExactly(pack.get(0), pack.get(1));
        assertThat(parked.known()).isEqualTo(1);
        assertThat(parked.errors()).isEmpty();
        assertThat(dropped.errors()).containsExactly("missing_parent: 2 node(s) unresolved");
        assertThat(dropped.refused()).isEqualTo(2);
    }

    @Test
    void aNodeNobodyCheckedIsRefusedUnlessItIsStored() {
        Node node = Graphs.chain(1).getFirst();
        List<Candidate> pack = List.of(new Candidate(node, new Verdict.Unchecked()));

        assertThat(accept(new History(), pack, RULES).errors())
                .containsExactly("invalid ed25519 signature on node " + node.id());
        Acceptance.Outcome known = accept(Graphs.history(List.of(node)), pack, RULES);
        assertThat(known.errors()).isEmpty();
        assertThat(known.known()).isEqualTo(1);
        assertThat(known.knownBytes()).isEqualTo(node.sizeBytes());
    }

    @Test
    void anUnsignedNodeIsRefusedUnlessTheRulesSayOtherwise() {
        List<Candidate> pack = unsigned(Graphs.chain(1));
        assertThat(accept(new History(), pack, RULES).stored()).isEmpty();
        AcceptanceRules lenient =
                new AcceptanceRules(WriteRule.EVERYBODY, SERVER.peer(), true, true, NodeLimits.DEFAULT);
        assertThat(accept(new History(), pack, lenient).stored()).hasSize(1);
    }

    @Test
    void theCeilingMovesWithTheClockWhateverTheOrder() {
        Node first = signed(Lamport.LEAD_MAX, List.of());
        Node second = signed(2 * Lamport.LEAD_MAX, List.of());
        Node tooFar = signed(3 * Lamport.LEAD_MAX + 1, List.of());

        Acceptance.Outcome outcome = accept(new History(), Golden.checked(List.of(tooFar, second, first)), RULES);

        assertThat(outcome.stored()).containsExactly(first, second);
        assertThat(outcome.errors())
                .containsExactly(
                        "lamport ceiling exceeded on node " + tooFar.id() + ": lamport=3145729, ceiling=3145728");
    }

    @Test
    void nearTheEndOfTimeTheCeilingStaysThere() {
        Node last = Graphs.node(1, -1L, List.of());
        History history = Graphs.history(List.of(Graphs.node(0, -5L, List.of())));
        assertThat(accept(history, valid(List.of(last)), RULES).stored()).containsExactly(last);
    }

    @Test
    void aGoodCopyIsTakenBesideABadOne() {
        Node good = signed(1, List.of());
        byte[] garbage = good.signature();
        garbage[3] ^= 1;
        Node bad = Nodes.claimed(good.id(), good.transaction(), garbage);
        Node forged = Nodes.claimed(good.id(), signed(2, List.of()).transaction(), good.signature());

        Acceptance.Outcome badFirst = accept(new History(), Golden.checked(List.of(bad, forged, good)), RULES);
        Acceptance.Outcome goodFirst = accept(new History(), Golden.checked(List.of(good, forged, bad)), RULES);

        assertThat(badFirst.stored()).containsExactly(good);
        assertThat(badFirst.refused()).isEqualTo(2);
        assertThat(badFirst.errors()).hasSize(2);
        assertThat(goodFirst.stored()).containsExactly(good);
        assertThat(goodFirst.known()).isEqualTo(2);
        assertThat(goodFirst.errors()).isEmpty();
    }

    @Test
    void theFirstRefusedKeyIsNamedAndChildrenAreOrphans() {
        Transaction transaction = new Transaction(
                AUTHOR.peer(),
                1,
                0,
                List.of(new Op.MapDelete("free"), new Op.MapDelete("locked"), new Op.MapDelete("locked too")),
                List.of());
        Node denied = Nodes.sign(transaction, AUTHOR);
        Node child = signed(2, List.of(denied.id()));
        AcceptanceRules rules = rules((author, key) -> !key.startsWith("locked"), true);

        Acceptance.Outcome outcome = accept(new History(), Golden.checked(List.of(denied, child)), rules);

        assertThat(outcome.errors()).hasSize(1);
        assertThat(outcome.errors().getFirst())
                .startsWith("policy violation: author [" + (AUTHOR.peer().toBytes()[0] & 0xFF) + ", ")
                .endsWith("] not permitted to write key 'locked'");
        assertThat(outcome.parked()).hasSize(1);
    }

    @Test
    void onlyAWellFormedSnapshotOfTheServerPassesTheWriteRule() {
        AcceptanceRules rules = rules((author, key) -> false, true);
        Op hash = new Op.MapSet("\0snap:hash", new byte[32]);
        Op front = new Op.MapSet("\0snap:front", new byte[] {0});
        Op other = new Op.MapSet("free", new byte[0]);

        assertThat(storesSnapshot(SERVER, List.of(hash, front), rules)).isTrue();
        assertThat(storesSnapshot(AUTHOR, List.of(hash, front), rules)).isFalse();
        assertThat(storesSnapshot(SERVER, List.of(hash), rules)).isFalse();
        assertThat(storesSnapshot(SERVER, List.of(hash, front, other), rules)).isFalse();
        assertThat(storesSnapshot(SERVER, List.of(new Op.MapSet("\0snap:hash", new byte[31]), front), rules))
                .isFalse();
        assertThat(storesSnapshot(SERVER, List.of(hash, new Op.MapSet("\0snap:front", new byte[] {1})), rules))
                .isFalse();
    }

    /** Old clients make such nodes after a reload. */
    @Test
    void twoNodesOfOneAuthorAndLamportAreBothTaken() {
        Node first = signed(7, List.of());
        Node second = signed(7, List.of(first.id()));

        assertThat(accept(new History(), Golden.checked(List.of(first, second)), RULES)
                        .stored())
                .containsExactly(first, second);
    }

    @Test
    void theLimitsAreThoseOfTheSpecUnlessAnOperatorSaysOtherwise() {
        assertThat(NodeLimits.DEFAULT)
                .isEqualTo(new NodeLimits(65_536, 1_024, 4_096, 1_048_576, 4_096, 2_097_152, 4_294_967_295L));
        assertThat(NodeLimits.PACK_NODES_MAX).isEqualTo(100_000);
    }

    @Test
    void eachLimitHasItsText() {
        NodeLimits tight = new NodeLimits(2, 1, 4, 8, 4, 400, 100);
        PeerId author = AUTHOR.peer();
        ItemId item = new ItemId(1, 2);
        NodeId id = NodeId.of(new byte[32]);
        Op small = new Op.MapDelete("k");
        assertThat(limitText(tight, List.of(small, small, small), List.of())).contains("ops=3, max=2");
        assertThat(limitText(tight, List.of(), List.of(id, id))).contains("parents=2, max=1");
        assertThat(limitText(tight, List.of(new Op.MapDelete("ééé")), List.of()))
                .contains("key bytes=6, max=4");
        assertThat(limitText(tight, List.of(new Op.MapSet("k", new byte[9])), List.of()))
                .contains("value bytes=9, max=8");
        assertThat(limitText(tight, List.of(new Op.ListMove("k", item, "VVVVV")), List.of()))
                .contains("position bytes=5, max=4");
        assertThat(limitText(tight, List.of(new Op.TextDeleteRange("k", new Anchor.End(), 101)), List.of()))
                .contains("range chars=101, max=100");
        assertThat(limitText(tight, List.of(new Op.TextInsertRange("k", new Anchor.Offset(-1L), "")), List.of()))
                .contains("anchor chars=18446744073709551615, max=100");
        assertThat(limitText(tight, List.of(new Op.TextInsertRange("k", new Anchor.End(), "x".repeat(400))), List.of()))
                .contains("node bytes=");
        assertThat(tight.exceededBy(
                        Nodes.claimed(id, new Transaction(author, 1, 0, List.of(small), List.of()), new byte[64])))
                .isEmpty();
    }

    @Test
    void theClockOfTheServerBoundsWallTime() {
        Transaction late = new Transaction(AUTHOR.peer(), 1, -1L, List.of(), List.of());
        Node node = Nodes.sign(late, AUTHOR);
        assertThat(accept(new History(), List.of(Golden.checked(node)), RULES).errors())
                .containsExactly("wall clock skew on node " + node.id()
                        + ": wall_ms=18446744073709551615 exceeds now=1700000000000 by more than 24h");
    }

    private static String limitText(NodeLimits limits, List<Op> ops, List<NodeId> parents) {
        Node node = Nodes.sign(new Transaction(AUTHOR.peer(), 1, 0, ops, parents), AUTHOR);
        AcceptanceRules rules = new AcceptanceRules(WriteRule.EVERYBODY, SERVER.peer(), false, true, limits);
        Acceptance.Outcome outcome = accept(new History(), List.of(Golden.checked(node)), rules);
        assertThat(outcome.refused()).isEqualTo(1);
        assertThat(outcome.errors().getFirst()).startsWith("limit exceeded on node " + node.id());
        return outcome.errors().getFirst();
    }

    private static boolean storesSnapshot(Signer signer, List<Op> ops, AcceptanceRules rules) {
        Node node = Nodes.sign(new Transaction(signer.peer(), 1, 0, ops, List.of()), signer);
        return accept(new History(), List.of(Golden.checked(node)), rules)
                        .stored()
                        .size()
                == 1;
    }

    private static Acceptance.Outcome accept(History history, List<Candidate> pack, AcceptanceRules rules) {
        return Acceptance.accept(new Overlay(history.view()), pack, rules, NOW_MS);
    }

    private static AcceptanceRules rules(WriteRule rule, boolean park) {
        return new AcceptanceRules(rule, SERVER.peer(), false, park, NodeLimits.DEFAULT);
    }

    private static Node signed(long lamport, List<NodeId> parents) {
        return Nodes.sign(new Transaction(AUTHOR.peer(), lamport, 0, List.of(), parents), AUTHOR);
    }

    private static List<Candidate> unsigned(List<Node> nodes) {
        return nodes.stream()
                .map(node -> candidate(node, Verdict.SignatureState.UNSIGNED))
                .toList();
    }

    private static List<Candidate> valid(List<Node> nodes) {
        return nodes.stream()
                .map(node -> candidate(node, Verdict.SignatureState.VALID))
                .toList();
    }

    private static Candidate candidate(Node node, Verdict.SignatureState signature) {
        return new Candidate(node, new Verdict.Checked(Nodes.idOf(node.transaction()), signature));
    }

    private static byte[] seed(int first) {
        byte[] seed = new byte[32];
        seed[0] = (byte) first;
        return seed;
    }

    /** A graph in any order, with copies, bad hashes and signatures, far lamports and wall clocks, and denied keys. */
    private static List<Candidate> randomPack(Random random, int count) {
        List<Node> made = new ArrayList<>();
        List<Candidate> pack = new ArrayList<>();
        while (pack.size() < count) {
            if (!made.isEmpty() && random.nextInt(12) == 0) {
                pack.add(
                        random.nextInt(3) > 0
                                ? pack.get(random.nextInt(pack.size()))
                                : candidate(made.get(random.nextInt(made.size())), Verdict.SignatureState.INVALID));
                continue;
            }
            List<NodeId> parents = new ArrayList<>();
            IntStream.range(0, random.nextInt(3))
                    .filter(k -> !made.isEmpty())
                    .forEach(k ->
                            parents.add(made.get(random.nextInt(made.size())).id()));
            long lamport = random.nextInt(6) == 0 ? random.nextInt(5) * Lamport.LEAD_MAX / 2 : random.nextInt(50);
            long wallMs = random.nextInt(15) == 0 ? NOW_MS + 2 * AcceptanceRules.WALL_LEAD_MAX_MS : 0;
            Op op = new Op.MapDelete(random.nextInt(8) == 0 ? "denied" : "key" + made.size());
            Transaction transaction = new Transaction(AUTHOR.peer(), lamport, wallMs, List.of(op), parents);
            NodeId id = Nodes.idOf(transaction);
            Node node = Nodes.claimed(
                    random.nextInt(15) == 0 ? NodeId.of(seed(made.size())) : id, transaction, new byte[64]);
            made.add(node);
            pack.add(candidate(
                    node, random.nextInt(10) == 0 ? Verdict.SignatureState.INVALID : Verdict.SignatureState.VALID));
        }
        Collections.shuffle(pack, random);
        return pack;
    }

    /** Spec 01 §8.2 word for word. */
    private static final class Passes {
        final AcceptanceRules rules;
        final List<Node> stored = new ArrayList<>();
        final List<String> errors = new ArrayList<>();
        private final Map<NodeId, Node> byId = new LinkedHashMap<>();
        private long clock;

        Passes(AcceptanceRules rules) {
            this.rules = rules;
        }

        void run(List<Candidate> pack) {
            Map<NodeId, Candidate> collapsed = new LinkedHashMap<>();
            pack.forEach(candidate -> collapsed.put(candidate.node().id(), candidate));
            List<Candidate> pass = List.copyOf(collapsed.values());
            List<Candidate> next = pass(pass);
            while (!next.isEmpty() && next.size() < pass.size()) {
                pass = next;
                next = pass(pass);
            }
            if (!next.isEmpty()) {
                errors.add("missing_parent: " + next.size() + " node(s) unresolved");
            }
        }

        private List<Candidate> pass(List<Candidate> pass) {
            List<Candidate> passed = pass.stream().filter(this::firstChecks).toList();
            List<Candidate> next = new ArrayList<>();
            for (Candidate candidate : passed) {
                Transaction transaction = candidate.node().transaction();
                if (((Verdict.Checked) candidate.verdict()).signature() == Verdict.SignatureState.INVALID) {
                    errors.add(new Refusal.InvalidSignature(candidate.node().id()).text());
                } else if (!byId.keySet().containsAll(transaction.parents())) {
                    next.add(candidate);
                } else if (!rules.mayWrite()
                        .mayWrite(
                                transaction.author(),
                                transaction.ops().getFirst().key())) {
                    errors.add(new Refusal.NotPermitted(
                                    transaction.author(),
                                    transaction.ops().getFirst().key())
                            .text());
                } else {
                    stored.add(candidate.node());
                    byId.put(candidate.node().id(), candidate.node());
                    clock = Math.max(clock, transaction.lamport());
                }
            }
            return next;
        }

        private boolean firstChecks(Candidate candidate) {
            Node node = candidate.node();
            Transaction transaction = node.transaction();
            NodeId computed = ((Verdict.Checked) candidate.verdict()).computedId();
            if (!computed.equals(node.id())) {
                errors.add(new Refusal.HashMismatch(computed, node.id()).text());
            } else if (transaction.lamport() > clock + Lamport.LEAD_MAX) {
                errors.add(new Refusal.AboveCeiling(node.id(), transaction.lamport(), clock + Lamport.LEAD_MAX).text());
            } else if (transaction.wallMs() > NOW_MS + AcceptanceRules.WALL_LEAD_MAX_MS) {
                errors.add(new Refusal.WallClockSkew(node.id(), transaction.wallMs(), NOW_MS).text());
            } else {
                return true;
            }
            return false;
        }
    }
}
