package dev.parley.core.access;

import dev.parley.core.history.Blake3;
import dev.parley.core.history.Decoded;
import dev.parley.core.history.PostcardReader;
import dev.parley.core.history.PostcardWriter;
import dev.parley.core.id.Lamport;
import dev.parley.core.id.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The policies a room has had (spec 01 §13.3). Live nodes are judged by the newest, whatever their lamport; replays and
 * archives by {@link #at}.
 *
 * <p>The numbers of a server's own timeline count its policies, they are not lamports of the room; so a replay by them
 * need not decide as the live room did.
 */
public record PolicyTimeline(List<Entry> entries) {
    /** What a room starts with. */
    public static final PolicyTimeline START = new PolicyTimeline(List.of(new Entry(0, WritePolicy.ALLOW_ALL)));

    private static final int ENTRY_BYTES_MIN = 3;

    /** A policy and the lamport, unsigned, from which on it holds. */
    public record Entry(long effectiveLamport, WritePolicy policy) {}

    public PolicyTimeline {
        entries = List.copyOf(entries);
    }

    /** The policy that was set last, by which live nodes are judged: that of the last entry. */
    public WritePolicy current() {
        return entries.isEmpty() ? WritePolicy.ALLOW_ALL : entries.getLast().policy();
    }

    /** This timeline with one more policy, numbered one above the last. */
    public PolicyTimeline plus(WritePolicy policy) {
        long next =
                entries.isEmpty() ? 0 : Lamport.plusSaturating(entries.getLast().effectiveLamport(), 1);
        List<Entry> more = new ArrayList<>(entries);
        more.add(new Entry(next, policy));
        return new PolicyTimeline(more);
    }

    /**
     * The policy that holds at a lamport: that of the greatest {@code effectiveLamport} not above it, of equal ones the
     * last; before the first, everything is allowed.
     */
    public WritePolicy at(long lamport) {
        WritePolicy policy = WritePolicy.ALLOW_ALL;
        for (Entry entry : sorted()) {
            if (Lamport.compare(entry.effectiveLamport(), lamport) > 0) {
                break;
            }
            policy = entry.policy();
        }
        return policy;
    }

    /** The greatest {@code effectiveLamport}, 0 without entries. */
    public long cutover() {
        return entries.stream().mapToLong(Entry::effectiveLamport).reduce(0, Lamport::max);
    }

    /** The hash of the binary form, which does not depend on the order of entries with different lamports. */
    public NodeId hash() {
        return Blake3.hash(encode());
    }

    /** The binary form: a count, then for each entry, by lamport, its lamport and its policy. */
    public byte[] encode() {
        PostcardWriter out = new PostcardWriter().u64(entries.size());
        for (Entry entry : sorted()) {
            out.u64(entry.effectiveLamport());
            entry.policy().writeTo(out);
        }
        return out.toBytes();
    }

    /** Reads a binary form; bytes behind it are ignored. */
    public static Decoded<PolicyTimeline> decode(byte[] bytes) {
        PostcardReader in = new PostcardReader(bytes);
        int count = in.count(ENTRY_BYTES_MIN);
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < count && in.ok(); i++) {
            entries.add(new Entry(in.u64(), WritePolicy.readFrom(in)));
        }
        return in.result(new PolicyTimeline(entries));
    }

    private List<Entry> sorted() {
        return entries.stream()
                .sorted(Comparator.comparing(Entry::effectiveLamport, Lamport::compare))
                .toList();
    }
}
