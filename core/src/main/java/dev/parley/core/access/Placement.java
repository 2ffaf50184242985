package dev.parley.core.access;

import java.nio.charset.StandardCharsets;

/**
 * All ways to lay a pattern over a whole key, tried at once, so that there are no exponential cases.
 *
 * <p>For each offset in the pattern it keeps the set of offsets in the key that the pattern up to there can reach, 64
 * to a word. A language looks at each offset of the pattern once, from left to right, and moves the set on.
 *
 * <p>Cost: pattern length × key length / 64 words at most, a few times over, and the key once. Whoever lays many patterns
 * over one key shares it as a {@link Key}, and may bound the steps.
 */
final class Placement {
    /** One language of patterns. */
    interface Language {
        /** Moves a set on from the pattern's offset {@code at}; the set is handed over. */
        void step(Placement on, int at, long[] reached);
    }

    /** A key that patterns are laid over: its bytes, and where each value stands in it, found when first asked for. */
    static final class Key {
        final byte[] bytes;
        private long[][] offsetsOfByte;

        Key(String key) {
            bytes = key.getBytes(StandardCharsets.UTF_8);
        }
    }

    /** So many offsets are looked at one by one. */
    private static final int FEW = 8;

    final byte[] pattern;

    private final byte[] key;
    private final Key text;
    private final long stepsMax;
    private long[][] reached;
    /** The last offset of the pattern with a set. */
    private int furthest;

    private long steps;

    private Placement(byte[] pattern, Key text, long stepsMax) {
        this.pattern = pattern;
        this.key = text.bytes;
        this.text = text;
        this.stepsMax = stepsMax;
    }

    static Placement of(String pattern, String key) {
        return of(pattern.getBytes(StandardCharsets.UTF_8), new Key(key), Long.MAX_VALUE);
    }

    /** One that gives up after about {@code stepsMax} steps. */
    static Placement of(byte[] pattern, Key key, long stepsMax) {
        return new Placement(pattern, key, stepsMax);
    }

    /** True if the language can lay the pattern over the whole key; false when it gave up too. Called once. */
    boolean exists(Language language) {
        int literals = literalsBeforeWildcards();
        for (int i = 0; i < literals; i++) {
            steps++;
            if (i == key.length || pattern[i] != key[i]) {
                return false;
            }
        }
        if (literals == pattern.length) {
            return literals == key.length;
        }
        if (!endsLikePattern()) {
            return false;
        }
        reached = new long[pattern.length + 1][];
        reached[literals] = single(literals);
        furthest = literals;
        for (int at = literals; at <= furthest && at < pattern.length; at++) {
            steps++;
            if (gaveUp()) {
                return false;
            }
            long[] set = reached[at];
            if (set != null && !isEmpty(set)) {
                reached[at] = null;
                language.step(this, at, set);
            }
        }
        long[] end = reached[pattern.length];
        return end != null && (end[key.length >>> 6] >>> key.length & 1) != 0;
    }

    /** True if there were more steps than allowed, so that nothing is known. */
    boolean gaveUp() {
        return steps > stepsMax;
    }

    /**
     * False if the bytes behind the last star, which stand for themselves in either language, are not the end of the key.
     * A slash right behind two stars may stand for nothing.
     */
    private boolean endsLikePattern() {
        int start = pattern.length;
        while (start > 0 && pattern[start - 1] != '*') {
            start--;
        }
        if (start > 1 && pattern[start - 2] == '*' && start < pattern.length && pattern[start] == '/') {
            start++;
        }
        int length = pattern.length - start;
        for (int i = 1; i <= length; i++) {
            steps++;
            if (i > key.length || pattern[pattern.length - i] != key[key.length - i]) {
                return false;
            }
        }
        return true;
    }

    /** How many bytes and words were looked at, for tests of cost. */
    long steps() {
        return steps;
    }

    /** True if the pattern has this text at {@code at}. */
    boolean has(int at, String ascii) {
        if (at + ascii.length() > pattern.length) {
            return false;
        }
        for (int i = 0; i < ascii.length(); i++) {
            if (pattern[at + i] != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Lets the pattern's rest from {@code at} on begin at these offsets of the key too; the set is handed over. */
    void move(int at, long[] set) {
        furthest = Math.max(furthest, at);
        if (reached[at] == null) {
            reached[at] = set;
            return;
        }
        steps += set.length;
        for (int word = 0; word < set.length; word++) {
            reached[at][word] |= set[word];
        }
    }

    /** Lets the whole rest of the pattern be laid over the whole rest of the key. */
    void moveToEnd() {
        move(pattern.length, single(key.length));
    }

    /** Leaves the offsets at which the key has this byte. */
    long[] keep(long[] set, byte wanted) {
        steps += set.length;
        if (isFew(set)) {
            return keepEach(set, wanted);
        }
        long[] offsets = offsetsOf(wanted);
        for (int word = 0; word < set.length; word++) {
            set[word] &= offsets == null ? 0 : offsets[word];
        }
        return set;
    }

    /** Moves each offset behind its byte. None may be the end of the key. */
    long[] behind(long[] set) {
        steps += set.length;
        long carry = 0;
        for (int word = 0; word < set.length; word++) {
            long next = set[word] >>> 63;
            set[word] = set[word] << 1 | carry;
            carry = next;
        }
        return set;
    }

    /** Adds all offsets that follow the least one, up to the end of the key. */
    long[] onward(long[] set) {
        steps += set.length;
        boolean begun = false;
        for (int word = 0; word < set.length; word++) {
            set[word] = begun ? -1L : -Long.lowestOneBit(set[word]);
            begun |= set[word] != 0;
        }
        set[set.length - 1] &= -1L >>> (63 - (key.length & 63));
        return set;
    }

    /** Adds to each offset those that follow it, up to the next slash or the end of the key. */
    long[] onwardToSlash(long[] set) {
        steps += set.length;
        long[] slashes = offsetsOf((byte) '/');
        long carry = 0;
        for (int word = 0; word < set.length; word++) {
            long inRun = word < set.length - 1 ? -1L : (1L << (key.length & 63)) - 1;
            if (slashes != null) {
                inRun &= ~slashes[word];
            }
            // Adding the starts to the runs carries each start through to just behind its run.
            long starts = set[word] | carry;
            long within = starts & inRun;
            long sum = inRun + within;
            carry = Long.compareUnsigned(sum, inRun) < 0 ? 1 : 0;
            set[word] = starts | (sum ^ inRun);
        }
        return set;
    }

    boolean isEmpty(long[] set) {
        steps += set.length;
        for (long word : set) {
            if (word != 0) {
                return false;
            }
        }
        return true;
    }

    /** True if the set has the end of the key. */
    boolean hasEnd(long[] set) {
        return (set[key.length >>> 6] >>> key.length & 1) != 0;
    }

    /** The pattern starts with so many bytes that stand for themselves in either language. */
    private int literalsBeforeWildcards() {
        for (int i = 0; i < pattern.length; i++) {
            if (pattern[i] == '*') {
                return i > 0 && pattern[i - 1] == '/' ? i - 1 : i;
            }
        }
        return pattern.length;
    }

    private long[] single(int offset) {
        long[] set = new long[(key.length >>> 6) + 1];
        set[offset >>> 6] = 1L << offset;
        return set;
    }

    private static boolean isFew(long[] set) {
        int offsets = 0;
        for (int word = 0; word < set.length && offsets <= FEW; word++) {
            offsets += Long.bitCount(set[word]);
        }
        return offsets <= FEW;
    }

    private long[] keepEach(long[] set, byte wanted) {
        for (int word = 0; word < set.length; word++) {
            for (long left = set[word]; left != 0; left &= left - 1) {
                int offset = word << 6 | Long.numberOfTrailingZeros(left);
                if (offset == key.length || key[offset] != wanted) {
                    set[word] &= ~Long.lowestOneBit(left);
                }
            }
        }
        return set;
    }

    /** The offsets of a byte in the key, or null if there are none. Read only. */
    private long[] offsetsOf(byte wanted) {
        if (text.offsetsOfByte == null) {
            steps += key.length;
            text.offsetsOfByte = new long[256][];
            for (int offset = 0; offset < key.length; offset++) {
                int value = key[offset] & 0xFF;
                if (text.offsetsOfByte[value] == null) {
                    text.offsetsOfByte[value] = new long[(key.length >>> 6) + 1];
                }
                text.offsetsOfByte[value][offset >>> 6] |= 1L << offset;
            }
        }
        return text.offsetsOfByte[wanted & 0xFF];
    }
}
