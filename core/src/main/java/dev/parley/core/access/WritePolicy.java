package dev.parley.core.access;

import dev.parley.core.history.Decoded;
import dev.parley.core.history.PostcardReader;
import dev.parley.core.history.PostcardWriter;
import dev.parley.core.id.PeerId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Who may write which keys of a room (spec 01 §13): the first rule whose pattern matches a key decides, and the default
 * when none does.
 *
 * <p>Layout of the binary form, as one policy or inside {@link PolicyTimeline}:
 *
 * <pre>
 * rules       count, then each: pattern (string), then three lists of 32-byte keys: may write, read, derive
 * default     0 = allow, 1 = deny
 * </pre>
 */
public record WritePolicy(List<Rule> rules, Fallback fallback) {
    /** What a room starts with: anybody may write anything. */
    public static final WritePolicy ALLOW_ALL = new WritePolicy(List.of(), Fallback.ALLOW_ALL);

    /** Most rules of a policy that a peer may set (spec 01 §16). */
    public static final int RULES_MAX = 1024;

    /** Most keys in one list of a rule. */
    public static final int KEYS_MAX = 4096;

    /** Longest pattern, in bytes of UTF-8. */
    public static final int PATTERN_BYTES_MAX = 1024;

    private static final int RULE_BYTES_MIN = 4;

    /** One rule. {@code canRead} and {@code canDerive} are kept but never enforced. Keys keep their order. */
    public record Rule(String pattern, List<PeerId> canWrite, List<PeerId> canRead, List<PeerId> canDerive) {
        public Rule {
            canWrite = List.copyOf(canWrite);
            canRead = List.copyOf(canRead);
            canDerive = List.copyOf(canDerive);
        }

        public Rule(String pattern, List<PeerId> canWrite) {
            this(pattern, canWrite, List.of(), List.of());
        }

        private boolean withinBounds() {
            return pattern.getBytes(StandardCharsets.UTF_8).length <= PATTERN_BYTES_MAX
                    && canWrite.size() <= KEYS_MAX
                    && canRead.size() <= KEYS_MAX
                    && canDerive.size() <= KEYS_MAX;
        }
    }

    /** What holds for keys that no rule matches. The order is that of the binary form. */
    public enum Fallback {
        ALLOW_ALL,
        DENY_ALL
    }

    public WritePolicy {
        rules = List.copyOf(rules);
    }

    /**
     * True if the author may write the key. A matching rule without keys refuses everybody.
     *
     * <p>Cost: one match for each rule up to the deciding one, and a look through its keys.
     */
    public boolean mayWrite(PeerId author, String key) {
        Placement.Key bytes = new Placement.Key(key);
        for (Rule rule : rules) {
            if (PolicyPattern.matches(rule.pattern(), bytes)) {
                return rule.canWrite().contains(author);
            }
        }
        return fallback == Fallback.ALLOW_ALL;
    }

    /** True if the policy keeps to the bounds for one that a peer sets. */
    public boolean withinBounds() {
        return rules.size() <= RULES_MAX && rules.stream().allMatch(Rule::withinBounds);
    }

    /**
     * Bytes of all patterns from their first star on: what laying them over a key costs, where what stands before it
     * costs next to nothing.
     */
    public int wildcardBytes() {
        int bytes = 0;
        for (Rule rule : rules) {
            int star = rule.pattern().indexOf('*');
            bytes += star < 0 ? 0 : rule.pattern().substring(star).getBytes(StandardCharsets.UTF_8).length;
        }
        return bytes;
    }

    /** The binary form. */
    public byte[] encode() {
        PostcardWriter out = new PostcardWriter();
        writeTo(out);
        return out.toBytes();
    }

    /** Reads a binary form; bytes behind it are ignored. */
    public static Decoded<WritePolicy> decode(byte[] bytes) {
        PostcardReader in = new PostcardReader(bytes);
        WritePolicy policy = readFrom(in);
        return in.result(policy);
    }

    void writeTo(PostcardWriter out) {
        out.u64(rules.size());
        for (Rule rule : rules) {
            out.string(rule.pattern());
            writePeers(out, rule.canWrite());
            writePeers(out, rule.canRead());
            writePeers(out, rule.canDerive());
        }
        out.u32(fallback.ordinal());
    }

    static WritePolicy readFrom(PostcardReader in) {
        int count = in.count(RULE_BYTES_MIN);
        List<Rule> rules = new ArrayList<>();
        for (int i = 0; i < count && in.ok(); i++) {
            rules.add(new Rule(in.string(), readPeers(in), readPeers(in), readPeers(in)));
        }
        return new WritePolicy(rules, Fallback.values()[in.variant(Fallback.values().length)]);
    }

    private static void writePeers(PostcardWriter out, List<PeerId> peers) {
        out.u64(peers.size());
        peers.forEach(out::peer);
    }

    private static List<PeerId> readPeers(PostcardReader in) {
        int count = in.count(PeerId.SIZE_BYTES);
        List<PeerId> peers = new ArrayList<>();
        for (int i = 0; i < count && in.ok(); i++) {
            peers.add(in.peer());
        }
        return peers;
    }
}
