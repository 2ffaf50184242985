package dev.parley.edge.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceFileTest {
    @Test
    void readsTheSequentialForm() throws IOException {
        Trace trace = read("""
                {"startContent":"hi","extra":{"a":[1]},"endContent":"hey!",
                 "txns":[{"time":"2021","patches":[[1,1,"ey"]]},{"patches":[[3,0,"!"]]}]}
                """);

        assertThat(trace)
                .isEqualTo(new Trace(
                        "hi",
                        "hey!",
                        1,
                        List.of(
                                new Trace.Edit(0, List.of(), List.of(new Trace.Patch(1, 1, "ey"))),
                                new Trace.Edit(0, List.of(0), List.of(new Trace.Patch(3, 0, "!"))))));
    }

    @Test
    void readsTheConcurrentForm() throws IOException {
        Trace trace = read("""
                {"kind":"concurrent","endContent":"ab","numAgents":2,
                 "txns":[{"parents":[],"agent":0,"patches":[[0,0,"a"]]},{"parents":[0],"agent":1,"patches":[[1,0,"b"]]}]}
                """);

        assertThat(trace.agents()).isEqualTo(2);
        assertThat(trace.edits().get(1)).isEqualTo(new Trace.Edit(1, List.of(0), List.of(new Trace.Patch(1, 0, "b"))));
    }

    @Test
    void whatIsWrittenReadsBack() throws IOException {
        for (Trace trace : List.of(TraceGenerator.twoAuthors(3, 500), TraceGenerator.sequential(3, 500))) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            TraceFile.write(trace, out);

            assertThat(TraceFile.read(new ByteArrayInputStream(out.toByteArray())))
                    .isEqualTo(trace);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "[]",
                "{}",
                "{\"endContent\":\"\",\"txns\":[]}",
                "{\"endContent\":\"\",\"txns\":[{\"patches\":[[0,0]]}]}",
                "{\"endContent\":\"\",\"txns\":[{\"patches\":[[-1,0,\"a\"]]}]}",
                "{\"endContent\":\"\",\"txns\":[{\"patches\":[[0,99999999999,\"a\"]]}]}",
                "{\"endContent\":\"\",\"txns\":[{\"agent\":1,\"patches\":[[0,0,\"a\"]]}]}",
                "{\"endContent\":\"\",\"txns\":[{\"parents\":[0],\"patches\":[[0,0,\"a\"]]}]}",
                "{\"endContent\":\"\",\"txns\":[{\"patches\":[[0,0,\"a\"]"
            })
    void whatIsNoTraceIsRefusedWithAReason(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(IOException.class).hasMessageStartingWith("not a trace");
    }

    @Test
    void aCompressedFileThatWasCutIsRefusedWithAReason() {
        assertThatThrownBy(() -> TraceFile.read(new ByteArrayInputStream(new byte[] {0x1f, (byte) 0x8b})))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("not a trace");
    }

    @Test
    void theShippedSampleIsTheGeneratorsAndTypesToItsEnd() throws IOException {
        try (InputStream in = TraceFile.class.getResourceAsStream("/sample/two-authors.json.gz")) {
            Trace sample = TraceFile.read(in);

            assertThat(sample).isEqualTo(TraceGenerator.twoAuthors(1, 400));
        }
    }

    private static Trace read(String json) throws IOException {
        return TraceFile.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
    }
}
