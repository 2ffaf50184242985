package dev.parley.sim.oracle;

import dev.parley.core.id.PeerId;
import java.util.List;

/** Who may write what (spec 01 §13): the first rule whose pattern fits decides, then the default. */
public record PlainPolicy(List<Rule> rules, boolean allowed) {
    public static final PlainPolicy ALLOW_ALL = new PlainPolicy(List.of(), true);

    public record Rule(String pattern, List<PeerId> writers) {}

    boolean mayWrite(PeerId author, String key) {
        for (Rule rule : rules) {
            if (matches(Plain.utf8(rule.pattern()), 0, Plain.utf8(key), 0)) {
                return rule.writers().contains(author);
            }
        }
        return allowed;
    }

    /** Spec 01 §13.2, tried out from left to right. */
    static boolean matches(byte[] pattern, int p, byte[] key, int k) {
        if (p == pattern.length) {
            return k == key.length;
        }
        if (pattern[p] != '*') {
            return k < key.length && key[k] == pattern[p] && matches(pattern, p + 1, key, k + 1);
        }
        boolean any = p + 1 < pattern.length && pattern[p + 1] == '*';
        int rest = any ? p + 2 : p + 1;
        if (any && rest < pattern.length && pattern[rest] == '/') {
            rest++;
        }
        for (int end = k; end <= key.length; end++) {
            if (matches(pattern, rest, key, end)) {
                return true;
            }
            if (end < key.length && !any && key[end] == '/') {
                return false;
            }
        }
        return false;
    }
}
