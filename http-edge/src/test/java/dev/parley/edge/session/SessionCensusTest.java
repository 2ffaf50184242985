package dev.parley.edge.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import dev.parley.core.id.SessionId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SessionCensusTest {
    private static final RoomId ROOM = new RoomId("room");
    private static final RoomId OTHER = new RoomId("other");
    private static final Optional<String> YES = Optional.empty();
    private static final PeerId PEER = PeerId.of(new byte[32]);

    private static SessionId session(int number) {
        return new SessionId(number);
    }

    @Test
    void theServerRoomAndAddressEachHaveTheirBound() {
        SessionCensus census = new SessionCensus(new SessionCensus.Bounds(4, 2, 3, 10));

        assertThat(census.admit(session(1), "a", Optional.of(ROOM))).isEqualTo(YES);
        assertThat(census.admit(session(2), "a", Optional.of(ROOM))).isEqualTo(YES);
        assertThat(census.admit(session(3), "b", Optional.of(ROOM)))
                .contains("the room has as many sessions as it may, try again later");
        assertThat(census.admit(session(3), "a", Optional.of(OTHER))).isEqualTo(YES);
        assertThat(census.admit(session(4), "a", Optional.of(OTHER)))
                .contains("your address has as many sessions as it may");
        assertThat(census.admit(session(4), "b", Optional.empty())).isEqualTo(YES);
        assertThat(census.admit(session(5), "c", Optional.empty()))
                .contains("this server has as many sessions as it may, try again later");
        census.leave(session(1));
        census.leave(session(1));
        assertThat(census.sessions()).isEqualTo(3);
        assertThat(census.admit(session(5), "a", Optional.of(ROOM))).isEqualTo(YES);
    }

    @Test
    void roomsAreBoundedToo() {
        SessionCensus census = new SessionCensus(new SessionCensus.Bounds(9, 9, 9, 1));
        census.admit(session(1), "a", Optional.of(ROOM));

        assertThat(census.admit(session(2), "a", Optional.of(OTHER)))
                .contains("this server has as many rooms as it may, try again later");
        assertThat(census.admit(session(2), "a", Optional.of(ROOM))).isEqualTo(YES);
        census.leave(session(1));
        census.leave(session(2));
        assertThat(census.admit(session(3), "a", Optional.of(OTHER))).isEqualTo(YES);
    }

    @Test
    void aRoomNamedByHelloCountsFromThenOn() {
        SessionCensus census = new SessionCensus(new SessionCensus.Bounds(9, 1, 9, 9));
        census.admit(session(1), "a", Optional.empty());
        census.admit(session(2), "a", Optional.empty());

        assertThat(census.enter(session(1), ROOM, PEER)).isEqualTo(YES);
        assertThat(census.enter(session(2), ROOM, PEER))
                .contains("the room has as many sessions as it may, try again later");
        assertThat(census.sessionsByRoom()).isEqualTo(Map.of(ROOM, 1));
        assertThat(census.peersByRoom()).isEqualTo(Map.of(ROOM, 1));
    }

    @Test
    void aPlaceThatNobodyTookIsGivenBack() {
        SessionCensus census = new SessionCensus(new SessionCensus.Bounds(1, 1, 1, 1));
        census.admit(session(1), "a", Optional.of(ROOM));

        census.leaveUnlessStarted(session(1));

        assertThat(census.admit(session(2), "a", Optional.of(ROOM))).isEqualTo(YES);
    }

    @Test
    void aRoomForWhichThereIsNoMemoryIsRefused() {
        SessionCensus census = new SessionCensus(new SessionCensus.Bounds(9, 9, 9, 9), OTHER::equals);

        assertThat(census.admit(session(1), "a", Optional.of(OTHER))).isEqualTo(YES);
        assertThat(census.admit(session(2), "a", Optional.of(ROOM))).contains("room is not available, try again");
        assertThat(census.admit(session(2), "a", Optional.empty())).isEqualTo(YES);
        assertThat(census.enter(session(2), ROOM, PEER)).contains("room is not available, try again");
    }

    private static SessionSheet sheet(int number) {
        return new SessionSheet(session(number), "a", 0, null, null);
    }

    @Test
    void aSessionThatStartsWhileTheMemberLeavesIsToldToo() {
        SessionCensus census = new SessionCensus(new SessionCensus.Bounds(9, 9, 9, 9));
        census.admit(session(1), "a", Optional.of(ROOM));
        census.admit(session(2), "a", Optional.of(ROOM));
        List<String> told = new ArrayList<>();
        census.started(session(1), () -> told.add("before"), sheet(1));

        census.memberLeaves();
        census.started(session(2), () -> told.add("late"), sheet(2));

        assertThat(told).containsExactly("before", "late");
    }
}
