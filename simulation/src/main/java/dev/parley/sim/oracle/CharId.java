package dev.parley.sim.oracle;

import dev.parley.core.id.PeerId;

/** The name of one character of a text, and the priority of an op: unsigned lamport, then author (spec 05 §1). */
record CharId(long lamport, PeerId author) implements Comparable<CharId> {
    @Override
    public int compareTo(CharId that) {
        int order = Long.compareUnsigned(lamport, that.lamport);
        return order != 0 ? order : author.compareTo(that.author);
    }
}
