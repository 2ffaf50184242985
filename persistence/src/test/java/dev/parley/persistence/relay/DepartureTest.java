package dev.parley.persistence.relay;

import static dev.parley.persistence.room.Fixtures.peer;

import dev.parley.core.access.Subscription;
import dev.parley.core.id.SessionId;
import dev.parley.core.reconcile.StandardReconciler;
import dev.parley.core.reconcile.Summary;
import dev.parley.core.session.Effect;
import dev.parley.core.session.Input;
import dev.parley.core.session.PresenceReply;
import dev.parley.core.session.PresenceRequest;
import dev.parley.persistence.room.Fixtures;
import dev.parley.persistence.room.Frontdesk;
import dev.parley.persistence.room.RelayId;
import dev.parley.persistence.room.RoomDesk;
import dev.parley.persistence.room.RoomEffect;
import dev.parley.persistence.room.RoomRules;
import dev.parley.persistence.room.RoomSettings;
import dev.parley.persistence.room.RoomState;
import dev.parley.persistence.room.ToRelay;
import dev.parley.persistence.room.ToRoom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * One session shows something and ends, and the room moves, each at every point of the row of messages there is; beside
 * that each one message is lost. The other session is told of the end exactly once, whatever meets whatever.
 */
class DepartureTest {
    private static final SessionId STAYS = new SessionId(1);
    private static final SessionId GOES = new SessionId(2);

    /** What happens when, counted in messages delivered since the value was set; -1 for never. */
    private record Plan(int leaveAt, int stopAt, int unheard, int lostAt) {}

    /** Two sessions, on one member or on two, and their room. */
    private static final class World {
        private sealed interface Mail {
            record Up(ToRoom message) implements Mail {}

            record Down(RelayId relay, ToRelay message) implements Mail {}
        }

        private final Plan plan;
        private final List<RelayRules> relays = new ArrayList<>();
        private final ArrayDeque<Mail> mail = new ArrayDeque<>();
        private final RoomState state = RoomState.empty(Fixtures.ROOM);
        private final int memberOfGoes;
        private RoomDesk desk;
        private long incarnation;
        private long nowMs = 1_000_000;
        private int delivered = Integer.MIN_VALUE;
        private int unheard;
        private boolean left;
        /** What the session that stays was told of the other, in order. */
        private final List<String> told = new ArrayList<>();

        World(Plan plan, int members, long quietMs) {
            this.plan = plan;
            this.memberOfGoes = members - 1;
            for (int member = 0; member < members; member++) {
                relays.add(
                        new RelayRules(new RelayId(member + 1), Fixtures.ROOM, RelaySettings.DEFAULT, 11 * member + 5));
            }
            move();
            enter(0, STAYS, 1);
            enter(memberOfGoes, GOES, 2);
            for (long ms = 0; ms < quietMs; ms += 100) {
                turn();
            }
            delivered = 0;
            input(
                    memberOfGoes,
                    new RelayInput.FromSession(
                            GOES, new Effect.AskPresence(9, new PresenceRequest.Put("1", OptionalLong.empty()))));
        }

        /** Lets it all happen, and time pass until nobody waits for anything. */
        World run() {
            for (int turn = 0; turn < 120; turn++) {
                if (turn == 50) {
                    leave();
                }
                turn();
            }
            return this;
        }

        List<String> shownToWhoStays() {
            input(0, new RelayInput.FromSession(STAYS, new Effect.AskPresence(8, new PresenceRequest.Get())));
            return told;
        }

        private void move() {
            incarnation++;
            desk = new RoomDesk(
                    incarnation,
                    RoomSettings.DEFAULT,
                    new RoomRules(RoomSettings.DEFAULT, Fixtures.SERVER, Fixtures.TRUSTING),
                    new Frontdesk(Fixtures.SERVER, Fixtures.TRUSTING, new StandardReconciler()),
                    nowMs);
        }

        private void enter(int member, SessionId session, int key) {
            input(
                    member,
                    new RelayInput.FromSession(
                            session,
                            new Effect.Enter(
                                    1,
                                    Fixtures.ROOM,
                                    peer(key),
                                    "p",
                                    "ui",
                                    new Summary(List.of(), new Summary.TheirSketch.Absent(), true),
                                    Subscription.EVERYTHING,
                                    false,
                                    Optional.empty())));
            deliver();
        }

        private void leave() {
            if (!left) {
                left = true;
                input(memberOfGoes, new RelayInput.FromSession(GOES, new Effect.Leave()));
            }
        }

        private void turn() {
            nowMs += 100;
            for (int member = 0; member < relays.size(); member++) {
                input(member, new RelayInput.Tick());
            }
            if (nowMs % 1_000 == 0) {
                run(desk.tick(state, nowMs));
            }
            deliver();
        }

        private void deliver() {
            happen();
            while (!mail.isEmpty()) {
                Mail next = mail.poll();
                boolean lost = delivered++ == plan.lostAt();
                switch (next) {
                    case Mail.Up(var message) -> {
                        if (unheard > 0) {
                            unheard--;
                        } else if (!lost) {
                            run(desk.receive(state, message, nowMs));
                        }
                    }
                    case Mail.Down(var relay, var message) -> {
                        if (!lost) {
                            input((int) relay.value() - 1, new RelayInput.FromRoom(message));
                        }
                    }
                }
                happen();
            }
        }

        private void happen() {
            if (delivered == plan.stopAt()) {
                move();
                unheard = plan.unheard();
            }
            if (delivered == plan.leaveAt()) {
                leave();
            }
        }

        private void input(int member, RelayInput input) {
            for (RelayEffect effect : relays.get(member).step(input, nowMs)) {
                switch (effect) {
                    case RelayEffect.TellRoom(var message) -> mail.add(new Mail.Up(message));
                    case RelayEffect.TellSession(var session, var news) -> told(member, session, news);
                    case RelayEffect.Stop() -> {}
                }
            }
        }

        private void told(int member, SessionId session, Input news) {
            if (news instanceof Input.Admitted(var number, var admission)) {
                input(member, new RelayInput.FromSession(session, new Effect.GoLive(2, admission.asOfSeq())));
            }
            if (!session.equals(STAYS)) {
                return;
            }
            switch (news) {
                case Input.PeerJoined joined -> told.add("peer-joined");
                case Input.PeerLeft gone -> told.add("peer-left");
                case Input.Announced(var from, var message, var key, var lasting) ->
                    told.add(key.orElseThrow().split(" ")[0]);
                case Input.PresenceAnswered(var number, PresenceReply.Entries(var entries)) ->
                    told.add("entries " + entries.size());
                default -> {}
            }
        }

        private void run(List<RoomEffect> effects) {
            for (RoomEffect effect : effects) {
                switch (effect) {
                    case RoomEffect.Reply(var relay, var message) -> mail.add(new Mail.Down(relay, message));
                    case RoomEffect.Broadcast(var all, var message) ->
                        all.forEach(relay -> mail.add(new Mail.Down(relay, message)));
                    default -> {}
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "1, 1500", "2, 0", "2, 1500"})
    void anEndIsToldOnceWheneverTheRoomMovesAndWhateverIsLost(int members, long quietMs) {
        for (int leaveAt = 0; leaveAt < 10; leaveAt++) {
            for (int stopAt = -1; stopAt < 10; stopAt++) {
                for (int unheard = 0; unheard < 3; unheard++) {
                    for (int lostAt = -1; lostAt < 16; lostAt++) {
                        Plan plan = new Plan(leaveAt, stopAt, unheard, lostAt);
                        check(plan, new World(plan, members, quietMs).run().shownToWhoStays());
                    }
                }
            }
        }
    }

    private static void check(Plan plan, List<String> told) {
        List<String> roster =
                told.stream().filter(word -> word.startsWith("peer")).toList();
        if (!roster.equals(List.of("peer-joined", "peer-left"))) {
            throw new AssertionError(plan + " " + told);
        }
        List<String> values = told.stream()
                .filter(word -> word.equals("joined") || word.equals("leave"))
                .toList();
        // A value that ends before the room has it is nobody's business.
        if (!values.isEmpty() && !values.equals(List.of("joined", "leave"))) {
            throw new AssertionError(plan + " " + told);
        }
        if (!told.contains("entries 0")) {
            throw new AssertionError(plan + " " + told);
        }
    }
}
