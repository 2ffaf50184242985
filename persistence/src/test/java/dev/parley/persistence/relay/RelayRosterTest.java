package dev.parley.persistence.relay;

import static dev.parley.persistence.relay.RelayBench.entry;
import static dev.parley.persistence.relay.RelayBench.head;
import static dev.parley.persistence.relay.RelayBench.peer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.access.Subscription;
import dev.parley.core.id.SessionId;
import dev.parley.core.session.Effect;
import dev.parley.core.session.Input;
import dev.parley.core.wire.ToPeer;
import dev.parley.persistence.room.RelayId;
import dev.parley.persistence.room.RosterEntry;
import dev.parley.persistence.room.ToRelay;
import dev.parley.persistence.room.ToRoom;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each live session hears once of each identity that comes or goes, and never of its own. */
class RelayRosterTest {
    private final RelayBench bench = new RelayBench();

    @Test
    void aJoinAndALeaveAreToldToTheOthers() {
        bench.live(1, 0).room(roster(1, entry(1, 1)));

        assertThat(bench.room(joined(2, entry(5, 5))).told(1))
                .containsExactly(new Input.PeerJoined(peer(5), "p5", "ui"));
        assertThat(bench.room(left(3, entry(5, 5))).told(1)).containsExactly(new Input.PeerLeft(peer(5), "p5", "ui"));
    }

    @Test
    void ownIdentitiesAreNotTold() {
        bench.live(1, 0).room(roster(1));

        assertThat(bench.room(joined(2, entry(1, 1))).told(1)).isEmpty();
        assertThat(bench.room(left(3, entry(1, 1))).told(1)).isEmpty();
    }

    @Test
    void aRepeatedChangeIsToldOnce() {
        bench.live(1, 0).room(roster(1)).room(joined(2, entry(5, 5)));

        assertThat(bench.room(joined(2, entry(5, 5))).told(1)).isEmpty();
    }

    @Test
    void aHoleIsHealedByTheWholeRoster() {
        bench.live(1, 0).room(roster(1)).room(head(1, 0, 1)).after(500);

        bench.room(joined(3, entry(6, 6)));
        assertThat(bench.told(1)).containsExactly(new Input.PeerJoined(peer(6), "p6", "ui"));
        assertThat(bench.toRoom)
                .singleElement()
                .isInstanceOfSatisfying(
                        ToRoom.Attach.class, a -> assertThat(a.rosterSeq()).isEqualTo(1));

        assertThat(bench.room(roster(3, entry(5, 5), entry(6, 6))).told(1))
                .containsExactly(new Input.PeerJoined(peer(5), "p5", "ui"));
    }

    @Test
    void aMoveIsSilent() {
        bench.live(1, 0).room(roster(1, entry(1, 1), entry(5, 5)));
        assertThat(bench.told(1)).containsExactly(new Input.PeerJoined(peer(5), "p5", "ui"));

        bench.room(new ToRelay.WhoAreYou(2)).room(head(2, 0, 1));

        assertThat(bench.room(roster(2, entry(5, 5), entry(1, 1))).told(1)).isEmpty();
        assertThat(bench.room(roster(3, entry(1, 1))).told(1)).containsExactly(new Input.PeerLeft(peer(5), "p5", "ui"));
    }

    @Test
    void theAttachNamesTheRosterAndItsRelays() {
        bench.live(1, 0)
                .room(head(1, 0, 1))
                .room(new ToRelay.RosterIs(4, List.of(), Set.of(new RelayId(7), new RelayId(8))));

        ToRoom.Attach attach = (ToRoom.Attach) bench.after(1_000).toRoom.get(0);

        assertThat(attach.rosterSeq()).isEqualTo(4);
        assertThat(attach.knownRelays()).containsExactlyInAnyOrder(new RelayId(7), new RelayId(8));
    }

    @Test
    void aSessionHearsOfWhatHappenedSinceItsWelcomeWhenItIsLive() {
        bench.live(1, 0).room(roster(1, entry(4, 4), entry(5, 5)));
        bench.admitted(2, 0, peer(4), peer(5));

        bench.room(joined(2, entry(6, 6)));
        bench.room(joined(3, entry(7, 7)));
        bench.room(left(4, entry(7, 7)));
        bench.room(left(5, entry(4, 4)));
        assertThat(bench.told(2)).isEmpty();

        bench.session(2, new Effect.GoLive(3, 0));
        assertThat(bench.told(2))
                .containsExactly(
                        new Input.FeedJoined(3, 0),
                        new Input.PeerLeft(peer(4), "p4", "ui"),
                        new Input.PeerJoined(peer(6), "p6", "ui"));
    }

    @Test
    void aWelcomeThatKnewLessThanTheRelayIsCompleted() {
        bench.live(1, 0).room(roster(1, entry(5, 5)));

        bench.live(2, 0);

        assertThat(bench.told(2)).contains(new Input.PeerJoined(peer(5), "p5", "ui"));
    }

    @Test
    void presenceGoesToTheOtherSessionsThatWereLetInAndSignallingToItsTarget() {
        bench.live(1, 0).live(2, 0).live(3, 0).admitted(4, 0).enter(5, 5, Subscription.EVERYTHING);

        bench.session(1, new Effect.Announce(Optional.empty(), new ToPeer.Presence(peer(1), "{}")));
        assertThat(bench.kindsToRoom()).containsExactly(ToRoom.Announce.class);

        bench.room(new ToRelay.Announced(new SessionId(1), peer(1), Optional.empty(), "{}"));
        assertThat(bench.toSessions).extracting(t -> t.session().value()).containsExactly(2L, 3L, 4L);

        bench.room(new ToRelay.Announced(new SessionId(1), peer(1), Optional.of(peer(3)), "{}"));
        assertThat(bench.toSessions).extracting(t -> t.session().value()).containsExactly(3L);
    }

    @Test
    void twoSessionsOfOnePeerAreBothTold() {
        bench.live(1, 0);
        bench.enter(2, 1, Subscription.EVERYTHING)
                .room(RelayBench.admission(2, 0))
                .session(2, new Effect.GoLive(3, 0));
        bench.room(roster(1));

        bench.room(joined(2, entry(9, 9)));

        assertThat(bench.told(1)).hasSize(1);
        assertThat(bench.told(2)).hasSize(1);
    }

    private static ToRelay.RosterIs roster(long seq, RosterEntry... present) {
        return new ToRelay.RosterIs(seq, List.of(present), Set.of());
    }

    private static ToRelay.RosterChange joined(long seq, RosterEntry who) {
        return new ToRelay.RosterChange(seq, List.of(who), List.of());
    }

    private static ToRelay.RosterChange left(long seq, RosterEntry who) {
        return new ToRelay.RosterChange(seq, List.of(), List.of(who));
    }
}
