package dev.parley.persistence.room;

import dev.parley.core.access.Subscription;
import dev.parley.core.history.HistoryView;
import dev.parley.core.history.Node;
import dev.parley.core.id.NodeId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * What a filtered session must be sent besides the nodes that pass its filter, so that it has the parents of each: the
 * closure of spec 03 §6.
 *
 * <p>Such a session has what passed its filter so far, with all ancestors of that. So nothing need be kept of what was
 * sent to whom: walking back by descending arrival number, a node is had when a child is had or when it passes itself,
 * and lacked when a child is lacked.
 *
 * <p>Cost: the nodes since the oldest one that is lacked or is a parent of one; each is decoded and matched at most once,
 * and not at all when a child of it is had.
 */
public final class SentParents {
    private SentParents() {}

    /** Answers a relay. */
    public static ToRelay.Parents answer(ToRoom.AskParents ask, HistoryView view) {
        int before = view.numberOf(ask.before());
        if (before < 0) {
            return new ToRelay.Parents(ask.number(), List.of(), true); // Of another incarnation: resync.
        }
        int[] lacked = lacked(view, before, numbers(view, ask.wanted()), passed(view, ask.periods()));
        List<Node> nodes = new ArrayList<>(lacked.length);
        long bytes = 0;
        for (int number : lacked) {
            bytes += view.sizeBytes(number);
            if (bytes > ask.bytesMax()) {
                return new ToRelay.Parents(ask.number(), List.of(), true);
            }
        }
        for (int number : lacked) {
            nodes.add(view.node(number));
        }
        return new ToRelay.Parents(ask.number(), nodes, false);
    }

    private static List<Integer> numbers(HistoryView view, List<NodeId> ids) {
        return ids.stream().map(view::numberOf).filter(number -> number >= 0).toList();
    }

    /** Which nodes passed the filter of the time when they came. */
    private static IntPredicate passed(HistoryView view, List<FilterPeriod> periods) {
        int[] ends = new int[periods.size()];
        for (int i = 0; i < ends.length; i++) {
            int end = periods.get(i).firstAfter().map(view::numberOf).orElse(Integer.MAX_VALUE);
            ends[i] = end < 0 ? Integer.MAX_VALUE : end;
        }
        return number -> {
            int period = 0;
            while (period < ends.length - 1 && number >= ends[period]) {
                period++;
            }
            Subscription subscription = periods.get(period).subscription();
            return subscription.isEverything() || subscription.wants(view.node(number));
        };
    }

    /**
     * The {@code wanted} nodes and their ancestors, of those before {@code before} that are neither passing nor ancestors
     * of a passing one; ascending, so parents first.
     */
    static int[] lacked(HistoryView view, int before, List<Integer> wanted, IntPredicate passed) {
        BitSet lacked = new BitSet();
        BitSet had = new BitSet();
        int undecided = 0;
        for (int number : wanted) {
            if (number < before && !lacked.get(number)) {
                lacked.set(number);
                undecided++;
            }
        }
        List<Integer> found = new ArrayList<>();
        for (int number = before - 1; number >= 0 && undecided > 0; number--) {
            boolean isLacked = lacked.get(number);
            undecided -= isLacked ? 1 : 0;
            boolean isHad = had.get(number) || passed.test(number);
            if (isLacked && !isHad) {
                found.add(number);
            }
            if (!isHad && !isLacked) {
                continue;
            }
            int parents = view.parentCount(number);
            for (int k = 0; k < parents; k++) {
                int parent = view.parent(number, k);
                if (isHad) {
                    had.set(parent);
                } else if (!lacked.get(parent)) {
                    lacked.set(parent);
                    undecided++;
                }
            }
        }
        Collections.reverse(found);
        return found.stream().mapToInt(Integer::intValue).toArray();
    }

    /**
     * A plan's nodes that pass the filter, and those of their ancestors that the peer lacks, in the order of the plan.
     * What is not in the plan it has, but for a plan of what came {@code since} a node: there it has only what passed
     * before and the ancestors of that. Such older ones go first.
     */
    static int[] ofPlan(int[] order, HistoryView view, Subscription subscription, int since) {
        BitSet inPlan = new BitSet(view.count());
        for (int number : order) {
            inPlan.set(number);
        }
        BitSet sent = new BitSet(view.count());
        List<Integer> older = new ArrayList<>();
        for (int number = inPlan.length() - 1; number >= 0; number = inPlan.previousSetBit(number - 1)) {
            if (!sent.get(number) && !subscription.wants(view.node(number))) {
                continue;
            }
            sent.set(number);
            int parents = view.parentCount(number);
            for (int k = 0; k < parents; k++) {
                int parent = view.parent(number, k);
                if (inPlan.get(parent)) {
                    sent.set(parent);
                } else if (parent < since) {
                    older.add(parent);
                }
            }
        }
        int[] first = older.isEmpty()
                ? new int[0]
                : lacked(view, since, older, number -> subscription.wants(view.node(number)));
        int[] all = new int[first.length + sent.cardinality()];
        System.arraycopy(first, 0, all, 0, first.length);
        int count = first.length;
        for (int number : order) {
            if (sent.get(number)) {
                all[count++] = number;
            }
        }
        return all;
    }
}
