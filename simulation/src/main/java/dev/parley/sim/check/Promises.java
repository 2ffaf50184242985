package dev.parley.sim.check;

import dev.parley.core.history.NodeLimits;
import dev.parley.core.id.PeerId;
import dev.parley.persistence.relay.RelaySettings;
import dev.parley.persistence.room.RoomSettings;
import dev.parley.sim.oracle.PlainJudge;
import dev.parley.sim.oracle.PlainLimits;
import dev.parley.sim.oracle.PlainSignatures;

/** What a room's settings make of its promises: its bounds, who judges its packs, and whose signatures hold. */
public record Promises(RoomSettings room, RelaySettings relay, PlainJudge judge, PlainSignatures signatures) {
    /** Those of production with the cheap scheme. */
    public static final Promises DEFAULT = of(
            RoomSettings.DEFAULT, RelaySettings.DEFAULT, PeerId.of(new byte[PeerId.SIZE_BYTES]), PlainSignatures.CHEAP);

    /** {@code server} is the key of the server's own nodes. */
    public static Promises of(RoomSettings room, RelaySettings relay, PeerId server, PlainSignatures signatures) {
        NodeLimits node = room.limits().node();
        PlainLimits limits = new PlainLimits(
                room.limits().nodesMax(),
                room.limits().bytesMax(),
                node.nodeBytesMax(),
                node.parentsMax(),
                node.opsMax(),
                node.keyBytesMax(),
                node.valueBytesMax(),
                node.positionBytesMax(),
                node.rangeCharsMax());
        return new Promises(
                room,
                relay,
                new PlainJudge(
                        server, room.limits().acceptUnsigned(), room.orphans().nodesMax() > 0, limits),
                signatures);
    }
}
