package dev.parley.core.history;

/**
 * The outcome of reading bytes from outside: a whole value, or where and why they are broken. Broken bytes are everyday
 * input, not an exception.
 */
public sealed interface Decoded<T> {
    record Whole<T>(T value) implements Decoded<T> {}

    /** {@code what} names the rule that was broken; {@code offsetBytes} is where the reader stood. */
    record Broken<T>(String what, long offsetBytes) implements Decoded<T> {
        /** The same refusal for another type of value. */
        public <U> Broken<U> as() {
            return new Broken<>(what, offsetBytes);
        }
    }
}
