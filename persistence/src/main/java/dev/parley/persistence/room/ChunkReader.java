package dev.parley.persistence.room;

import dev.parley.core.access.Subscription;
import dev.parley.core.history.HistoryView;
import dev.parley.core.history.PostcardWriter;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.SessionId;
import dev.parley.core.reconcile.PeerLacks;
import dev.parley.core.reconcile.Plan;
import dev.parley.core.session.Input;
import dev.parley.core.session.PullPlan;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Makes the chunks of catch-up plans, from views of the room. Pure but for its cache; one thread.
 *
 * <p>A plan is the rule of what is lacked, applied to the first n nodes of the room: it can be made again, on any member,
 * with the same entries in the same order. Plans are kept under a bound in number and bytes, and the one unused longest
 * goes first; those who lack everything as of the same n share one order.
 *
 * <p>Cost: making a plan as {@link Plan#of} says; a chunk is linear in its bytes, and in the entries that the
 * subscription lets by when there is one.
 */
public final class ChunkReader {
    /** A chunk, or word that the rule is needed again. */
    public sealed interface Answer {
        /**
         * {@code filtered} counts what this chunk went past; a catch-up of which nothing was left counts once, with its
         * last chunk, unless its plan had to be made again meanwhile.
         */
        record Made(Input.Chunk chunk, Filtered filtered) implements Answer {}

        record Unknown() implements Answer {}
    }

    private record Key(SessionId session, long plan) {}

    /**
     * {@code seq} is the room's when the plan was made. {@code shared} orders count once. Of a {@code closed} one all
     * entries are sent: {@code leftOut} is what the filter left out of it. {@code mayBeEmpty}: no node was sent so far.
     */
    private record Kept(
            int[] order,
            int asOfNodes,
            long seq,
            NodeId root,
            boolean shared,
            boolean closed,
            Filtered leftOut,
            boolean mayBeEmpty) {
        Kept(int[] order, int asOfNodes, long seq, NodeId root, boolean shared) {
            this(order, asOfNodes, seq, root, shared, false, Filtered.NOTHING, true);
        }

        Kept notEmpty() {
            return mayBeEmpty ? new Kept(order, asOfNodes, seq, root, shared, closed, leftOut, false) : this;
        }

        long sizeBytes() {
            return shared ? 0 : 4L * order.length;
        }
    }

    private record FullOrder(int asOfNodes, int[] order, NodeId root) {}

    /** A chunk of few nodes ends here all the same: other readers of this room have their turn. */
    static final int ENTRIES_A_CHUNK = 8_192;

    private final int plansMax;
    private final long planBytesMax;
    private final LinkedHashMap<Key, Kept> plans = new LinkedHashMap<>(16, 0.75f, true);
    private Optional<FullOrder> full = Optional.empty();
    private long bytesHeld;

    public ChunkReader(int plansMax, long planBytesMax) {
        this.plansMax = plansMax;
        this.planBytesMax = planBytesMax;
    }

    /**
     * The next chunk of a plan. {@code view} and {@code seq} are the room's now, or later than when the pull came.
     *
     * <p>The first chunk of a plan as of {@link PullPlan#NOW} says which state that is; later pulls name it. In a plan
     * made again for an earlier state, {@code asOfSeq} is the room's own and means nothing.
     */
    public Answer read(PullPlan pull, HistoryView view, long seq) {
        return read(pull, false, view, seq);
    }

    /** The same; when {@code closed}, what the subscription lets pass comes with its ancestors that the peer lacks. */
    public Answer read(PullPlan pull, boolean closed, HistoryView view, long seq) {
        Key key = new Key(pull.session(), pull.plan());
        Kept plan = plans.get(key);
        if (plan == null) {
            if (pull.lacks().isEmpty()) {
                return new Answer.Unknown();
            }
            int asOfNodes = pull.asOfNodes() == PullPlan.NOW ? view.count() : Math.min(pull.asOfNodes(), view.count());
            plan = make(pull.lacks().get(), view.first(asOfNodes), seq);
            if (closed && !pull.subscription().isEverything()) {
                plan = closed(plan, pull, view.first(asOfNodes));
            }
            if (pull.position() > 0) {
                plan = plan.notEmpty(); // Made again: what was sent is not known any more.
            }
            keep(key, plan);
        }
        Answer.Made made = chunk(plan, pull, view);
        if (made.chunk().last()) {
            drop(key);
        } else if (made.chunk().nodes() > 0) {
            plans.put(key, plan.notEmpty());
        }
        return made;
    }

    /** What a relay's pull is answered. {@code filtered} is what the subscription left out of it. */
    public record Reply(ToRelay message, Filtered filtered) {}

    /** The next chunk of a plan, as {@link #read} makes it, as an answer to pull {@code number}. */
    public Reply reply(long number, PullPlan pull, boolean closed, HistoryView view, long seq) {
        return switch (read(pull, closed, view, seq)) {
            case Answer.Made(Input.Chunk chunk, Filtered filtered) ->
                new Reply(new ToRelay.Pulled(pull.session(), number, chunk), filtered);
            case Answer.Unknown u -> new Reply(new ToRelay.PlanUnknown(pull.session(), number), Filtered.NOTHING);
        };
    }

    /** Plans kept now. */
    public int plans() {
        return plans.size();
    }

    private Kept make(PeerLacks lacks, HistoryView asOf, long seq) {
        if (!(lacks instanceof PeerLacks.Everything)) {
            return new Kept(Plan.of(lacks, asOf), asOf.count(), seq, asOf.root(), false);
        }
        FullOrder order = full.filter(held -> held.asOfNodes() == asOf.count())
                .orElseGet(() -> new FullOrder(asOf.count(), Plan.of(lacks, asOf), asOf.root()));
        full = Optional.of(order);
        return new Kept(order.order(), asOf.count(), seq, order.root(), true);
    }

    private static Kept closed(Kept plan, PullPlan pull, HistoryView view) {
        int since = pull.lacks().orElse(null) instanceof PeerLacks.Since(int nodes) ? nodes : 0;
        int[] sent = SentParents.ofPlan(plan.order(), view, pull.subscription(), since);
        long bytes = sizeBytes(plan.order(), view) - sizeBytes(sent, view);
        Filtered leftOut = new Filtered(
                Math.max(0, plan.order().length - sent.length),
                Math.max(0, bytes),
                sent.length == 0 && plan.order().length > 0 ? 1 : 0);
        return new Kept(sent, plan.asOfNodes(), plan.seq(), plan.root(), false, true, leftOut, true);
    }

    private static long sizeBytes(int[] numbers, HistoryView view) {
        long bytes = 0;
        for (int number : numbers) {
            bytes += view.sizeBytes(number);
        }
        return bytes;
    }

    private void keep(Key key, Kept plan) {
        plans.put(key, plan);
        bytesHeld += plan.sizeBytes();
        Iterator<Map.Entry<Key, Kept>> oldest = plans.entrySet().iterator();
        while (oldest.hasNext() && (plans.size() > plansMax || bytesHeld > planBytesMax)) {
            Map.Entry<Key, Kept> next = oldest.next();
            if (next.getKey().equals(key)) {
                break; // The one in use stays, whatever its size.
            }
            bytesHeld -= next.getValue().sizeBytes();
            oldest.remove();
        }
    }

    private void drop(Key key) {
        Kept gone = plans.remove(key);
        bytesHeld -= gone.sizeBytes();
        if (plans.values().stream().noneMatch(Kept::shared)) {
            full = Optional.empty();
        }
    }

    private static Answer.Made chunk(Kept plan, PullPlan pull, HistoryView view) {
        Subscription subscription = plan.closed() ? Subscription.EVERYTHING : pull.subscription();
        long leftOut = 0;
        long leftOutBytes = 0;
        int[] order = plan.order();
        int position = Math.min(Math.max(pull.position(), 0), order.length);
        int[] taken = new int[16];
        int nodes = 0;
        long bytes = 0;
        int end = (int) Math.min(order.length, (long) position + ENTRIES_A_CHUNK);
        while (position < end) {
            int number = order[position];
            if (!subscription.isEverything() && !subscription.wants(view.node(number))) {
                position++;
                leftOut++;
                leftOutBytes += view.sizeBytes(number);
                continue;
            }
            int sizeBytes = view.sizeBytes(number);
            if (nodes > 0 && bytes + sizeBytes > pull.bytesMax()) {
                break;
            }
            if (nodes == taken.length) {
                taken = Arrays.copyOf(taken, 2 * nodes);
            }
            taken[nodes++] = number;
            bytes += sizeBytes;
            position++;
        }
        PostcardWriter pack = new PostcardWriter((int) Math.min(bytes + 10, Integer.MAX_VALUE - 8)).u64(nodes);
        for (int i = 0; i < nodes; i++) {
            view.copyTo(taken[i], pack);
        }
        boolean last = position == order.length;
        boolean nothingSent = last && nodes == 0 && order.length > 0 && plan.mayBeEmpty();
        Filtered filtered = new Filtered(leftOut, leftOutBytes, nothingSent ? 1 : 0);
        return new Answer.Made(
                new Input.Chunk(
                        pack.toBytes(),
                        nodes,
                        position,
                        last,
                        plan.seq(),
                        plan.asOfNodes(),
                        last ? Optional.of(plan.root()) : Optional.empty()),
                pull.position() == 0 ? plan.leftOut().plus(filtered) : filtered);
    }
}
