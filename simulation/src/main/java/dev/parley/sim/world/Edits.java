package dev.parley.sim.world;

import dev.parley.core.history.Anchor;
import dev.parley.core.history.ItemId;
import dev.parley.core.history.Op;
import java.util.ArrayList;
import java.util.List;

/** What simulated peers write: a few keys of each family, so that edits meet. */
final class Edits {
    private Edits() {}

    /** {@code rich}: some transactions have several ops, some on one key, and some keys are deeper. */
    static List<Op> draw(Chance chance, boolean rich) {
        List<Op> ops = draw(chance);
        if (!rich || chance.percent(50)) {
            return ops;
        }
        List<Op> more = new ArrayList<>(ops);
        for (long left = chance.between(1, 2); left > 0; left--) {
            switch (chance.below(3)) {
                case 0 -> more.add(new Op.MapSet(ops.get(0).key(), chance.bytes(4)));
                case 1 -> more.add(new Op.MapSet("t/k" + chance.below(6) + "/deep", chance.bytes(4)));
                default -> more.addAll(draw(chance));
            }
        }
        return more;
    }

    static List<Op> draw(Chance chance) {
        String key = "k" + chance.below(6);
        return switch (chance.below(5)) {
            case 0 -> List.of(new Op.MapDelete("m/" + key));
            case 1 -> List.of(new Op.ListInsert("l/" + key, new ItemId(chance.number(), chance.number()), "a0"));
            case 2 -> List.of(new Op.TextInsertRange("t/" + key, new Anchor.End(), "x" + chance.below(10)));
            default -> List.of(new Op.MapSet("m/" + key, chance.bytes(4)));
        };
    }
}
