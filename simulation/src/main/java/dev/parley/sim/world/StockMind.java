package dev.parley.sim.world;

import dev.parley.core.history.HistoryView;
import dev.parley.core.history.Node;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.edge.peer.stock.StockClient;
import dev.parley.edge.peer.stock.StockEffect;
import dev.parley.edge.peer.stock.StockEvent;
import dev.parley.edge.peer.stock.StockNews;
import dev.parley.edge.peer.stock.StockToken;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A stock client as a simulated peer, with its own waits between attempts. Who gave up is started anew, as by a user who
 * loads the page again. What it wanted is kept for tests.
 */
public final class StockMind implements PeerMind {
    private static final int PRESENCE_MAX = 1_000;
    private static final long RELOAD_MAX_MS = 8_000;

    private final World world;
    private final Chance chance;
    private final Supplier<StockClient> make;
    private final Optional<Tokens> tokens;
    private final Deque<String> early = new ArrayDeque<>();
    private final List<StockEffect> effects = new ArrayList<>();
    private StockClient client;
    private boolean started;
    private boolean gaveUp;
    private boolean notSent;
    private boolean wantsSocket;

    StockMind(World world, Chance chance, Supplier<StockClient> make, Tokens tokens) {
        this(world, chance, make, Optional.of(tokens));
    }

    private StockMind(World world, Chance chance, Supplier<StockClient> make, Optional<Tokens> tokens) {
        this.world = world;
        this.chance = chance;
        this.make = make;
        this.tokens = tokens;
        this.client = make.get();
    }

    /** One in an open room, as {@code client}. */
    StockMind(World world, Chance chance, StockClient client) {
        this(world, chance, () -> client, Optional.empty());
    }

    StockClient client() {
        return client;
    }

    /** All that the client wanted so far. */
    List<StockEffect> effects() {
        return effects;
    }

    private long nowMs() {
        return world.agenda().wallMs();
    }

    @Override
    public PeerId peer() {
        return client.graph().peer();
    }

    @Override
    public String hello() {
        if (gaveUp) {
            gaveUp = false;
            started = false;
            List<Node> had = new ArrayList<>();
            HistoryView view = client.graph().view();
            for (int number = 0; number < view.count(); number++) {
                had.add(view.node(number));
            }
            client = make.get();
            if (client.graph().view().count() == 0) {
                client.graph().load(had);
            }
        }
        open();
        early.addAll(carryOut(client.on(new StockEvent.Opened(), nowMs())));
        return early.remove();
    }

    /** Lets the client come to where it wants a socket, however long it would have waited. */
    private void open() {
        wantsSocket = false;
        if (!started) {
            started = true;
            carryOut(client.start(nowMs()));
        }
        long at = nowMs();
        while (!wantsSocket && client.dueMs() != Long.MAX_VALUE) {
            at = Math.max(at, client.dueMs());
            carryOut(client.on(new StockEvent.TimePassed(), at));
        }
    }

    @Override
    public List<String> afterHello() {
        List<String> rest = List.copyOf(early);
        early.clear();
        return rest;
    }

    @Override
    public List<String> receive(String json) {
        return carryOut(client.on(new StockEvent.Heard(json), nowMs()));
    }

    @Override
    public List<String> edit(int nodes) {
        List<String> messages = new ArrayList<>();
        for (int i = 0; i < nodes; i++) {
            messages.addAll(carryOut(client.on(new StockEvent.Edited(Edits.draw(chance), nowMs()), nowMs())));
        }
        return messages;
    }

    @Override
    public List<String> act(Act act) {
        return switch (act) {
            case Act.Edit(var nodes) -> edit(nodes);
            case Act.Present p ->
                carryOut(client.on(new StockEvent.PresenceSet("{\"at\":" + chance.below(PRESENCE_MAX) + "}"), nowMs()));
            case Act.Ask(var question)
            when question == Act.Question.SERVER_INFO ->
                carryOut(client.on(new StockEvent.Asked("{\"type\":\"server-info\"}", "server-info"), nowMs()));
            default -> List.of();
        };
    }

    @Override
    public List<String> tick() {
        return nowMs() < client.dueMs() ? List.of() : carryOut(client.on(new StockEvent.TimePassed(), nowMs()));
    }

    @Override
    public void disconnected() {
        disconnected(1006, "");
    }

    @Override
    public void disconnected(int code, String reason) {
        tokens.ifPresent(it -> it.ended(reason));
        carryOut(client.on(new StockEvent.Closed(code, reason), nowMs()));
    }

    @Override
    public void refused() {
        open();
        carryOut(client.on(new StockEvent.NotOpened("refused"), nowMs()));
    }

    @Override
    public long retryAfterMs(Chance own) {
        long due = client.dueMs();
        if (due == Long.MAX_VALUE) {
            gaveUp = true;
            return own.between(1_000, RELOAD_MAX_MS);
        }
        return Math.max(0, due - nowMs());
    }

    private List<String> carryOut(List<StockEffect> wanted) {
        List<String> messages = new ArrayList<>();
        for (StockEffect effect : wanted) {
            effects.add(effect);
            switch (effect) {
                case StockEffect.Send(var json, var cause, var nodes) -> messages.add(json);
                case StockEffect.FetchToken f -> {
                    Optional<StockToken> fetched = tokens.flatMap(Tokens::next)
                            .map(json -> new StockToken(
                                    json, PeerMessages.read(json).path("expiry").asLong()));
                    messages.addAll(carryOut(client.on(new StockEvent.TokenFetched(fetched), nowMs())));
                }
                case StockEffect.Open open -> wantsSocket = true;
                case StockEffect.Tell(StockNews.NotSent n) -> notSent = true;
                default -> {}
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

    @Override
    public boolean keepsToItself() {
        return notSent;
    }
}
