package dev.parley.sim.coverage;

import dev.parley.core.failure.CloseCode;
import dev.parley.core.reconcile.Difference;
import dev.parley.core.reconcile.PeerLacks;
import dev.parley.core.session.Effect;
import dev.parley.core.session.Input;
import dev.parley.core.session.Phase;
import dev.parley.persistence.relay.RelayInput;
import dev.parley.persistence.relay.RelayRules;
import dev.parley.persistence.room.ToRelay;
import dev.parley.persistence.room.ToRoom;
import dev.parley.sim.fault.Fault;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a run reached, or many together. Always on: a report is an index and an addition.
 *
 * <p>Not thread-safe; each run has its own, and {@link #add} joins them.
 */
public final class Coverage {
    /** Where a life of a room stands when something comes. */
    public enum RoomState {
        RECOVERING,
        FRESH,
        IDLE,
        /** Packs wait for their turn. */
        BUSY,
        WRITING,
        /** Another life of the room has begun. */
        STALE
    }

    /** What happens to a room besides what relays say. */
    public enum RoomTurn {
        TICK,
        FLUSH,
        PERSISTED,
        WRITE_FAILED,
        /** Another life has written that seq. */
        FENCED
    }

    /** A fault that strikes at a moment counts as active for so long. */
    private static final long MOMENT_MS = 1_000;

    private static final Kinds REQUESTS = Kinds.under(Effect.ForRoom.class);
    private static final Kinds FROM_ROOM = Kinds.under(ToRelay.class);
    private static final Kinds TO_ROOM = Kinds.under(ToRoom.class);
    private static final Kinds FAULTS = Kinds.under(Fault.class);
    private static final Kinds LACKS = Kinds.under(PeerLacks.class);
    private static final int RELAY_FRAGMENT = REQUESTS.count() + FROM_ROOM.numberOf(ToRelay.Fragment.class);

    private final Table session =
            new Table("session, input by phase", SessionInputs.PHASES, SessionInputs.NAMES, SessionInputs::never);
    private final Table phases =
            new Table("session, from phase to phase", SessionInputs.PHASES, SessionInputs.PHASES, Coverage::noSuchTurn);
    private final Table relay = new Table(
            "relay, input by standing", names(RelayRules.Standing.values()), relayInputs(), Coverage::relayNever);
    private final Table room =
            new Table("room, input by state", names(RoomState.values()), roomInputs(), Coverage::roomNever);
    private final Table faults = new Table(
            "pairs of faults at one time", FAULTS.names(), FAULTS.names(), (row, column) -> column < row ? 1 : 0);
    private final Table strategies =
            new Table("how differences were found", names(Difference.Strategy.values()), LACKS.names(), Coverage::odd);
    private final Table tree = new Table("the tree", List.of(""), List.of("asked", "answered"), (row, column) -> 0);
    private final Table refusals = new Table("refusals", List.of(""), Refusals.TEXTS, (row, column) -> 0);
    private final Table closes = new Table("close codes", List.of(""), names(CloseCode.values()), (row, column) -> 0);

    private static List<String> names(Enum<?>[] values) {
        return Arrays.stream(values).map(Enum::name).toList();
    }

    private static List<String> relayInputs() {
        List<String> names = new ArrayList<>();
        REQUESTS.names().forEach(name -> names.add("session's " + name));
        FROM_ROOM.names().forEach(name -> names.add("room's " + name));
        names.add("tick");
        return names;
    }

    private static List<String> roomInputs() {
        List<String> names = new ArrayList<>(TO_ROOM.names());
        names.addAll(names(RoomTurn.values()));
        return names;
    }

    /** A session goes on or ends; it never goes back. */
    private static int noSuchTurn(int from, int to) {
        boolean ended = from == SessionInputs.PHASES.size() - 1;
        boolean back = to < from && !(from <= 4 && to >= 2) && !(from == 6 && to == 5);
        boolean leaps = from == 0 && to > 1 && to < 7;
        return ended || back || leaps ? 1 : 0;
    }

    /** Fragments are joined before; who has no sessions hears only what is new. */
    private static int relayNever(int standing, int input) {
        boolean idle = standing == RelayRules.Standing.IDLE.ordinal();
        boolean request = input < REQUESTS.count();
        boolean enter = input == REQUESTS.numberOf(Effect.Enter.class);
        return input == RELAY_FRAGMENT || (idle && request && !enter) ? 1 : 0;
    }

    /** One that recovers or writes is told nothing by itself, and only a write ends as one. */
    private static int roomNever(int state, int input) {
        int turn = input - TO_ROOM.count();
        boolean ends = turn >= RoomTurn.PERSISTED.ordinal();
        boolean writing = state == RoomState.WRITING.ordinal() || state == RoomState.STALE.ordinal();
        boolean recovering = state == RoomState.RECOVERING.ordinal();
        return (ends && !writing) || (recovering && turn >= 0) ? 1 : 0;
    }

    /** Which rule a strategy can end with. */
    private static int odd(int strategy, int lacks) {
        boolean fits = switch (Difference.Strategy.values()[strategy]) {
            case EQUAL -> lacks == LACKS.numberOf(PeerLacks.Nothing.class);
            case HEADS -> lacks == LACKS.numberOf(PeerLacks.AllBut.class);
            case IBF_64, IBF_32 ->
                lacks == LACKS.numberOf(PeerLacks.Exactly.class) || lacks == LACKS.numberOf(PeerLacks.Nothing.class);
            case FULL -> lacks == LACKS.numberOf(PeerLacks.Everything.class);
        };
        return fits ? 0 : 1;
    }

    /** A session made a step. */
    public void session(Phase before, Input input, Phase after) {
        int from = SessionInputs.of(before);
        session.hit(from, SessionInputs.of(input));
        phases.hit(from, SessionInputs.of(after));
        switch (input) {
            case Input.Admitted(var number, var admission) ->
                strategies.hit(
                        admission.difference().strategy().ordinal(),
                        LACKS.of(admission.difference().peerLacks()));
            case Input.MstAnswer answer -> tree.hit(0, 1);
            default -> {}
        }
    }

    /** A relay in this standing made a step. */
    public void relay(RelayRules.Standing standing, RelayInput input) {
        relay.hit(
                standing.ordinal(),
                switch (input) {
                    case RelayInput.FromSession(var from, var request) -> {
                        if (request instanceof Effect.AskMst) {
                            tree.hit(0, 0);
                        }
                        yield REQUESTS.of(request);
                    }
                    case RelayInput.FromRoom(var message) -> REQUESTS.count() + FROM_ROOM.of(message);
                    case RelayInput.Tick() -> REQUESTS.count() + FROM_ROOM.count();
                });
    }

    /** A message of a relay came to a life of a room. */
    public void room(RoomState state, ToRoom message) {
        room.hit(state.ordinal(), TO_ROOM.of(message));
    }

    /** A life of a room had a turn. */
    public void room(RoomState state, RoomTurn turn) {
        room.hit(state.ordinal(), TO_ROOM.count() + turn.ordinal());
    }

    /** These are the faults of a run: which of them are active together. */
    public void faults(List<Fault> all) {
        for (int one = 0; one < all.size(); one++) {
            for (int other = one + 1; other < all.size(); other++) {
                if (together(all.get(one), all.get(other))) {
                    int first = FAULTS.of(all.get(one));
                    int second = FAULTS.of(all.get(other));
                    faults.hit(Math.min(first, second), Math.max(first, second));
                }
            }
        }
    }

    private static boolean together(Fault one, Fault other) {
        return one.when().earliestMs() < endMs(other) && other.when().earliestMs() < endMs(one);
    }

    private static long endMs(Fault fault) {
        return fault.when().earliestMs() + (fault instanceof Fault.Span span ? span.forMs() : MOMENT_MS);
    }

    /** A peer was told of an error. Several in one text count for the first. */
    public void refused(String text) {
        refusals.hit(0, Refusals.of(text));
    }

    /** A session ended with this code and reason. */
    public void closed(int code, String reason) {
        code(code, reason).ifPresent(found -> closes.hit(0, found.ordinal()));
    }

    private static Optional<CloseCode> code(int number, String reason) {
        Optional<CloseCode> found = Optional.empty();
        for (CloseCode code : CloseCode.values()) {
            if (code.number() == number && (found.isEmpty() || code.reason().equals(reason))) {
                found = Optional.of(code);
            }
        }
        return found;
    }

    /** What another run reached counts here too. */
    public void add(Coverage other) {
        List<Table> ours = tables();
        List<Table> theirs = other.tables();
        for (int i = 0; i < ours.size(); i++) {
            ours.get(i).add(theirs.get(i));
        }
    }

    /** All tables, for those who count. */
    public List<Table> tables() {
        return List.of(session, phases, relay, room, faults, strategies, tree, refusals, closes);
    }

    /** What was reached of each table, and its holes. */
    public String report() {
        StringBuilder text = new StringBuilder();
        tables().forEach(table -> text.append(table.report()));
        return text.toString();
    }
}
