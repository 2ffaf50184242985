package dev.parley.sim.world;

import dev.parley.core.history.HistoryView;
import dev.parley.core.history.Node;
import dev.parley.core.history.Signer;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import dev.parley.edge.peer.Replica;
import dev.parley.edge.peer.ReplicaSettings;
import java.util.List;
import java.util.Optional;

/** The project's own peer, as {@code parley peer} runs it. */
final class ReplicaPeer implements PeerMind {
    private static final int PRESENCE_MAX = 1_000;

    private final World world;
    private final Chance chance;
    private final Tokens tokens;
    private final Replica replica;

    ReplicaPeer(World world, Chance chance, RoomId room, Signer signer, Tokens tokens) {
        this.world = world;
        this.chance = chance;
        this.tokens = tokens;
        this.replica = new Replica(room, signer, world.keys().signatures(), ReplicaSettings.DEFAULT);
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
        tokens.next().ifPresent(json -> replica.useToken(Optional.of(json)));
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
            replica.edit(Edits.draw(chance, world.rich()), world.agenda().wallMs());
        }
        return tick();
    }

    @Override
    public List<String> tick() {
        return replica.outgoing(world.agenda().wallMs());
    }

    @Override
    public List<String> act(Act act) {
        return switch (act) {
            case Act.Edit(var nodes) -> edit(nodes);
            case Act.Present p -> {
                replica.presence(Optional.of("{\"at\":" + chance.below(PRESENCE_MAX) + "}"));
                yield tick();
            }
            case Act.Ask(var question)
            when question == Act.Question.SERVER_INFO -> {
                replica.request("{\"type\":\"server-info\"}", "server-info");
                yield tick();
            }
            default -> List.of();
        };
    }

    @Override
    public void disconnected() {
        replica.disconnected();
    }

    @Override
    public void disconnected(int code, String reason) {
        tokens.ended(reason);
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
