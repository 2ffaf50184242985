package dev.parley.core.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.core.history.Decoded;
import dev.parley.core.id.PeerId;
import dev.parley.core.reconcile.Golden;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class WritePolicyTest {
    private static final JsonNode VECTORS = Golden.file("01-policy.json");
    private static final JsonNode REFERENCE = Golden.file("reference-core.json").get("policy");

    @Test
    void theFirstMatchingRuleDecidesAsInTheVectors() {
        for (JsonNode vector : VECTORS.get("can_write")) {
            assertThat(policy(vector.get("policy"))
                            .mayWrite(
                                    peer(vector.get("author")),
                                    vector.get("key").asText()))
                    .as(vector.toString())
                    .isEqualTo(vector.get("allowed").asBoolean());
        }
    }

    @Test
    void aTimelineHasTheBytesAndTheHashOfTheVectorsAndReadsBack() {
        for (JsonNode vector : VECTORS.get("timeline")) {
            PolicyTimeline timeline = timeline(vector.get("timeline"));

            assertThat(timeline.encode()).isEqualTo(Golden.bytes(vector.get("bytes")));
            assertThat(timeline.hash()).hasToString(vector.get("hash").asText());
            PolicyTimeline again = ((Decoded.Whole<PolicyTimeline>) PolicyTimeline.decode(timeline.encode())).value();
            assertThat(again.encode()).isEqualTo(timeline.encode());
        }
    }

    @Test
    void thePolicyOfTheReferenceHasItsBytesHashAndCutover() {
        List<WritePolicy.Rule> rules = new ArrayList<>();
        for (JsonNode rule : REFERENCE.get("policy_json").get("rules")) {
            List<PeerId> writers = new ArrayList<>();
            rule.get("can_write").forEach(numbers -> {
                byte[] key = new byte[PeerId.SIZE_BYTES];
                for (int i = 0; i < key.length; i++) {
                    key[i] = (byte) numbers.get(i).asInt();
                }
                writers.add(PeerId.of(key));
            });
            rules.add(new WritePolicy.Rule(rule.get("path_glob").asText(), writers));
        }
        WritePolicy policy = new WritePolicy(rules, WritePolicy.Fallback.DENY_ALL);
        PolicyTimeline timeline = new PolicyTimeline(
                List.of(new PolicyTimeline.Entry(10, policy), new PolicyTimeline.Entry(2, WritePolicy.ALLOW_ALL)));

        assertThat(policy.encode()).isEqualTo(Golden.bytes(REFERENCE.get("policy_postcard")));
        assertThat(WritePolicy.decode(policy.encode())).isEqualTo(new Decoded.Whole<>(policy));
        assertThat(WritePolicy.ALLOW_ALL.encode()).isEqualTo(Golden.bytes(REFERENCE.get("default_policy_postcard")));
        assertThat(timeline.hash())
                .hasToString(REFERENCE.get("policy_timeline_hash").asText());
        assertThat(timeline.cutover()).isEqualTo(REFERENCE.get("cutover").asLong());
        assertThat(new PolicyTimeline(List.of()).hash())
                .hasToString(REFERENCE.get("empty_timeline_hash").asText());
    }

    @Test
    void aMatchingRuleWithoutKeysRefusesEverybody() {
        WritePolicy policy =
                new WritePolicy(List.of(new WritePolicy.Rule("frozen/**", List.of())), WritePolicy.Fallback.ALLOW_ALL);

        assertThat(policy.mayWrite(someone(1), "frozen/x")).isFalse();
        assertThat(policy.mayWrite(someone(1), "free")).isTrue();
    }

    @Test
    void aTimelineStartsOpenAndCountsItsPolicies() {
        WritePolicy closed = new WritePolicy(List.of(), WritePolicy.Fallback.DENY_ALL);

        PolicyTimeline timeline = PolicyTimeline.START.plus(closed).plus(WritePolicy.ALLOW_ALL);

        assertThat(PolicyTimeline.START.current()).isEqualTo(WritePolicy.ALLOW_ALL);
        assertThat(timeline.entries())
                .extracting(PolicyTimeline.Entry::effectiveLamport)
                .containsExactly(0L, 1L, 2L);
        assertThat(timeline.current()).isEqualTo(WritePolicy.ALLOW_ALL);
        assertThat(timeline.at(1)).isEqualTo(closed);
        assertThat(timeline.cutover()).isEqualTo(2);
    }

    @Test
    void thePolicyAtALamportIsTheLastOfTheGreatestNotAboveIt() {
        WritePolicy first = new WritePolicy(List.of(), WritePolicy.Fallback.DENY_ALL);
        WritePolicy second =
                new WritePolicy(List.of(new WritePolicy.Rule("a", List.of())), WritePolicy.Fallback.ALLOW_ALL);
        PolicyTimeline timeline = new PolicyTimeline(List.of(
                new PolicyTimeline.Entry(-1L, first),
                new PolicyTimeline.Entry(5, first),
                new PolicyTimeline.Entry(5, second)));

        assertThat(timeline.at(4)).isEqualTo(WritePolicy.ALLOW_ALL);
        assertThat(timeline.at(5)).isEqualTo(second);
        assertThat(timeline.at(Long.MAX_VALUE)).isEqualTo(second);
        assertThat(timeline.at(-1L)).isEqualTo(first);
    }

    @Test
    void everyTruncationAndFlippedBitIsAValueOrBroken() {
        byte[] whole = timeline(VECTORS.get("timeline").get(2).get("timeline")).encode();
        for (int length = 0; length < whole.length; length++) {
            assertThat(PolicyTimeline.decode(Arrays.copyOf(whole, length))).isInstanceOf(Decoded.Broken.class);
        }
        for (int bit = 0; bit < 8 * whole.length; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(PolicyTimeline.decode(flipped)).isNotNull();
        }
    }

    @Test
    void aPolicyWithManyWritersReadsBack() {
        List<PeerId> writers = Collections.nCopies(300, someone(7));
        WritePolicy policy = new WritePolicy(
                List.of(new WritePolicy.Rule("**", writers, List.of(someone(1)), List.of(someone(2)))),
                WritePolicy.Fallback.DENY_ALL);

        assertThat(WritePolicy.decode(policy.encode())).isEqualTo(new Decoded.Whole<>(policy));
    }

    @Test
    void boundsCountRulesKeysAndPatternBytes() {
        WritePolicy.Rule rule = new WritePolicy.Rule("a", List.of());
        assertThat(allowing(Collections.nCopies(1024, rule)).withinBounds()).isTrue();
        assertThat(allowing(Collections.nCopies(1025, rule)).withinBounds()).isFalse();
        assertThat(allowing(List.of(new WritePolicy.Rule("é".repeat(513), List.of())))
                        .withinBounds())
                .isFalse();
        List<PeerId> writers = Collections.nCopies(4097, someone(1));
        assertThat(allowing(List.of(new WritePolicy.Rule("a", writers))).withinBounds())
                .isFalse();
    }

    private static WritePolicy allowing(List<WritePolicy.Rule> rules) {
        return new WritePolicy(rules, WritePolicy.Fallback.ALLOW_ALL);
    }

    private static PolicyTimeline timeline(JsonNode entries) {
        List<PolicyTimeline.Entry> read = new ArrayList<>();
        entries.forEach(entry -> read.add(new PolicyTimeline.Entry(
                Long.parseUnsignedLong(entry.get("effective_lamport").asText()), policy(entry.get("policy")))));
        return new PolicyTimeline(read);
    }

    private static WritePolicy policy(JsonNode json) {
        List<WritePolicy.Rule> rules = new ArrayList<>();
        for (JsonNode rule : json.get("rules")) {
            rules.add(new WritePolicy.Rule(
                    rule.get("path_glob").asText(),
                    peers(rule, "can_write"),
                    peers(rule, "can_read"),
                    peers(rule, "can_derive")));
        }
        return new WritePolicy(
                rules,
                json.get("default").asText().equals("AllowAll")
                        ? WritePolicy.Fallback.ALLOW_ALL
                        : WritePolicy.Fallback.DENY_ALL);
    }

    private static List<PeerId> peers(JsonNode rule, String field) {
        List<PeerId> peers = new ArrayList<>();
        if (rule.has(field)) {
            rule.get(field).forEach(peer -> peers.add(peer(peer)));
        }
        return peers;
    }

    private static PeerId peer(JsonNode hex) {
        return PeerId.parse(hex.asText()).orElseThrow();
    }

    private static PeerId someone(int number) {
        byte[] key = new byte[PeerId.SIZE_BYTES];
        key[0] = (byte) number;
        return PeerId.of(key);
    }
}
