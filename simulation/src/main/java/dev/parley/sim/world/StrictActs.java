package dev.parley.sim.world;

import dev.parley.core.history.HistoryView;
import dev.parley.core.history.Node;
import dev.parley.core.history.Op;
import dev.parley.core.id.NodeId;
import java.util.ArrayList;
import java.util.List;

/** What a strict peer does besides editing. */
final class StrictActs {
    /** What nobody may write once a policy is set. */
    static final String FORBIDDEN = "forbidden/key";

    /** Stands before the key of whom a signal is for. */
    static final String FOR = " for ";

    private static final int NUMBERS = 1_000;

    private record Later(long atMs, List<Node> nodes) {}

    private final World world;
    private final StrictPeer self;
    private final Chance chance;
    private final List<Later> later = new ArrayList<>();
    private boolean ruled;
    private boolean locked;

    StrictActs(World world, StrictPeer self, Chance chance) {
        this.world = world;
        this.self = self;
        this.chance = chance;
    }

    /** The policy of {@link Act.Rule} is in force. */
    void ruled() {
        ruled = true;
    }

    /** The room is locked, as this peer asked. */
    void locked() {
        locked = true;
    }

    /** What falls due, once a second while the peer is in the room. */
    List<String> tick() {
        List<String> messages = new ArrayList<>();
        for (Later due : List.copyOf(later)) {
            if (due.atMs() <= world.agenda().nowMs()) {
                later.remove(due);
                messages.addAll(self.send(due.nodes()));
            }
        }
        return messages;
    }

    List<String> act(Act act) {
        if (act instanceof Act.Follow(var patterns)) {
            return self.follow(patterns);
        }
        if (act instanceof Act.Orphans(var nodes, var healAfterMs)) {
            return orphans(nodes, healAfterMs);
        }
        if (!self.welcomed()) {
            return List.of();
        }
        return switch (act) {
            case Act.Edit e -> List.of();
            case Act.Away a -> List.of();
            case Act.Follow f -> List.of();
            case Act.Orphans o -> List.of();
            case Act.Again(var nodes) -> again(nodes);
            case Act.Present(var lease, var kept) -> List.of(present(lease, kept));
            case Act.Signal(var key) -> List.of(signal(key));
            case Act.Ask(var question) -> List.of(ask(question));
            case Act.Lock l ->
                List.of("{\"type\":\"set-room-key\",\"pubkey\":\""
                        + (world.rich() && locked
                                        ? self.signer()
                                        : world.keys().lock(self.tokens().room()))
                                .peer()
                                .toHex()
                        + "\"}");
            case Act.Rule(var deny) -> List.of(rule(deny));
            case Act.Trespass t -> trespass();
        };
    }

    /** Healed ones are this peer's own edits; of the others nobody ever has the first. */
    private List<String> orphans(int nodes, long healAfterMs) {
        if (healAfterMs > 0) {
            List<Node> written = self.write(nodes);
            later.add(new Later(world.agenda().nowMs() + healAfterMs, List.of(written.get(0))));
            return self.welcomed() ? self.send(written.subList(1, written.size())) : List.of();
        }
        List<Node> chain = new ArrayList<>();
        HistoryView view = self.view();
        List<NodeId> parents = view.heads();
        for (int i = 0; i < nodes; i++) {
            Node node = self.sign(Edits.draw(chance, world.rich()), parents, view.clock() + 1 + i);
            chain.add(node);
            parents = List.of(node.id());
        }
        return self.welcomed() ? self.send(chain.subList(1, chain.size())) : List.of();
    }

    private List<String> again(int nodes) {
        HistoryView view = self.view();
        List<Node> some = new ArrayList<>();
        for (int i = 0; i < nodes && view.count() > 0; i++) {
            some.add(view.node(chance.below(view.count())));
        }
        return self.send(some);
    }

    private String present(boolean lease, boolean kept) {
        String times = lease
                ? ",\"ttl_ms\":" + chance.between(1, 20_000) + ",\"now_unix_ms\":"
                        + world.agenda().wallMs()
                : "";
        return "{\"type\":\"" + (kept ? "presence-set" : "presence") + "\",\"data\":{\"at\":" + chance.below(NUMBERS)
                + "}" + times + "}";
    }

    private String signal(int key) {
        String to =
                key < 0 ? "" : ",\"to\":\"" + world.keys().signer(key).peer().toHex() + "\"";
        String meant = world.rich() && key >= 0 ? FOR + key : "";
        return "{\"type\":\"webrtc-offer\"" + to + ",\"sdp\":\"" + chance.below(NUMBERS) + meant + "\"}";
    }

    private String ask(Act.Question question) {
        HistoryView view = self.view();
        return switch (question) {
            case EVERYTHING -> PeerMessages.request(view);
            case SOME_NODES ->
                "{\"type\":\"mst-done\",\"ids\":["
                        + (view.count() == 0
                                ? ""
                                : '"' + view.id(chance.below(view.count())).toHex() + '"') + "]}";
            case TREE -> "{\"type\":\"mst-request\",\"paths\":[\"\",\"0\",\"a\"]}";
            case PRESENCE -> "{\"type\":\"presence-get\"}";
            case SWEEP ->
                "{\"type\":\"presence-sweep\",\"now_unix_ms\":" + world.agenda().wallMs() + "}";
            case SERVER_INFO -> "{\"type\":\"server-info\"}";
            case NOOP -> "{\"type\":\"noop\"}";
            case SECOND_HELLO ->
                "{\"type\":\"hello\",\"pubkey\":\"" + self.peer().toHex() + "\"}";
            case UNKNOWN -> "{\"type\":\"of-tomorrow\",\"x\":[1,2]}";
        };
    }

    /** Nobody may write what is forbidden; all else anybody may, by default or because the rules name them all. */
    private String rule(boolean deny) {
        String everybody = String.join(
                ",",
                world.plan().peers().stream()
                        .map(peer ->
                                '"' + world.keys().signer(peer.key()).peer().toHex() + '"')
                        .distinct()
                        .toList());
        String allowed = deny
                ? ",{\"path_glob\":\"m/**\",\"can_write\":[" + everybody + "]},{\"path_glob\":\"l/**\",\"can_write\":["
                        + everybody + "]},{\"path_glob\":\"t/**\",\"can_write\":[" + everybody + "]}"
                : "";
        return "{\"type\":\"set-policy\",\"default\":\"" + (deny ? "deny" : "allow")
                + "\",\"rules\":[{\"path_glob\":\"forbidden/**\",\"can_write\":[]}" + allowed + "]}";
    }

    private List<String> trespass() {
        HistoryView view = self.view();
        byte[] value = chance.bytes(3);
        if (world.rich() && ruled && chance.percent(70)) {
            return self.attempt(self.sign(
                    chance.percent(50)
                            ? List.of(new Op.MapSet("m/k1", value), new Op.MapSet(FORBIDDEN, value))
                            : List.of(new Op.MapSet("other/key", value)),
                    view.heads(),
                    view.clock() + 1));
        }
        Node forbidden = self.sign(List.of(new Op.MapSet(FORBIDDEN, value)), view.heads(), view.clock() + 1);
        return self.send(List.of(ruled ? forbidden : PeerMessages.broken(forbidden)));
    }
}
