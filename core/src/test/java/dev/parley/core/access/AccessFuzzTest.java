package dev.parley.core.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.parley.core.fuzz.Corpus;
import dev.parley.core.fuzz.InputRandom;
import dev.parley.core.history.Decoded;
import dev.parley.core.history.Decoded.Broken;
import dev.parley.core.history.Decoded.Whole;
import dev.parley.core.history.Signatures;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Patterns match as their rules read, policies have one form, and no token makes the check of it stumble. */
class AccessFuzzTest {
    private static final PeerId PEER = PeerId.of(new byte[PeerId.SIZE_BYTES]);
    private static final Signatures ALL_VALID = new Signatures() {
        @Override
        public boolean valid(PeerId author, NodeId id, byte[] signature) {
            return true;
        }

        @Override
        public boolean validOver(PeerId key, byte[] message, byte[] signature) {
            return true;
        }

        @Override
        public boolean isKey(PeerId key) {
            return true;
        }
    };

    static Stream<byte[]> seeds() {
        WritePolicy policy = new WritePolicy(
                List.of(new WritePolicy.Rule("a/**", List.of(PEER), List.of(PEER), List.of())),
                WritePolicy.Fallback.DENY_ALL);
        return Stream.of(
                        Corpus.of(AccessFuzzTest.class, "access"),
                        Stream.of(
                                policy.encode(),
                                PolicyTimeline.START.plus(policy).encode()),
                        Corpus.texts(
                                "\3a/*a/b",
                                "\7**/a/**x/a/y/z",
                                "\4/**//",
                                "\5***/aa/a",
                                "\3\u00e9/\u00e9\u00e9",
                                "{\"profile_version\":\"1\",\"nodes\":[{\"capability\":\"a\",\"inherits\":[\"b\"]},"
                                        + "{\"capability\":\"b\"}]}"),
                        Corpus.random(3, 60))
                .flatMap(each -> each);
    }

    @MethodSource("seeds")
    @FuzzTest
    void access(byte[] bytes) {
        patterns(bytes);
        policy(bytes);
        timeline(bytes);
        token(new InputRandom(bytes));
        profile(new String(bytes, StandardCharsets.UTF_8));
    }

    /** The first byte is the pattern's length, the pattern follows, then the key. */
    private static void patterns(byte[] bytes) {
        InputRandom input = new InputRandom(bytes);
        byte[] pattern = input.bytes(input.nextInt(33));
        byte[] key = input.bytes(160);
        String patternText = new String(pattern, StandardCharsets.UTF_8);
        String keyText = new String(key, StandardCharsets.UTF_8);
        pattern = patternText.getBytes(StandardCharsets.UTF_8);
        key = keyText.getBytes(StandardCharsets.UTF_8);

        assertThat(PolicyPattern.matches(patternText, keyText)).isEqualTo(NaivePatterns.policy(pattern, key));
        assertThat(SubscriptionPattern.matches(patternText, keyText))
                .isEqualTo(NaivePatterns.subscription(pattern, key));
    }

    private static void policy(byte[] bytes) {
        if (WritePolicy.decode(bytes) instanceof Whole<WritePolicy>(var policy)) {
            byte[] canonical = policy.encode();
            assertThat(canonical.length).isLessThanOrEqualTo(bytes.length);
            assertThat(WritePolicy.decode(canonical)).isEqualTo(new Whole<>(policy));
            policy.withinBounds();
            policy.mayWrite(PEER, "a/b");
        }
    }

    private static void timeline(byte[] bytes) {
        switch (PolicyTimeline.decode(bytes)) {
            case Whole<PolicyTimeline>(var timeline) -> {
                byte[] canonical = timeline.encode();
                assertThat(canonical.length).isLessThanOrEqualTo(bytes.length);
                Decoded<PolicyTimeline> again = PolicyTimeline.decode(canonical);
                assertThat(again)
                        .isInstanceOfSatisfying(
                                Whole.class,
                                whole -> assertThat(((PolicyTimeline) whole.value()).encode())
                                        .isEqualTo(canonical));
                timeline.at(timeline.cutover());
                timeline.plus(WritePolicy.ALLOW_ALL).current();
            }
            case Broken<PolicyTimeline> broken ->
                assertThat(broken.offsetBytes()).isBetween(0L, (long) bytes.length);
        }
    }

    private static void profile(String json) {
        switch (ProfileReader.read(json)) {
            case ProfileReader.Read.Broken(var why) -> assertThat(why).isNotBlank();
            case ProfileReader.Read.Whole(var profile) -> {
                assertThat(profile.takes(profile.version())).isTrue();
                for (List<String> asked : List.of(List.of("a"), List.of(" B ", "a"), List.of(json))) {
                    if (profile.expand(asked) instanceof CapabilityProfile.Expansion.Whole(var capabilities)) {
                        assertThat(capabilities).hasSizeLessThanOrEqualTo(CapabilityProfile.EXPANDED_MAX);
                        assertThat(profile.expand(capabilities))
                                .isEqualTo(new CapabilityProfile.Expansion.Whole(capabilities));
                    }
                }
            }
        }
    }

    private static void token(InputRandom input) {
        boolean locked = input.nextBoolean();
        long nowSeconds = input.nextInt(4);
        String hello = key(input);
        RoomToken token = new RoomToken(
                some(input, key(input)),
                some(input, (long) input.nextInt(4)),
                List.of(new String(input.bytes(3), StandardCharsets.UTF_8)),
                some(input, input.nextBoolean() ? "0A".repeat(64) : "zz"),
                some(input, new String(input.bytes(2), StandardCharsets.UTF_8)),
                some(
                        input,
                        new RoomToken.Continuity(
                                some(input, key(input)), some(input, (long) input.nextInt(4)), List.of(key(input)))));

        TokenVerdict verdict = TokenCheck.check(
                new RoomId("r"),
                locked ? PEER : null,
                PEER,
                hello,
                input.nextInt(4) == 0 ? Optional.empty() : Optional.of(token),
                nowSeconds,
                ALL_VALID,
                input.nextBoolean() ? Composition.OFF : new Composition.Unusable("none"));

        switch (verdict) {
            case TokenVerdict.Open open -> assertThat(locked).isFalse();
            case TokenVerdict.Granted granted -> {
                assertThat(Long.compareUnsigned(nowSeconds, granted.expirySeconds()))
                        .isNegative();
                assertThat(PeerId.parse(hello))
                        .isPresent()
                        .isEqualTo(token.peerPubkey().flatMap(PeerId::parse));
            }
            case TokenVerdict.Refused refused -> {
                assertThat(locked).isTrue();
                assertThat(refused.text()).startsWith("auth: ");
            }
        }
    }

    private static String key(InputRandom input) {
        return switch (input.nextInt(5)) {
            case 0 -> "11".repeat(32);
            case 1 -> "1F".repeat(32);
            case 2 -> "1f".repeat(32);
            case 3 -> "1f".repeat(31) + "1";
            default -> new String(input.bytes(4), StandardCharsets.ISO_8859_1);
        };
    }

    private static <T> Optional<T> some(InputRandom input, T value) {
        return input.nextInt(5) == 0 ? Optional.empty() : Optional.of(value);
    }

    /** The rules of both languages over bytes, in time of pattern times key: what each place of the pattern can match. */
    private static final class NaivePatterns {
        private final byte[] pattern;
        private final byte[] key;
        private final boolean policy;
        private final Boolean[][] known;

        private NaivePatterns(byte[] pattern, byte[] key, boolean policy) {
            this.pattern = pattern;
            this.key = key;
            this.policy = policy;
            this.known = new Boolean[pattern.length + 1][key.length + 1];
        }

        static boolean policy(byte[] pattern, byte[] key) {
            return new NaivePatterns(pattern, key, true).matches(0, 0);
        }

        static boolean subscription(byte[] pattern, byte[] key) {
            return new NaivePatterns(pattern, key, false).matches(0, 0);
        }

        private boolean matches(int at, int from) {
            if (known[at][from] == null) {
                known[at][from] = policy ? byPolicy(at, from) : bySubscription(at, from);
            }
            return known[at][from];
        }

        private boolean byPolicy(int at, int from) {
            if (at == pattern.length) {
                return from == key.length;
            }
            if (has(at, "**")) {
                return anyFrom(has(at, "**/") ? at + 3 : at + 2, from);
            }
            return star(at, from);
        }

        private boolean bySubscription(int at, int from) {
            if (at == pattern.length) {
                return from == key.length;
            }
            if (has(at, "/**") && at + 3 == pattern.length) {
                return from == key.length || key[from] == '/';
            }
            if (has(at, "/**/")) {
                if (from == key.length || key[from] != '/') {
                    return false;
                }
                for (int slash = from; slash < key.length; slash++) {
                    if (key[slash] == '/' && matches(at + 4, slash + 1)) {
                        return true;
                    }
                }
                return false;
            }
            if (has(at, "**/")) {
                return matches(at + 3, from) || anyFrom(at + 2, from);
            }
            return has(at, "**") ? anyFrom(at + 2, from) : star(at, from);
        }

        private boolean star(int at, int from) {
            if (pattern[at] != '*') {
                return from < key.length && key[from] == pattern[at] && matches(at + 1, from + 1);
            }
            for (int to = from; to <= key.length; to++) {
                if (matches(at + 1, to)) {
                    return true;
                }
                if (to < key.length && key[to] == '/') {
                    return false;
                }
            }
            return false;
        }

        private boolean anyFrom(int at, int from) {
            for (int to = from; to <= key.length; to++) {
                if (matches(at, to)) {
                    return true;
                }
            }
            return false;
        }

        private boolean has(int at, String text) {
            byte[] wanted = text.getBytes(StandardCharsets.US_ASCII);
            return at + wanted.length <= pattern.length
                    && Arrays.equals(pattern, at, at + wanted.length, wanted, 0, wanted.length);
        }
    }
}
