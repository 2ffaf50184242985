package dev.parley.system;

import dev.parley.edge.trace.Trace;
import dev.parley.edge.trace.TraceFile;
import dev.parley.edge.trace.TraceGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Recorded traces where they lie beside the project, generated ones elsewhere. What is found on disk decides, nothing else. */
final class TestInput {
    private static final int GENERATED_SESSION_EDITS = 12_000;
    private static final int GENERATED_TEXT_EDITS = 40_000;
    private static final long SEED = 20_260_101;

    private TestInput() {}

    /** Two people who type at once. */
    static Trace twoAuthors() throws IOException {
        return recorded("friendsforever.json.gz", TraceGenerator.twoAuthors(SEED, GENERATED_SESSION_EDITS));
    }

    /** One person who writes a long text. */
    static Trace longText() throws IOException {
        return recorded("automerge-paper.json.gz", TraceGenerator.sequential(SEED, GENERATED_TEXT_EDITS));
    }

    private static Trace recorded(String file, Trace generated) throws IOException {
        Path path = Path.of(System.getProperty("parley.root")).resolve("../shared/data/traces/" + file);
        if (Files.exists(path)) {
            System.out.println("input: the recorded trace " + file);
            return TraceFile.read(path);
        }
        System.out.println("input: generated with seed " + SEED + " in place of " + file);
        return generated;
    }
}
