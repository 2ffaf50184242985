package dev.parley.persistence.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.history.Decoded;
import dev.parley.core.history.Node;
import dev.parley.core.id.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Each version of each event as it lies in journals, with its fields. These files never change: a journal written once is
 * read for ever.
 */
class GoldenEventsTest {
    static final List<String> MANIFESTS = List.of(
            RoomEventForm.NODES_APPENDED_V1,
            RoomEventForm.ROOM_LOCKED_V1,
            RoomEventForm.ROOM_LOCKED_V2,
            RoomEventForm.POLICY_SET_V1);

    private record Golden(String name, byte[] bytes, Map<String, List<String>> fields) {}

    @TestFactory
    List<DynamicTest> storedEventsAreReadAsTheyWereMeant() {
        List<DynamicTest> tests = new ArrayList<>();
        for (String manifest : MANIFESTS) {
            for (Golden golden : read(manifest)) {
                tests.add(DynamicTest.dynamicTest(manifest + " " + golden.name(), () -> {
                    RoomEvent event = RoomCodecTest.whole(RoomEventForm.decode(manifest, golden.bytes()));
                    assertThat(fields(event)).isEqualTo(golden.fields());
                    if (RoomEventForm.manifest(event).equals(manifest)) {
                        assertThat(RoomEventForm.encode(event)).isEqualTo(golden.bytes());
                    }
                    RoomCodecTest.damage(golden.bytes(), bytes -> RoomEventForm.decode(manifest, bytes));
                }));
            }
        }
        return tests;
    }

    @Test
    void anEventOfANewerVersionIsBroken() {
        assertThat(RoomEventForm.decode("parley.nodes-appended.v2", new byte[0]))
                .isInstanceOfSatisfying(
                        Decoded.Broken.class,
                        broken -> assertThat(broken.what()).contains("newer version"));
    }

    private static Map<String, List<String>> fields(RoomEvent event) {
        Map<String, List<String>> fields = new LinkedHashMap<>();
        fields.put("root", List.of(event.rootAfter().toHex()));
        switch (event) {
            case RoomEvent.NodesAppended(List<Run> runs, var root) -> {
                List<String> lines = new ArrayList<>();
                for (Run run : runs) {
                    lines.add("origin " + run.origin() + " from " + run.from());
                    for (Node node : run.nodes()) {
                        lines.add("node " + node.id() + " " + Bytes.toHex(node.encoded()));
                    }
                }
                fields.put("run", lines);
            }
            case RoomEvent.RoomLocked(var key, var request, var root) -> {
                fields.put("key", List.of(key.toHex()));
                request.ifPresent(it -> fields.put("request", List.of(it.session() + " " + it.number())));
            }
            case RoomEvent.PolicySet(var policy, var clock, var request, var root) -> {
                fields.put("clock", List.of(Long.toUnsignedString(clock)));
                fields.put("request", List.of(request.session() + " " + request.number()));
                fields.put("default", List.of(policy.fallback().toString()));
                List<String> rules = new ArrayList<>();
                policy.rules().forEach(rule -> rules.add(rule.pattern() + " " + rule.canWrite()));
                if (!rules.isEmpty()) {
                    fields.put("rule", rules);
                }
            }
        }
        return fields;
    }

    /** The stored bytes of every golden event of this manifest. */
    static Stream<byte[]> bytes(String manifest) {
        return read(manifest).stream().map(Golden::bytes);
    }

    private static List<Golden> read(String manifest) {
        List<Golden> golden = new ArrayList<>();
        for (String block : text("/golden/" + manifest + ".txt").split("\n\n+")) {
            String name = "";
            byte[] bytes = {};
            Map<String, List<String>> fields = new LinkedHashMap<>();
            for (String line : block.strip().split("\n")) {
                if (line.startsWith("#")) {
                    continue;
                }
                int colon = line.indexOf(": ");
                String field = line.substring(0, colon);
                String value = line.substring(colon + 2);
                switch (field) {
                    case "name" -> name = value;
                    case "hex" -> bytes = HexFormat.of().parseHex(value);
                    default ->
                        fields.computeIfAbsent(field, f -> new ArrayList<>()).add(value);
                }
            }
            if (!name.isEmpty()) {
                golden.add(new Golden(name, bytes, fields));
            }
        }
        assertThat(golden).isNotEmpty();
        return golden;
    }

    private static String text(String resource) {
        try (InputStream in = GoldenEventsTest.class.getResourceAsStream(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
