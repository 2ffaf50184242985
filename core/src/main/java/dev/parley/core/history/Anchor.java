package dev.parley.core.history;

/** Where a text range op starts, resolved against the visible text when it is applied (spec 01 §4, 05 §4.5). */
public sealed interface Anchor {
    record Start() implements Anchor {}

    record End() implements Anchor {}

    record After(OpId id) implements Anchor {}

    /** {@code chars} counts Unicode scalar values into the visible text; unsigned. */
    record Offset(long chars) implements Anchor {}
}
