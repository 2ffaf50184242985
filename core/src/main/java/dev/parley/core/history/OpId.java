package dev.parley.core.history;

import dev.parley.core.id.Lamport;
import dev.parley.core.id.PeerId;

/** The identity of one text character, and the priority of an op: lamport first, then author bytes (spec 05 §1). */
public record OpId(long lamport, PeerId author) implements Comparable<OpId> {
    @Override
    public int compareTo(OpId that) {
        int order = Lamport.compare(lamport, that.lamport);
        return order != 0 ? order : author.compareTo(that.author);
    }
}
