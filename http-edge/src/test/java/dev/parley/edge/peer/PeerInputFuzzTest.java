package dev.parley.edge.peer;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.parley.core.fuzz.Corpus;
import dev.parley.edge.trace.TraceFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a server says and whatever stands in a trace, the command-line peer has a word for it. */
class PeerInputFuzzTest {
    static Stream<byte[]> seeds() {
        String id = "0a".repeat(32);
        return Stream.concat(
                Corpus.of(PeerInputFuzzTest.class, "input"),
                Corpus.texts(
                        "{\"type\":\"welcome\",\"root\":\"" + id + "\",\"frontier\":[\"" + id
                                + "\"],\"missing\":[],\"mst_root\":\"" + id + "\",\"peers\":[\"" + id + "\"]}",
                        "{\"type\":\"pack\",\"from\":\"server\",\"nodes\":\"AA==\"}",
                        "{\"type\":\"snapshot-pack\",\"pack_b64\":\"AA==\"}",
                        "{\"type\":\"pack-ack\",\"incoming_count\":3,\"accepted_count\":2,\"rejected_count\":1}",
                        "{\"type\":\"mst-response\",\"nodes\":[{\"path\":\"\",\"hash\":\"" + id
                                + "\",\"children\":{\"0\":\"" + id + "\"},\"keys\":[\"" + id + "\"]}]}",
                        "{\"type\":\"error\",\"msg\":\"no\"}",
                        "{\"type\":\"presence\",\"from\":\"x\",\"data\":{\"a\":[1e9]}}",
                        "{\"startContent\":\"\",\"endContent\":\"ab\",\"txns\":[{\"patches\":[[0,0,\"ab\"]]}]}",
                        "{\"kind\":\"concurrent\",\"endContent\":\"\",\"numAgents\":2,"
                                + "\"txns\":[{\"parents\":[],\"agent\":1,\"patches\":[[0,0,\"x\"]]}]}"));
    }

    @MethodSource("seeds")
    @FuzzTest
    void input(byte[] bytes) {
        assertThat(ServerMessages.read(new String(bytes, StandardCharsets.UTF_8)))
                .isNotNull();
        try {
            assertThat(TraceFile.read(new ByteArrayInputStream(bytes))).isNotNull();
        } catch (IOException refused) {
            assertThat(refused.getMessage()).isNotBlank();
        }
    }
}
