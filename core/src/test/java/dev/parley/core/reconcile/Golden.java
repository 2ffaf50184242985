package dev.parley.core.reconcile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.core.history.Blake3;
import dev.parley.core.id.NodeId;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;

/** The golden vectors of the protocol, as this package and {@code access} read them. */
public final class Golden {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Golden() {}

    /** A file of vectors, by its name without folder. */
    public static JsonNode file(String name) {
        try (InputStream in = Golden.class.getResourceAsStream("/vectors/" + name)) {
            return JSON.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static byte[] bytes(JsonNode hex) {
        return HexFormat.of().parseHex(hex.asText());
    }

    public static List<NodeId> ids(JsonNode list) {
        return texts(list).stream().map(it -> NodeId.parse(it).orElseThrow()).toList();
    }

    public static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(it -> texts.add(it.asText()));
        return texts;
    }

    /** The ids that the vectors call {@code name-0}, {@code name-1}, …: hashes of these texts. */
    static List<NodeId> named(String name, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> Blake3.hash((name + "-" + i).getBytes(StandardCharsets.US_ASCII)))
                .toList();
    }

    /** Ids whose first two bytes are a number, big-endian, from 0 on, and whose other bytes are zero. */
    static List<NodeId> prefixed(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    byte[] bytes = new byte[NodeId.SIZE_BYTES];
                    bytes[0] = (byte) (i >>> 8);
                    bytes[1] = (byte) i;
                    return NodeId.of(bytes);
                })
                .toList();
    }

    /** The hash of a number in 4 bytes, little-endian, as the reference core made its ids. */
    static NodeId numbered(int number) {
        return Blake3.hash(
                new byte[] {(byte) number, (byte) (number >>> 8), (byte) (number >>> 16), (byte) (number >>> 24)});
    }
}
