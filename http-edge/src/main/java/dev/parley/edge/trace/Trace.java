package dev.parley.edge.trace;

import java.util.List;

/**
 * A writing session, edit by edit.
 *
 * <p>Shape: {@code edits} are in an order in which parents come first. {@code agents} counts the authors; one means the
 * sequential form. Positions and lengths count Unicode code points.
 */
public record Trace(String startContent, String endContent, int agents, List<Edit> edits) {
    public Trace {
        edits = List.copyOf(edits);
    }

    /**
     * One edit of one author. Its positions refer to the merge of the edits named by {@code parents}, with all their
     * ancestors; all earlier edits of the same agent are among them.
     */
    public record Edit(int agent, List<Integer> parents, List<Patch> patches) {
        public Edit {
            parents = List.copyOf(parents);
            patches = List.copyOf(patches);
        }
    }

    /** Takes {@code deleted} characters away at {@code position}, then puts {@code inserted} there. */
    public record Patch(int position, int deleted, String inserted) {}

    /** How many single characters are inserted or deleted, which is how many nodes it types. */
    public long characters() {
        long characters = startContent.codePointCount(0, startContent.length());
        for (Edit edit : edits) {
            for (Patch patch : edit.patches()) {
                characters += patch.deleted()
                        + patch.inserted().codePointCount(0, patch.inserted().length());
            }
        }
        return characters;
    }

    /** The session cut off after its first edits. Its end content is not known and empty. */
    public Trace first(int count) {
        return new Trace(startContent, "", agents, edits.subList(0, Math.min(count, edits.size())));
    }
}
