package dev.parley.core.history;

import dev.parley.core.id.PeerId;

/** Says who may write which key. Pure. */
@FunctionalInterface
public interface WriteRule {
    /** A room without a policy. */
    WriteRule EVERYBODY = (author, key) -> true;

    boolean mayWrite(PeerId author, String key);
}
