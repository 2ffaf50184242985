package dev.parley.core.wire;

import java.util.Optional;

/** Reads the JSON integers 0..2^64−1: no sign, no fraction, no exponent. */
public final class UnsignedText {
    private static final String LARGEST = "18446744073709551615";

    private UnsignedText() {}

    /** The number that this JSON text is, as an unsigned {@code long}; empty for any other JSON value. */
    public static Optional<Long> parse(String json) {
        if (json.isEmpty() || json.length() > LARGEST.length()) {
            return Optional.empty();
        }
        for (int i = 0; i < json.length(); i++) {
            if (json.charAt(i) < '0' || json.charAt(i) > '9') {
                return Optional.empty();
            }
        }
        boolean fits = json.length() < LARGEST.length() || json.compareTo(LARGEST) <= 0;
        return fits ? Optional.of(Long.parseUnsignedLong(json)) : Optional.empty();
    }
}
