package dev.parley.sim.world;

import dev.parley.core.history.HistoryView;
import dev.parley.core.history.Node;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.edge.peer.Replica;
import dev.parley.edge.peer.ReplicaSettings;
import java.util.List;

/** The project's own peer, as {@code parley peer} runs it. */
final class ReplicaPeer implements PeerMind {
    private final World world;
    private final Chance chance;
    private final Replica replica;

    ReplicaPeer(World world, Chance chance) {
        this.world = world;
        this.chance = chance;
        this.replica = new Replica(
                World.ROOM,
                CheapSignatures.signer(PeerId.of(chance.bytes(PeerId.SIZE_BYTES))),
                CheapSignatures.INSTANCE,
                ReplicaSettings.DEFAULT);
    }

    /** The same peer, which has these nodes from before, parents first. */
    ReplicaPeer with(List<Node> nodes) {
        nodes.forEach(replica::offer);
        return this;
    }

    @Override
    public PeerId peer() {
        return replica.peer();
    }

    @Override
    public String hello() {
        return replica.hello();
    }

    @Override
    public List<String> receive(String json) {
        replica.receive(json, world.agenda().wallMs());
        return tick();
    }

    @Override
    public List<String> edit(int nodes) {
        for (int i = 0; i < nodes; i++) {
            replica.edit(Edits.draw(chance), world.agenda().wallMs());
        }
        return tick();
    }

    @Override
    public List<String> tick() {
        return replica.outgoing(world.agenda().wallMs());
    }

    @Override
    public void disconnected() {
        replica.disconnected();
    }

    @Override
    public HistoryView view() {
        return replica.view();
    }

    @Override
    public NodeId mstRoot() {
        return replica.mstRoot();
    }

    @Override
    public int unacknowledged() {
        return replica.unacknowledged() + replica.refused();
    }
}
