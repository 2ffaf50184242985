package dev.parley.sim.oracle;

import java.util.List;

/** Which nodes a subscription lets pass (spec 03 §6). */
public record PlainFilter(List<String> patterns) {
    public static final PlainFilter EVERYTHING = new PlainFilter(List.of());

    public PlainFilter {
        patterns = List.copyOf(patterns);
    }

    public boolean everything() {
        return patterns.isEmpty() || patterns.contains("**");
    }

    public boolean passes(PlainNode node) {
        if (everything() || node.ops().isEmpty()) {
            return true;
        }
        for (PlainOp op : node.ops()) {
            byte[] key = Plain.utf8(op.key());
            if (key.length > 0 && key[0] == 0) {
                return true;
            }
            for (String pattern : patterns) {
                if (matches(Plain.utf8(pattern), 0, key, 0)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The six rules of spec 03 §6.1 in their order, tried out from left to right. */
    static boolean matches(byte[] pattern, int p, byte[] key, int k) {
        if (p == pattern.length) {
            return k == key.length;
        }
        if (pattern.length - p == 3 && starts(pattern, p, "/**")) {
            return k == key.length || key[k] == '/';
        }
        if (starts(pattern, p, "/**/")) {
            for (int slash = k; k < key.length && key[k] == '/' && slash < key.length; slash++) {
                if (key[slash] == '/' && matches(pattern, p + 4, key, slash + 1)) {
                    return true;
                }
            }
            return false;
        }
        if (starts(pattern, p, "**/") && matches(pattern, p + 3, key, k)) {
            return true;
        }
        if (pattern[p] == '*') {
            boolean any = starts(pattern, p, "**");
            for (int end = k; end <= key.length; end++) {
                if (matches(pattern, any ? p + 2 : p + 1, key, end)) {
                    return true;
                }
                if (end < key.length && !any && key[end] == '/') {
                    return false;
                }
            }
            return false;
        }
        return k < key.length && key[k] == pattern[p] && matches(pattern, p + 1, key, k + 1);
    }

    private static boolean starts(byte[] pattern, int at, String with) {
        for (int i = 0; i < with.length(); i++) {
            if (at + i >= pattern.length || pattern[at + i] != with.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
