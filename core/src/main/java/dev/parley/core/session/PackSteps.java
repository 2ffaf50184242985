package dev.parley.core.session;

import dev.parley.core.failure.SyncFailure;
import dev.parley.core.history.Candidate;
import dev.parley.core.id.NodeId;
import dev.parley.core.wire.FromPeer.PackContent;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The way of a pack through its session: charged, verified, submitted, settled (spec 03 §3, §8).
 *
 * <p>A small one that the quota covers is charged and verified at once. For any other the room is asked first what it
 * lacks, so that only this is charged and verified.
 */
final class PackSteps {
    private PackSteps() {}

    static void arrived(LiveTurn turn, PackContent content) {
        switch (content) {
            case PackContent.BadBase64 bad -> turn.refuse(Texts.BAD_BASE64);
            case PackContent.BadPostcard bad -> turn.refuse(Texts.BAD_POSTCARD);
            case PackContent.Nodes(var nodes, var sizeBytes) ->
                turn.stand(begun(turn, new PackPricing(List.copyOf(nodes), sizeBytes)));
        }
    }

    private static Pending begun(LiveTurn turn, PackPricing pack) {
        if (pack.nodes().isEmpty()) {
            return charged(turn, pack, List.of(), pack.allNew());
        }
        if (pack.small() && turn.shortage(pack.allNew()).isNothing()) {
            turn.charge(pack.allNew());
            return verifying(turn, pack, pack.allNew(), Optional.empty());
        }
        long number = turn.number();
        turn.perform(new Effect.AskLacking(number, pack.ids()));
        return pack.in(new Pending.Stage.Asking(number, pack.nodes()), RateLimit.Cost.NOTHING);
    }

    static void lacking(LiveTurn turn, long number, List<NodeId> ids) {
        onPack(turn, pack -> {
            if (!(pack.stage() instanceof Pending.Stage.Asking(var asked, var nodes)) || asked != number) {
                return Optional.empty();
            }
            PackPricing pricing = new PackPricing(nodes, pack.sizeBytes());
            return Optional.of(charged(turn, pricing, ids, pricing.newOnly(ids)));
        });
    }

    /** Takes from the quota what it has, and asks the allowance of the peer's address for the rest. */
    private static Pending.Pack charged(LiveTurn turn, PackPricing pack, List<NodeId> lacking, RateLimit.Cost cost) {
        RateLimit.Cost shortage = turn.shortage(cost);
        turn.charge(cost.minus(shortage));
        if (shortage.isNothing()) {
            return paid(turn, pack, cost, lacking);
        }
        long number = turn.number();
        turn.perform(new Effect.DrawAllowance(number, shortage.nodes(), shortage.bytes()));
        return pack.in(new Pending.Stage.Drawing(number, pack.nodes(), lacking), cost);
    }

    /** Nothing of a pack over the limit is imported, and no error goes before the close. */
    static void drawn(LiveTurn turn, long number, boolean granted) {
        onPack(turn, pack -> {
            if (!(pack.stage() instanceof Pending.Stage.Drawing(var asked, var nodes, var ids)) || asked != number) {
                return Optional.empty();
            }
            if (granted) {
                return Optional.of(paid(turn, new PackPricing(nodes, pack.sizeBytes()), pack.charged(), ids));
            }
            turn.fail(new SyncFailure.RateExceeded(
                    pack.charged().nodes(), pack.charged().bytes()));
            return Optional.of(pack);
        });
    }

    /** A pack of which the room has stored all is acknowledged without another question. */
    private static Pending.Pack paid(LiveTurn turn, PackPricing pack, RateLimit.Cost cost, List<NodeId> lacking) {
        if (!lacking.isEmpty()) {
            return verifying(turn, pack, cost, Optional.of(lacking));
        }
        int known = pack.nodes().size();
        Input.PackAnswer answer = new Input.PackAnswer(known, 0, known, 0, 0, pack.sizeBytes(), Optional.empty());
        return pack.in(new Pending.Stage.Settled(Optional.of(answer)), cost);
    }

    private static Pending.Pack verifying(
            LiveTurn turn, PackPricing pack, RateLimit.Cost cost, Optional<List<NodeId>> only) {
        long number = turn.number();
        turn.perform(new Effect.Verify(number, pack.nodes(), only));
        return pack.in(new Pending.Stage.Verifying(number), cost);
    }

    static void verified(LiveTurn turn, long number, List<Candidate> candidates) {
        onPack(
                turn,
                pack -> pack.stage() instanceof Pending.Stage.Verifying(var asked) && asked == number
                        ? Optional.of(pack.at(new Pending.Stage.Verified(candidates)))
                        : Optional.empty());
    }

    /** Submits every verified pack that has no unverified one before it. */
    static void submitInOrder(LiveTurn turn) {
        List<Pending> line = turn.line();
        for (int i = 0; i < line.size() && passed(line.get(i)); i++) {
            if (line.get(i) instanceof Pending.Pack pack
                    && pack.stage() instanceof Pending.Stage.Verified(var candidates)) {
                long number = turn.number();
                turn.perform(new Effect.Submit(number, candidates, pack.sizeBytes()));
                line.set(i, pack.at(new Pending.Stage.Submitted(number)));
            }
        }
    }

    /** True for what does not hold back the packs behind it. */
    private static boolean passed(Pending pending) {
        return switch (pending) {
            case Pending.Ready ready -> true;
            case Pending.Exchange exchange -> false;
            case Pending.Pack pack ->
                switch (pack.stage()) {
                    case Pending.Stage.Asking s -> false;
                    case Pending.Stage.Drawing s -> false;
                    case Pending.Stage.Verifying s -> false;
                    case Pending.Stage.Verified s -> true;
                    case Pending.Stage.Submitted s -> true;
                    case Pending.Stage.Settled s -> true;
                };
        };
    }

    static void answered(LiveTurn turn, long number, Input.PackAnswer answer) {
        onPack(turn, pack -> {
            if (!(pack.stage() instanceof Pending.Stage.Submitted(var asked)) || asked != number) {
                return Optional.empty();
            }
            turn.refund(PackPricing.refund(pack, answer));
            return Optional.of(pack.at(new Pending.Stage.Settled(Optional.of(answer))));
        });
    }

    /** The outcome is unknown: an error, never an acknowledgement, and nothing is given back. */
    static void unanswered(LiveTurn turn, long number) {
        onPack(
                turn,
                pack -> awaits(pack.stage(), number)
                        ? Optional.of(pack.at(new Pending.Stage.Settled(Optional.empty())))
                        : Optional.empty());
    }

    private static boolean awaits(Pending.Stage stage, long number) {
        return switch (stage) {
            case Pending.Stage.Asking(var asked, var nodes) -> asked == number;
            case Pending.Stage.Submitted(var asked) -> asked == number;
            case Pending.Stage.Drawing s -> false;
            case Pending.Stage.Verifying s -> false;
            case Pending.Stage.Verified s -> false;
            case Pending.Stage.Settled s -> false;
        };
    }

    /** Replaces the one pack for which {@code change} has something; none when the number is stale. */
    private static void onPack(LiveTurn turn, Function<Pending.Pack, Optional<Pending.Pack>> change) {
        List<Pending> line = turn.line();
        for (int i = 0; i < line.size(); i++) {
            Optional<Pending.Pack> changed =
                    line.get(i) instanceof Pending.Pack pack ? change.apply(pack) : Optional.empty();
            if (changed.isPresent()) {
                line.set(i, changed.get());
                return;
            }
        }
    }
}
