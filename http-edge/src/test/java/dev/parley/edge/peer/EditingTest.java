package dev.parley.edge.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.core.history.Ed25519;
import dev.parley.core.history.ItemId;
import dev.parley.core.history.Op;
import dev.parley.core.id.RoomId;
import dev.parley.core.state.Projection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EditingTest {
    private final Random random = new Random(7);
    private final Canonical canonical = new Canonical();
    private final Replica replica = replica(1);

    @Test
    void aListIsEditedByPositions() {
        edit("push l=a", "push l=c", "insert l@1=b", "insert l@0=first", "move l@0=3", "remove l@1", "put l@-1=last");

        assertThat(show("show list l")).containsExactly("0  a", "1  c", "2  last");
    }

    @Test
    void anItemGoesOnBeingItselfUnderItsId() {
        edit("push l=a", "push l=b");
        ItemId a = state().lists().items("l").getFirst().id();

        edit("insert l@0=z", "move l@" + a + "=2", "put l@" + a + "=A");

        assertThat(show("show list l")).containsExactly("0  z", "1  b", "2  A");
        assertThat(show("get l/" + a)).containsExactly("A");
    }

    @Test
    void removingAnItemRemovesItsValue() {
        edit("push l=a", "remove l@0");

        assertThat(show("show map")).isEmpty();
        assertThat(show("show list l")).isEmpty();
    }

    @Test
    void somethingFitsAfterItemsThatShareAPosition() {
        replica.edit(List.of(new Op.ListInsert("l", new ItemId(0, 1), "V")), 0);
        replica.edit(List.of(new Op.ListInsert("l", new ItemId(0, 2), "V")), 0);
        replica.edit(List.of(new Op.ListInsert("l", new ItemId(0, 3), "k")), 0);

        edit("insert l@1=x");

        assertThat(show("show list l").get(2)).isEqualTo("2  x");
    }

    @Test
    void aPositionOfSomebodyElsesAlphabetIsASentence() {
        replica.edit(List.of(new Op.ListInsert("l", new ItemId(0, 1), "!")), 0);

        assertThatThrownBy(() -> edit("push l=x")).hasMessageContaining("Nothing fits at position 1 of list 'l'");
    }

    @Test
    void aTextIsEditedByCharacters() {
        edit("type t=Hello world", "insert-text t@5=,", "insert-text t@0=🙂 ", "delete-text t@2+5", "type t=!");

        assertThat(show("show text t")).containsExactly("🙂 , world!");
    }

    @Test
    void whatIsTypedIntoSomebodysRunStaysWhereItWasTyped() {
        edit("type t=hello");
        Replica other = replica(2);
        copy(replica, other);

        other.edit(
                Editing.ops(
                        (Order.Edit) OrderReader.line("insert-text t@1=XYZ"), new Canonical().of(other.view()), random),
                0);

        assertThat(other.state().texts()).containsEntry("t", "hXYZello");
    }

    @Test
    void anEditAfterALateEarlierOneSeesTheCanonicalText() {
        edit("type t=ab");
        Replica other = replica(2);
        other.edit(List.of(new Op.TextInsert("t", Optional.empty(), 'z')), 0);
        canonical.of(replica.view());
        copy(other, replica);

        String text = show("show text t").getFirst();
        edit("insert-text t@3=!");

        assertThat(text).hasSize(3).isEqualTo(replica.state().texts().get("t").substring(0, 3));
        assertThat(show("show text t")).containsExactly(text + "!");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "remove l@0|There is no item 0 in list 'l', which has no items.",
                "put l@-1=x|There is no item -1",
                "move l@00000000000000000000000000000001=0|There is no item 00000000000000000000000000000001",
                "insert l@1=x|There is no position 1 in list 'l': it ends at 0.",
                "insert-text t@1=x|There is no position 1 in text 't': it has 0 characters.",
                "delete-text t@0+1|Text 't' has only 0 characters from position 0 on."
            })
    void aPlaceThatIsNotThereIsASentence(String row) {
        String[] parts = row.split("\\|");
        assertThatThrownBy(() -> edit(parts[0]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(parts[1]);
        assertThat(replica.view().count()).isZero();
    }

    @Test
    void everythingIsShownByFamily() {
        assertThat(show("show")).containsExactly("The room is empty.");
        edit("set k=\"a\\nb\"", "set raw=0xff", "push l=x", "type t=one\ntwo", "set esc=\"\\u001b[2J\"");

        assertThat(show("show"))
                .containsExactly(
                        "map",
                        "  esc = \\u001b[2J",
                        "  k = a\\nb",
                        "  raw = 0xff",
                        "list l",
                        "  0  x",
                        "text t",
                        "  one",
                        "  two");
        assertThat(show("get k")).containsExactly("a\nb");
    }

    @Test
    void jsonShowsValuesAsTheyAre() {
        edit("set k=é", "set raw=0xff", "push l=x", "type t=hi");
        ItemId item = state().lists().items("l").getFirst().id();

        assertThat(json("get raw")).containsExactly("{\"hex\":\"ff\"}");
        assertThat(json("show list l"))
                .containsExactly("[{\"item\":\"" + item + "\",\"position\":\"V\",\"value\":\"x\"}]");
        assertThat(json("show text t")).containsExactly("\"hi\"");
        assertThat(json("show").getFirst()).contains("\"k\":\"\\u00E9\"", "\"texts\":{\"t\":\"hi\"}");
        assertThat(Showing.lines(new Order.Get("none"), state(), true)).isEmpty();
    }

    private void edit(String... lines) {
        for (String line : lines) {
            replica.edit(Editing.ops((Order.Edit) OrderReader.line(line), state(), random), 0);
        }
    }

    private Projection state() {
        return canonical.of(replica.view());
    }

    private List<String> show(String line) {
        return Showing.lines((Order.Show) OrderReader.line(line), state(), false)
                .orElseThrow();
    }

    private List<String> json(String line) {
        return Showing.lines((Order.Show) OrderReader.line(line), state(), true).orElseThrow();
    }

    private static void copy(Replica from, Replica to) {
        List<Integer> numbers = new ArrayList<>();
        for (int number = 0; number < from.view().count(); number++) {
            numbers.add(number);
        }
        numbers.forEach(number -> to.offer(from.view().node(number)));
    }

    private static Replica replica(int seed) {
        byte[] key = new byte[32];
        key[0] = (byte) seed;
        return new Replica(new RoomId("r"), Ed25519.signer(key), Ed25519.best(), ReplicaSettings.DEFAULT);
    }
}
