package dev.parley.sim.world;

import dev.parley.core.history.Anchor;
import dev.parley.core.history.ItemId;
import dev.parley.core.history.Op;
import java.util.List;

/** What simulated peers write: a few keys of each family, so that edits meet. */
final class Edits {
    private Edits() {}

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
