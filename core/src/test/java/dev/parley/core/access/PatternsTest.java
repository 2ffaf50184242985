package dev.parley.core.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.core.reconcile.Golden;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PatternsTest {
    @Test
    void bothLanguagesMatchWhatTheTablesSay() {
        JsonNode vectors = Golden.file("01-policy.json");
        List<String> keys = Golden.texts(vectors.get("keys"));

        for (JsonNode row : vectors.get("policy_glob")) {
            String pattern = row.get("pattern").asText();
            assertThat(keys.stream().filter(key -> PolicyPattern.matches(pattern, key)))
                    .as(pattern)
                    .containsExactlyElementsOf(Golden.texts(row.get("matches")));
        }
        for (JsonNode row : vectors.get("subscription_glob")) {
            String pattern = row.get("pattern").asText();
            assertThat(keys.stream().filter(key -> SubscriptionPattern.matches(pattern, key)))
                    .as(pattern)
                    .containsExactlyElementsOf(Golden.texts(row.get("matches")));
        }
    }

    @Test
    void bothLanguagesMatchWhatTheReferenceMatches() {
        JsonNode rows = Golden.file("reference-core.json").get("globs").get("rows");

        assertThat(rows).hasSize(550);
        for (JsonNode row : rows) {
            String pattern = row.get(0).asText();
            String key = row.get(1).asText();
            assertThat(PolicyPattern.matches(pattern, key))
                    .as("policy %s", row)
                    .isEqualTo(row.get(2).asBoolean());
            assertThat(SubscriptionPattern.matches(pattern, key))
                    .as("subscription %s", row)
                    .isEqualTo(row.get(3).asBoolean());
        }
    }

    @Property(tries = 1000)
    void policyPatternsMatchAsTheirRulesReadWordForWord(
            @ForAll("patterns") String pattern, @ForAll("keys") String key) {
        assertThat(PolicyPattern.matches(pattern, key)).isEqualTo(policyRules(pattern, key));
    }

    @Property(tries = 1000)
    void subscriptionPatternsMatchAsTheirRulesReadWordForWord(
            @ForAll("patterns") String pattern, @ForAll("keys") String key) {
        assertThat(SubscriptionPattern.matches(pattern, key)).isEqualTo(subscriptionRules(pattern, key));
    }

    @Test
    void keysAreComparedByBytes() {
        assertThat(PolicyPattern.matches("*", "日本 🚀")).isTrue();
        assertThat(PolicyPattern.matches("日*🚀", "日本 🚀")).isTrue();
        assertThat(SubscriptionPattern.matches("räum/*", "räum/日")).isTrue();
        assertThat(SubscriptionPattern.matches("R/*", "r/x")).isFalse();
        assertThat(PolicyPattern.matches("a?[b]", "a?[b]")).isTrue();
        assertThat(PolicyPattern.matches("a?", "ab")).isFalse();
    }

    static Stream<Arguments> hostile() {
        String stars = "*a".repeat(400) + "b";
        String deep = "**a".repeat(300) + "b";
        String anyDepth = "**/a".repeat(250) + "/b";
        String folders = "/**/a".repeat(200) + "/b";
        String run = "*".repeat(1000) + "b";
        return Stream.of(stars, deep, anyDepth, folders, run, "**/".repeat(340) + "b", "*/**/".repeat(200) + "b")
                .flatMap(pattern -> Stream.of("a".repeat(4096), "/a".repeat(2048), "a/".repeat(2048), "/".repeat(4096))
                        .map(key -> Arguments.of(pattern, key)));
    }

    @ParameterizedTest(name = "{index}")
    @MethodSource("hostile")
    void noPatternTakesMoreThanItsLengthTimesThatOfTheKeyIn64s(String pattern, String key) {
        long words = key.length() / 64 + 1;
        long most = 8 * (pattern.length() + 1) * words + key.length();
        Placement policy = Placement.of(pattern, key);
        Placement subscription = Placement.of(pattern, key);

        policy.exists(PolicyPattern::step);
        subscription.exists(SubscriptionPattern::step);

        assertThat(policy.steps()).isLessThanOrEqualTo(most);
        assertThat(subscription.steps()).isLessThanOrEqualTo(most);
    }

    @Property(tries = 300)
    void keysOfSeveralWordsAreMatchedAsTheRulesRead(
            @ForAll("patterns") String pattern, @ForAll("longKeys") String key) {
        // The oracle backtracks: with more stars it would take minutes where ours takes microseconds.
        Assume.that(pattern.chars().filter(c -> c == '*').count() <= 4);
        assertThat(PolicyPattern.matches(pattern, key))
                .isEqualTo(policyRegex(pattern).matcher(key).matches());
        assertThat(SubscriptionPattern.matches(pattern, key))
                .isEqualTo(Pattern.compile(subscriptionRegex(pattern), Pattern.DOTALL)
                        .matcher(key)
                        .matches());
    }

    @Test
    void runsEndAtTheEdgesOfWords() {
        for (int length = 60; length < 200; length++) {
            String key = "a".repeat(length) + "/" + "b".repeat(length);
            assertThat(PolicyPattern.matches("*/*", key)).isTrue();
            assertThat(PolicyPattern.matches("a*a/b*b", key)).isTrue();
            assertThat(PolicyPattern.matches("a*b", key)).isFalse();
            assertThat(PolicyPattern.matches("a**b", key)).isTrue();
            assertThat(PolicyPattern.matches("*", "a".repeat(length))).isTrue();
            assertThat(SubscriptionPattern.matches("a*/**", key)).isTrue();
            assertThat(SubscriptionPattern.matches("a*/**", key.substring(0, length)))
                    .isTrue();
            assertThat(SubscriptionPattern.matches("a*b/**", key)).isFalse();
            assertThat(SubscriptionPattern.matches("**/b*", key)).isTrue();
        }
    }

    @Test
    void anOrdinaryPatternTakesAboutAStepForEachByte() {
        Placement matching = Placement.of("world/*/position", "world/player-17/position");
        Placement other = Placement.of("world/**", "chat/2026/message");

        assertThat(matching.exists(SubscriptionPattern::step)).isTrue();
        assertThat(other.exists(SubscriptionPattern::step)).isFalse();
        assertThat(matching.steps()).isLessThan(90);
        assertThat(other.steps()).isEqualTo(1);
    }

    @Provide
    Arbitrary<String> patterns() {
        return Arbitraries.of("*", "**", "/", "a", "b", "/**", "**/", "/**/", "***", "a/", "é")
                .list()
                .ofMaxSize(6)
                .map(parts -> String.join("", parts));
    }

    @Provide
    Arbitrary<String> keys() {
        return Arbitraries.of("/", "a", "b", "a/", "/b", "é")
                .list()
                .ofMaxSize(8)
                .map(parts -> String.join("", parts));
    }

    @Provide
    Arbitrary<String> longKeys() {
        return Arbitraries.of("/", "a".repeat(63), "a".repeat(64), "b".repeat(65), "b/", "/a", "é".repeat(40))
                .list()
                .ofMaxSize(6)
                .map(parts -> String.join("", parts));
    }

    private static Pattern policyRegex(String pattern) {
        String regex = Pattern.compile("\\*\\*/?|\\*|[^*]")
                .matcher(pattern)
                .replaceAll(part -> Matcher.quoteReplacement(
                        part.group().startsWith("**")
                                ? ".*"
                                : part.group().equals("*") ? "[^/]*" : Pattern.quote(part.group())));
        return Pattern.compile(regex, Pattern.DOTALL);
    }

    private static String subscriptionRegex(String pattern) {
        if (pattern.isEmpty()) {
            return "";
        }
        if (pattern.equals("/**")) {
            return "(?:/.*)?";
        }
        if (pattern.startsWith("/**/")) {
            return "/(?:.*/)?" + subscriptionRegex(pattern.substring(4));
        }
        if (pattern.startsWith("**/")) {
            return "(?:" + subscriptionRegex(pattern.substring(3)) + "|.*" + subscriptionRegex(pattern.substring(2))
                    + ")";
        }
        if (pattern.startsWith("**")) {
            return ".*" + subscriptionRegex(pattern.substring(2));
        }
        String first = pattern.startsWith("*") ? "[^/]*" : Pattern.quote(pattern.substring(0, 1));
        return first + subscriptionRegex(pattern.substring(1));
    }

    /** The rules of spec 01 §13.2 as they read, exponential as that is. */
    private static boolean policyRules(String pattern, String key) {
        if (pattern.isEmpty()) {
            return key.isEmpty();
        }
        if (pattern.startsWith("**")) {
            String rest = pattern.substring(pattern.startsWith("**/") ? 3 : 2);
            return anyEnd(key).stream().anyMatch(end -> policyRules(rest, end));
        }
        if (pattern.startsWith("*")) {
            return endsWithinSegment(key).stream().anyMatch(end -> policyRules(pattern.substring(1), end));
        }
        return !key.isEmpty()
                && key.charAt(0) == pattern.charAt(0)
                && policyRules(pattern.substring(1), key.substring(1));
    }

    /** The rules of spec 03 §6.1 as they read, exponential as that is. */
    private static boolean subscriptionRules(String pattern, String key) {
        if (pattern.equals("/**")) {
            return key.isEmpty() || key.startsWith("/");
        }
        if (pattern.startsWith("/**/")) {
            return key.startsWith("/")
                    && anyEnd(key).stream()
                            .filter(end -> end.startsWith("/"))
                            .anyMatch(end -> subscriptionRules(pattern.substring(4), end.substring(1)));
        }
        if (pattern.startsWith("**/") && subscriptionRules(pattern.substring(3), key)) {
            return true;
        }
        if (pattern.startsWith("**")) {
            return anyEnd(key).stream().anyMatch(end -> subscriptionRules(pattern.substring(2), end));
        }
        if (pattern.startsWith("*")) {
            return endsWithinSegment(key).stream().anyMatch(end -> subscriptionRules(pattern.substring(1), end));
        }
        if (pattern.isEmpty()) {
            return key.isEmpty();
        }
        return !key.isEmpty()
                && key.charAt(0) == pattern.charAt(0)
                && subscriptionRules(pattern.substring(1), key.substring(1));
    }

    private static Set<String> anyEnd(String key) {
        Set<String> ends = new HashSet<>();
        for (int i = 0; i <= key.length(); i++) {
            ends.add(key.substring(i));
        }
        return ends;
    }

    private static Set<String> endsWithinSegment(String key) {
        int slash = key.indexOf('/');
        Set<String> ends = anyEnd(key);
        ends.removeIf(end -> slash >= 0 && end.length() < key.length() - slash);
        return ends;
    }
}
