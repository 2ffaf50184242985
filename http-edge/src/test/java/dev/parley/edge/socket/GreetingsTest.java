package dev.parley.edge.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GreetingsTest {
    private final Greetings greetings = new Greetings(new Greetings.Bounds(4, 2));
    private final List<String> dropped = new ArrayList<>();

    @Test
    void theOldestOfAnAddressMakesRoomForItsNext() {
        begin("a", "a1");
        begin("b", "b1");
        begin("a", "a2");

        begin("a", "a3");

        assertThat(dropped).containsExactly("a1");
        assertThat(greetings.count()).isEqualTo(3);
        assertThat(greetings.dropped()).isEqualTo(1);
    }

    @Test
    void theOldestOfAllMakesRoomWhenTheMemberIsFull() {
        begin("a", "a1");
        begin("b", "b1");
        begin("a", "a2");
        begin("b", "b2");

        begin("c", "c1");
        begin("c", "c2");

        assertThat(dropped).containsExactly("a1", "b1");
        assertThat(greetings.count()).isEqualTo(4);
    }

    @Test
    void whoHasSaidHelloIsNotCountedAnyMore() {
        Greetings.Greeting first = begin("a", "a1");
        begin("a", "a2");

        first.over();
        first.over();
        begin("a", "a3");

        assertThat(dropped).isEmpty();
        assertThat(greetings.count()).isEqualTo(2);
    }

    @Test
    void aProxyCountsForTheWholeUntilItSaysForWhom() {
        Greetings.Greeting first = begin("", "p1");
        Greetings.Greeting second = begin("", "p2");
        Greetings.Greeting third = begin("", "p3");

        first.from("a");
        second.from("a");
        third.from("a");
        third.from("a");

        assertThat(dropped).containsExactly("p1");
        assertThat(greetings.count()).isEqualTo(2);
    }

    @Test
    void whoWasDroppedIsNotCountedAgain() {
        Greetings.Greeting first = begin("a", "a1");
        begin("a", "a2");
        begin("a", "a3");

        first.over();
        first.from("b");

        assertThat(greetings.count()).isEqualTo(2);
        begin("b", "b1");
        begin("b", "b2");
        assertThat(dropped).containsExactly("a1");
    }

    @Test
    void allAreDroppedWhenTheServerStops() {
        begin("a", "a1");
        begin("b", "b1");

        greetings.dropAll();

        assertThat(dropped).containsExactly("a1", "b1");
    }

    private Greetings.Greeting begin(String address, String name) {
        return greetings.begin(address, () -> dropped.add(name));
    }
}
