package dev.parley.sim.world;

import dev.parley.core.history.HistoryView;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.edge.peer.stock.StockClient;
import dev.parley.edge.peer.stock.StockEffect;
import dev.parley.edge.peer.stock.StockEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A stock client as a simulated peer. When it connects again is the world's business, not the client's; what it sent is
 * kept for tests.
 */
final class StockMind implements PeerMind {
    private final World world;
    private final Chance chance;
    private final StockClient client;
    private final Deque<String> early = new ArrayDeque<>();
    private final List<StockEffect> effects = new ArrayList<>();
    private boolean started;

    StockMind(World world, Chance chance, StockClient client) {
        this.world = world;
        this.chance = chance;
        this.client = client;
    }

    StockClient client() {
        return client;
    }

    /** All that the client wanted so far. */
    List<StockEffect> effects() {
        return effects;
    }

    @Override
    public PeerId peer() {
        return client.graph().peer();
    }

    @Override
    public String hello() {
        if (!started) {
            started = true;
            effects.addAll(client.start(world.agenda().wallMs()));
        } else {
            long due = Math.max(client.dueMs(), world.agenda().wallMs());
            effects.addAll(client.on(new StockEvent.TimePassed(), due == Long.MAX_VALUE ? 0 : due));
        }
        early.addAll(messages(client.on(new StockEvent.Opened(), world.agenda().wallMs())));
        return early.remove();
    }

    @Override
    public List<String> afterHello() {
        List<String> rest = List.copyOf(early);
        early.clear();
        return rest;
    }

    @Override
    public List<String> receive(String json) {
        return messages(client.on(new StockEvent.Heard(json), world.agenda().wallMs()));
    }

    @Override
    public List<String> edit(int nodes) {
        List<String> messages = new ArrayList<>();
        for (int i = 0; i < nodes; i++) {
            messages.addAll(messages(client.on(
                    new StockEvent.Edited(Edits.draw(chance), world.agenda().wallMs()),
                    world.agenda().wallMs())));
        }
        return messages;
    }

    @Override
    public List<String> tick() {
        return world.agenda().wallMs() < client.dueMs()
                ? List.of()
                : messages(client.on(new StockEvent.TimePassed(), world.agenda().wallMs()));
    }

    @Override
    public void disconnected() {
        effects.addAll(client.on(new StockEvent.Closed(1006, ""), world.agenda().wallMs()));
    }

    private List<String> messages(List<StockEffect> wanted) {
        effects.addAll(wanted);
        List<String> messages = new ArrayList<>();
        for (StockEffect effect : wanted) {
            if (effect instanceof StockEffect.Send(var json, var cause, var nodes)) {
                messages.add(json);
            }
        }
        return messages;
    }

    @Override
    public HistoryView view() {
        return client.graph().view();
    }

    @Override
    public NodeId mstRoot() {
        return client.graph().mstRoot();
    }

    /** It does not know. */
    @Override
    public int unacknowledged() {
        return 0;
    }
}
