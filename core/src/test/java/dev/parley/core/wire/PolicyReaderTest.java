package dev.parley.core.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.parley.core.access.WritePolicy;
import dev.parley.core.access.WritePolicy.Fallback;
import dev.parley.core.access.WritePolicy.Rule;
import dev.parley.core.id.PeerId;
import dev.parley.core.wire.FromPeer.PolicyContent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code set-policy} as it comes (spec 04 §5). */
class PolicyReaderTest {
    private static final String A = "0a".repeat(32);
    private static final String B = "0b".repeat(32);
    private static final String EACH_RULE = "set-policy: each rule must have a 'path_glob' string";

    static Stream<Arguments> policies() {
        return Stream.of(
                arguments("", WritePolicy.ALLOW_ALL),
                arguments(",\"default\":\"allow\",\"rules\":[]", WritePolicy.ALLOW_ALL),
                arguments(",\"default\":\"deny\"", new WritePolicy(List.of(), Fallback.DENY_ALL)),
                // A field of a wrong type counts as absent.
                arguments(",\"default\":5,\"rules\":{}", WritePolicy.ALLOW_ALL),
                arguments(
                        ",\"default\":\"deny\",\"rules\":[{\"path_glob\":\"world/**\",\"can_write\":[\"" + A + "\",\""
                                + B.toUpperCase(Locale.ROOT)
                                + "\"]},{\"path_glob\":\"\"},{\"path_glob\":\"\\u00e9\",\"can_write\":7}]",
                        new WritePolicy(
                                List.of(
                                        new Rule("world/**", List.of(peer(A), peer(B))),
                                        new Rule("", List.of()),
                                        new Rule("é", List.of())),
                                Fallback.DENY_ALL)),
                // What the stored policy keeps beside it stays empty.
                arguments(
                        ",\"rules\":[{\"path_glob\":\"x\",\"can_read\":[\"" + A + "\"],\"can_derive\":[1]}]",
                        new WritePolicy(List.of(new Rule("x", List.of())), Fallback.ALLOW_ALL)));
    }

    @ParameterizedTest(name = "policy {index}")
    @MethodSource("policies")
    void aPolicyIsReadAsItIsMeant(String fields, WritePolicy policy) {
        assertThat(read(fields)).isEqualTo(new PolicyContent.Whole(policy));
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                arguments(",\"default\":\"maybe\"", "set-policy: unknown default 'maybe', use 'allow' or 'deny'"),
                arguments(",\"default\":\"\"", "set-policy: unknown default '', use 'allow' or 'deny'"),
                arguments(
                        ",\"default\":\"Allow\",\"rules\":[5]",
                        "set-policy: unknown default 'Allow', use 'allow' or 'deny'"),
                arguments(",\"rules\":[5]", EACH_RULE),
                arguments(",\"rules\":[{}]", EACH_RULE),
                arguments(",\"rules\":[{\"path_glob\":5,\"can_write\":[\"x\"]}]", EACH_RULE),
                arguments(",\"rules\":[{\"path_glob\":\"a\"},null]", EACH_RULE),
                arguments(
                        ",\"rules\":[{\"path_glob\":\"a\",\"can_write\":[\"" + A + "\",\"xyz\"]},5]",
                        "set-policy: invalid pubkey hex 'xyz'"),
                arguments(",\"rules\":[{\"path_glob\":\"a\",\"can_write\":[7]}]", "set-policy: invalid pubkey hex ''"),
                arguments(
                        ",\"rules\":[{\"path_glob\":\"a\",\"can_write\":[\"it's \\\"\"]}]",
                        "set-policy: invalid pubkey hex 'it's \"'"),
                arguments(
                        ",\"default\":\"" + "x".repeat(5_000) + "\"",
                        "set-policy: unknown default '" + "x".repeat(256) + "…', use 'allow' or 'deny'"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("mistakes")
    void whatIsWrongFirstIsNamed(String fields, String text) {
        assertThat(read(fields)).isEqualTo(new PolicyContent.Broken(text));
    }

    @Test
    void aPolicyBeyondTheBoundsIsRefusedAndNotRead() {
        assertThat(rules(WritePolicy.RULES_MAX)).isInstanceOf(PolicyContent.Whole.class);
        PolicyContent refused = new PolicyContent.Broken("reject.protocol_invalid_field: set-policy");
        assertThat(rules(WritePolicy.RULES_MAX + 1)).isEqualTo(refused);
        assertThat(rules(100_000)).isEqualTo(refused);
        assertThat(read(",\"rules\":[{\"path_glob\":\"" + "x".repeat(WritePolicy.PATTERN_BYTES_MAX + 1) + "\"}]"))
                .isEqualTo(refused);
        assertThat(keys(WritePolicy.KEYS_MAX)).isInstanceOf(PolicyContent.Whole.class);
        assertThat(keys(WritePolicy.KEYS_MAX + 1)).isEqualTo(refused);
    }

    private static PolicyContent rules(int count) {
        return read(",\"rules\":["
                + IntStream.range(0, count)
                        .mapToObj(i -> "{\"path_glob\":\"k" + i + "\"}")
                        .collect(Collectors.joining(","))
                + "]");
    }

    private static PolicyContent keys(int count) {
        return read(",\"rules\":[{\"path_glob\":\"a\",\"can_write\":["
                + IntStream.range(0, count).mapToObj(i -> "\"" + A + "\"").collect(Collectors.joining(",")) + "]}]");
    }

    private static PolicyContent read(String fields) {
        byte[] text = ("{\"type\":\"set-policy\"" + fields + "}").getBytes(StandardCharsets.UTF_8);
        return ((FromPeer.SetPolicy) MessageReader.read(text, 0, text.length)).content();
    }

    private static PeerId peer(String hex) {
        return PeerId.parse(hex).orElseThrow();
    }
}
