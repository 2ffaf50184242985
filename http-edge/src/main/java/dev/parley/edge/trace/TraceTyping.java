package dev.parley.edge.trace;

import dev.parley.core.history.Node;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Op;
import dev.parley.core.history.OpId;
import dev.parley.core.history.Signer;
import dev.parley.core.history.Transaction;
import dev.parley.core.id.Lamport;
import dev.parley.core.id.NodeId;
import dev.parley.core.state.TextState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.TreeSet;

/**
 * Types a trace: one replica for each author, which sees the merge of each edit's parents, and one signed node for each
 * character inserted or deleted.
 *
 * <p>Shape: nodes come in the order of the edits, so parents first. A node has one Text.Insert or Text.Delete, its
 * author's heads as parents, lamport = the author's clock + 1 and no wall time, so equal keys and traces give equal
 * nodes. The authors start from nothing: other content of a room is not among the parents.
 *
 * <p>Errors: throws {@link IllegalArgumentException} naming the edit when a position lies outside its author's text.
 * <p>Cost: a few microseconds a character besides the signature; nodes of concurrent traces are kept until the end.
 */
public final class TraceTyping implements Iterator<TraceTyping.Typed> {
    private final Trace trace;
    private final String key;
    private final List<Author> authors = new ArrayList<>();
    private final List<List<Node>> nodesByEdit = new ArrayList<>();
    private final Queue<Typed> ready = new ArrayDeque<>();

    /** A node and who typed it, in which edit (−1 for the start content). */
    public record Typed(int agent, int edit, Node node) {}

    /** Types into the text {@code key}; {@code signers} has one key for each agent. */
    public TraceTyping(Trace trace, String key, List<Signer> signers) {
        if (signers.size() < trace.agents()) {
            throw new IllegalArgumentException(
                    "a trace of " + trace.agents() + " authors needs as many keys, got " + signers.size());
        }
        this.trace = trace;
        this.key = key;
        signers.subList(0, trace.agents()).forEach(signer -> authors.add(new Author(signer)));
        List<Node> start = authors.getFirst().type(new Trace.Patch(0, 0, trace.startContent()), -1);
        start.forEach(node -> ready.add(new Typed(0, -1, node)));
        authors.stream().skip(1).forEach(author -> start.forEach(author::see));
    }

    /** All nodes at once. */
    public static List<Node> all(Trace trace, String key, List<Signer> signers) {
        List<Node> nodes = new ArrayList<>();
        new TraceTyping(trace, key, signers).forEachRemaining(typed -> nodes.add(typed.node()));
        return nodes;
    }

    @Override
    public boolean hasNext() {
        while (ready.isEmpty() && nodesByEdit.size() < trace.edits().size()) {
            typeNextEdit();
        }
        return !ready.isEmpty();
    }

    @Override
    public Typed next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return ready.remove();
    }

    private void typeNextEdit() {
        int number = nodesByEdit.size();
        Trace.Edit edit = trace.edits().get(number);
        Author author = authors.get(edit.agent());
        if (authors.size() > 1) {
            author.catchUp(edit.parents());
        }
        List<Node> nodes = new ArrayList<>(1);
        for (Trace.Patch patch : edit.patches()) {
            nodes.addAll(author.type(patch, number));
        }
        author.seen.set(number);
        nodes.forEach(node -> ready.add(new Typed(edit.agent(), number, node)));
        nodesByEdit.add(authors.size() > 1 ? nodes : List.of());
    }

    /** One author's replica: the text as it sees it, its heads and its clock. */
    private final class Author {
        private final Signer signer;
        private final TextState text = new TextState();
        private final TreeSet<NodeId> heads = new TreeSet<>();
        private final BitSet seen = new BitSet();
        private long clock;

        private Author(Signer signer) {
            this.signer = signer;
        }

        /** Sees the edits with these numbers and all their ancestors. */
        private void catchUp(List<Integer> parents) {
            BitSet unseen = new BitSet();
            Queue<Integer> open = new ArrayDeque<>(parents);
            while (!open.isEmpty()) {
                int edit = open.remove();
                if (!seen.get(edit) && !unseen.get(edit)) {
                    unseen.set(edit);
                    open.addAll(trace.edits().get(edit).parents());
                }
            }
            unseen.stream().forEach(edit -> nodesByEdit.get(edit).forEach(this::see));
            seen.or(unseen);
        }

        private List<Node> type(Trace.Patch patch, int edit) {
            int inserted = patch.inserted().codePointCount(0, patch.inserted().length());
            if ((long) patch.position() + patch.deleted() > text.length()) {
                throw new IllegalArgumentException("edit " + edit + " of the trace lies outside its author's text");
            }
            List<Node> nodes = new ArrayList<>(patch.deleted() + inserted);
            for (int i = 0; i < patch.deleted(); i++) {
                nodes.add(commit(text.deleteAt(key, patch.position())));
            }
            int position = patch.position();
            for (int i = 0; i < patch.inserted().length(); ) {
                int scalar = patch.inserted().codePointAt(i);
                nodes.add(commit(text.insertAt(key, position++, scalar)));
                i += Character.charCount(scalar);
            }
            return nodes;
        }

        private Node commit(Op op) {
            Transaction transaction = new Transaction(
                    signer.peer(), Lamport.plusSaturating(clock, 1), 0, List.of(op), List.copyOf(heads));
            Node node = Nodes.sign(transaction, signer);
            see(node);
            return node;
        }

        private void see(Node node) {
            Transaction transaction = node.transaction();
            clock = Lamport.max(clock, transaction.lamport());
            transaction.parents().forEach(heads::remove);
            heads.add(node.id());
            OpId priority = new OpId(transaction.lamport(), transaction.author());
            transaction.ops().forEach(op -> text.apply(op, priority));
        }
    }
}
