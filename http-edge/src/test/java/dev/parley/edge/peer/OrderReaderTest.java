package dev.parley.edge.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.core.history.ItemId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OrderReaderTest {
    private static final String KEY = "ab".repeat(32);

    static Stream<Arguments> lines() {
        Order.Place second = new Order.Place.Index(1);
        return Stream.of(
                Arguments.of("set a=b", new Order.Set("a", bytes("b"))),
                Arguments.of("set a@b=c=d e ", new Order.Set("a@b", bytes("c=d e "))),
                Arguments.of("set a=", new Order.Set("a", bytes(""))),
                Arguments.of("set a=0x00fF", new Order.Set("a", new byte[] {0, -1})),
                Arguments.of("set a=text:0x00", new Order.Set("a", bytes("0x00"))),
                Arguments.of("set a=json: {\"b\" : 1}", new Order.Set("a", bytes("{\"b\":1}"))),
                Arguments.of("set a=\"two\\nlines\"", new Order.Set("a", bytes("two\nlines"))),
                Arguments.of("set a=\"b \" ", new Order.Set("a", bytes("b "))),
                Arguments.of("set a=\"0x00\"", new Order.Set("a", bytes("0x00"))),
                Arguments.of("  delete  a b ", new Order.Delete("a b")),
                Arguments.of("del a", new Order.Delete("a")),
                Arguments.of("push l=x", new Order.Push("l", bytes("x"))),
                Arguments.of("insert l@1=x", new Order.Insert("l", 1, bytes("x"))),
                Arguments.of("insert a@b@0=x", new Order.Insert("a@b", 0, bytes("x"))),
                Arguments.of("put l@1=x", new Order.Put("l", second, bytes("x"))),
                Arguments.of("remove l@-1", new Order.Remove("l", new Order.Place.Index(-1))),
                Arguments.of(
                        "rm l@000000000000000100000000000000ff",
                        new Order.Remove("l", new Order.Place.Item(new ItemId(1, 255)))),
                Arguments.of("move l@1=0", new Order.Move("l", second, 0)),
                Arguments.of("type t=hi @you", new Order.Type("t", "hi @you")),
                Arguments.of("insert-text t@5=,", new Order.InsertText("t", 5, ",")),
                Arguments.of("delete-text t@5+2", new Order.DeleteText("t", 5, 2)),
                Arguments.of("get a", new Order.Get("a")),
                Arguments.of("show", new Order.ShowAll()),
                Arguments.of("show all", new Order.ShowAll()),
                Arguments.of("show map", new Order.ShowMap()),
                Arguments.of("show list to do", new Order.ShowList("to do")),
                Arguments.of("show text t", new Order.ShowText("t")),
                Arguments.of("state", new Order.State()),
                Arguments.of("tail", new Order.Tail(true)),
                Arguments.of("tail off", new Order.Tail(false)),
                Arguments.of("who", new Order.Who()),
                Arguments.of("presence {\"c\": 1}", new Order.Presence(Optional.of("{\"c\":1}"))),
                Arguments.of("presence", new Order.Presence(Optional.empty())),
                Arguments.of("presence null", new Order.Presence(Optional.empty())),
                Arguments.of("subscribe world/** a", new Order.Subscribe(List.of("world/**", "a"))),
                Arguments.of("sync", new Order.Sync()),
                Arguments.of("lock " + KEY.toUpperCase(Locale.ROOT), new Order.Lock(KEY)),
                Arguments.of("policy p.json", new Order.Policy(Path.of("p.json"))),
                Arguments.of("server-info", new Order.ServerInfo()),
                Arguments.of("help", new Order.Help()),
                Arguments.of("?", new Order.Help()),
                Arguments.of("quit", new Order.Quit()),
                Arguments.of("", new Order.Nothing()),
                Arguments.of("  # set a=b", new Order.Nothing()));
    }

    @ParameterizedTest(name = "<{0}>")
    @MethodSource("lines")
    void aLineIsAnOrder(String line, Order order) {
        assertThat(OrderReader.line(line)).usingRecursiveComparison().isEqualTo(order);
        assertThat(OrderReader.line(line)).hasSameClassAs(order);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "sett a=b|There is no command 'sett'; did you mean set?",
                "shwo|There is no command 'shwo'; did you mean show?",
                "sub-scribe x|There is no command 'sub-scribe'; did you mean subscribe?",
                "zzzzzz|There is no command 'zzzzzz'; help lists them.",
                "set|set: KEY=VALUE is wanted.",
                "set a|set: KEY=VALUE is wanted, not 'a'.",
                "set =b|A name is wanted.",
                "set a=0xabc|'0xabc' is not hex",
                "set a=@|The name of a file is wanted after @",
                "set a=@no-such-file|There is no file no-such-file; for the text itself write text:@no-such-file.",
                "set a=json:{|'{' is not JSON: Unexpected end-of-input",
                "set a=json:1 2|'1 2' is not JSON",
                "set a=json:|JSON is wanted, but nothing is there.",
                "set a=\"a\"b\"|The quotes do not fit",
                "insert l=x|insert: LIST@I=VALUE is wanted, not 'l'.",
                "insert l@-1=x|insert: '-1' is no position",
                "insert l@=x|insert: '' is no position",
                "remove l|remove: LIST@I is wanted, not 'l'.",
                "remove l@one|remove: 'one' names no item",
                "move l@0=99999999999|move: '99999999999' is no position",
                "type t=|There is nothing to type.",
                "delete-text t@1|delete-text: TEXT@I+N is wanted",
                "delete-text t@1+0|delete-text: nothing is to be deleted.",
                "show lists|show: 'lists' is neither map, list nor text",
                "show list|A name is wanted.",
                "tail maybe|tail: on|off is wanted",
                "who am i|who stands alone.",
                "presence {|is not JSON",
                "lock 12|lock: '12' is no public key",
                "subscribe|subscribe: PATTERN"
            })
    void aWrongLineIsRefusedInOneSentence(String line) {
        String[] parts = line.split("\\|", 2);
        assertThatThrownBy(() -> OrderReader.line(parts[0]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(parts.length > 1 ? parts[1] : "");
    }

    @Test
    void whatIsTooLargeForANodeIsRefusedBeforeItIsSigned() {
        assertThatThrownBy(() -> OrderReader.line("set " + "k".repeat(4_097) + "=v"))
                .hasMessageContaining("4096 bytes");
        assertThatThrownBy(() -> OrderReader.line("set k=" + "v".repeat((1 << 20) + 1)))
                .hasMessageContaining("1048576 bytes");
        assertThatThrownBy(() -> OrderReader.line("type k=" + "v".repeat((1 << 20) + 1)))
                .hasMessageContaining("at once");
    }

    @Test
    void aFilesBytesAreAValueAndItsTextIsWords(@TempDir Path folder) throws IOException {
        Path text = Files.writeString(folder.resolve("text"), "grüße\n");
        Path bytes = Files.write(folder.resolve("bytes"), new byte[] {-1});

        assertThat(((Order.Set) OrderReader.line("set a=@" + bytes)).value()).containsExactly(-1);
        assertThat(OrderReader.line("type t=@" + text)).isEqualTo(new Order.Type("t", "grüße\n"));
        assertThatThrownBy(() -> OrderReader.line("type t=@" + bytes)).hasMessageContaining("not UTF-8");
    }

    @Test
    void optionsTakeTheirValueAsItIs() {
        assertThat(((Order.Set) OrderReader.option(Verb.SET, "a=\"b\"")).value())
                .isEqualTo(bytes("\"b\""));
    }

    @Test
    void everyVerbIsInTheHelpAndReadable() {
        assertThat(Verb.help()).hasSameSizeAs(Verb.values());
        for (Verb verb : Verb.values()) {
            assertThat(Verb.of(verb.word())).contains(verb);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
