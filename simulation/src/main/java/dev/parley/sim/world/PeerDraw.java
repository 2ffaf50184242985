package dev.parley.sim.world;

import java.util.ArrayList;
import java.util.List;

/**
 * Draws who comes and what they do besides editing. A seed has only some of it, so that nothing hides what another would
 * show; each part has a source of its own.
 */
final class PeerDraw {
    private static final int SOME_PERCENT = 40;
    private static final int MOST_PERCENT = 75;
    private static final int RICH_TIMES_MAX = 6;
    private static final int SHARED_KEY_PERCENT = 25;
    private static final int HOSTILE_KEYS = 1_000;
    private static final List<PeerKind> OWN = List.of(PeerKind.STRICT, PeerKind.REPLICA);
    private static final List<PeerKind> STOCK = List.of(PeerKind.DOC_32, PeerKind.DOC_64, PeerKind.NPM);

    private static final List<PeerKind> HOSTILE = List.of(
            PeerKind.FLOODER,
            PeerKind.BULLY,
            PeerKind.CHATTERER,
            PeerKind.BABBLER,
            PeerKind.VANDAL,
            PeerKind.GIANT,
            PeerKind.DEAF,
            PeerKind.MUTE,
            PeerKind.GHOST,
            PeerKind.FORGER,
            PeerKind.INTRUDER);

    private static final List<List<String>> INTERESTS = List.of(
            List.of("m/**"), List.of("t/*", "l/k1"), List.of("m/k0", "m/k1"), List.of("nothing/**"), List.of("**/k3"));

    private final long seed;
    private final Scenario scenario;

    PeerDraw(long seed, Scenario scenario) {
        this.seed = seed;
        this.scenario = scenario;
    }

    private Company company() {
        return scenario.company();
    }

    List<Plan.Peer> peers(int rooms) {
        Chance chance = Chance.of(seed, "peers", 0);
        Company company = scenario.company();
        boolean stock = company.stockPercent() > 0 && chance.percent(SOME_PERCENT);
        List<Plan.Peer> peers = new ArrayList<>();
        for (int number = 0; number < scenario.peers(); number++) {
            Chance own = chance.split();
            // The first room has two peers at least: alone, nobody is told anything.
            int room = number < 2 ? 0 : own.below(rooms);
            PeerKind kind = stock && own.percent(company.stockPercent()) ? own.pick(STOCK) : OWN.get(number % 2);
            peers.add(new Plan.Peer(number, kind, room, number));
        }
        if (company.deeds() && chance.percent(SHARED_KEY_PERCENT)) {
            shareKey(peers, chance.split());
        }
        Chance hostile = Chance.of(seed, "hostile peers", 0);
        if (company.hostiles() > 0 && hostile.percent(SOME_PERCENT)) {
            for (long more = hostile.between(1, company.hostiles()); more > 0; more--) {
                int number = peers.size();
                peers.add(new Plan.Peer(number, hostile.pick(HOSTILE), hostile.below(rooms), HOSTILE_KEYS + number));
            }
        }
        if (company.rich()) {
            for (int more = company.hostiles(); more > 0; more--) {
                int number = peers.size();
                peers.add(new Plan.Peer(number, PeerKind.INTRUDER, 0, HOSTILE_KEYS + number));
            }
        }
        return peers;
    }

    /** One more socket of somebody who is there already. */
    private static void shareKey(List<Plan.Peer> peers, Chance chance) {
        int second = (int) chance.between(1, peers.size() - 1);
        Plan.Peer first = peers.get(chance.below(second));
        Plan.Peer twin = peers.get(second);
        peers.set(second, new Plan.Peer(twin.number(), twin.kind(), first.room(), first.key()));
    }

    /** What they do besides editing, numbered from {@code next} on. */
    List<Plan.Action> deeds(List<Plan.Peer> all, int next, boolean realSignatures) {
        List<Plan.Action> deeds = new ArrayList<>();
        if (!company().deeds()) {
            return deeds;
        }
        List<Plan.Peer> peers =
                all.stream().filter(peer -> peer.kind().honest()).toList();
        List<Plan.Peer> strict =
                peers.stream().filter(peer -> peer.kind() == PeerKind.STRICT).toList();
        Drawn drawn = new Drawn(deeds, next);
        for (Deed deed : Deed.values()) {
            Chance chance = Chance.of(seed, "deed " + deed, 0);
            if (!chance.percent(company().rich() ? MOST_PERCENT : SOME_PERCENT) || realSignatures && deed.operators()) {
                continue;
            }
            List<Plan.Peer> able = deed.anybodys() ? peers : strict;
            int timesMax = company().rich() && deed.operators() ? RICH_TIMES_MAX : deed.timesMax;
            int times = able.isEmpty() ? 0 : (int) chance.between(1, timesMax);
            for (int i = 0; i < times; i++) {
                drawn.add(deed, chance.split(), able);
            }
        }
        return deeds;
    }

    private enum Deed {
        AWAY(3),
        AGAIN(6),
        ORPHANS(4),
        FOLLOW(3),
        PRESENT(20),
        SIGNAL(10),
        ASK(12),
        LOCK(1),
        RULE(2),
        TRESPASS(4);

        private final int timesMax;

        Deed(int timesMax) {
            this.timesMax = timesMax;
        }

        boolean anybodys() {
            return this == AWAY || this == PRESENT;
        }

        /** Needs the server's signature, which no real scheme gives. */
        boolean operators() {
            return this == LOCK || this == RULE;
        }
    }

    private final class Drawn {
        private final List<Plan.Action> deeds;
        private int next;

        Drawn(List<Plan.Action> deeds, int next) {
            this.deeds = deeds;
            this.next = next;
        }

        void add(Deed deed, Chance chance, List<Plan.Peer> able) {
            long atMs = chance.between(1_000, scenario.activeMs() - 1_000);
            int peer = chance.pick(able).number();
            Act act = switch (deed) {
                case AWAY -> new Act.Away(chance.between(500, 8_000));
                case AGAIN -> new Act.Again((int) chance.between(1, 30));
                case ORPHANS ->
                    new Act.Orphans((int) chance.between(2, 6), chance.percent(60) ? chance.between(100, 9_000) : 0);
                case FOLLOW -> new Act.Follow(chance.pick(INTERESTS));
                case PRESENT -> new Act.Present(chance.percent(50), chance.percent(50));
                case SIGNAL -> new Act.Signal(chance.percent(20) ? -1 : chance.below(scenario.peers()));
                case ASK -> new Act.Ask(chance.pick(List.of(Act.Question.values())));
                case LOCK -> new Act.Lock();
                case RULE -> new Act.Rule(chance.percent(50));
                case TRESPASS -> new Act.Trespass();
            };
            deeds.add(new Plan.Action(next++, atMs, peer, act));
            if (act instanceof Act.Follow) {
                long back = Math.min(scenario.activeMs(), atMs + chance.between(500, 10_000));
                deeds.add(new Plan.Action(next++, back, peer, new Act.Follow(List.of())));
            }
        }
    }
}
