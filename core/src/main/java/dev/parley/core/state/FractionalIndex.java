package dev.parley.core.state;

import java.util.Optional;

/**
 * Positions between positions: what an author of list items computes (spec 01 §10, 05 §3.2).
 *
 * <p>Shape: texts over the 62 digits {@code 0-9 A-Z a-z}, whose byte order is their value order.
 */
public final class FractionalIndex {
    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /** The position of the first item of a list. */
    public static final String FIRST = "V";

    private FractionalIndex() {}

    /**
     * A position strictly between the two; an empty side is open.
     *
     * <p>Errors: throws {@link IllegalArgumentException} when the left is not below the right, when nothing fits below
     * a right side of zeros only, and for a character that is no digit.
     */
    public static String between(Optional<String> left, Optional<String> right) {
        if (right.isEmpty()) {
            return above(left.orElse(""));
        }
        return below(left.orElse(""), right.get());
    }

    private static String above(String left) {
        for (int i = 0; i < left.length(); i++) {
            int digit = digit(left, i);
            if (digit < DIGITS.length() - 1) {
                return left.substring(0, i) + DIGITS.charAt((digit + DIGITS.length()) / 2);
            }
        }
        return left + FIRST;
    }

    private static String below(String left, String right) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < right.length(); i++) {
            int high = digit(right, i);
            if (i >= left.length()) {
                if (high >= 2) {
                    return out.append(DIGITS.charAt(high / 2)).toString();
                }
                out.append('0');
                if (high == 1) {
                    return out.append(FIRST).toString();
                }
                continue;
            }
            int low = digit(left, i);
            if (low > high) {
                break;
            }
            if (high - low >= 2) {
                return out.append(DIGITS.charAt((low + high) / 2)).toString();
            }
            out.append(DIGITS.charAt(low));
            if (high > low) {
                return out.append(above(left.substring(i + 1))).toString();
            }
        }
        throw new IllegalArgumentException("no position between \"" + left + "\" and \"" + right + "\"");
    }

    private static int digit(String position, int index) {
        int digit = DIGITS.indexOf(position.charAt(index));
        if (digit < 0) {
            throw new IllegalArgumentException("no position digit: " + position.charAt(index));
        }
        return digit;
    }
}
