package dev.parley.edge.trace;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The recorded traces where they lie beside the project, else generated ones of the same kind. */
final class Traces {
    /** A trace and where it came from, which the test output says. */
    record Sourced(Trace trace, String source) {}

    private Traces() {}

    static Sourced twoAuthors() {
        return recorded("friendsforever", TraceGenerator.twoAuthors(1, 26_000));
    }

    static Sourced longText() {
        return recorded("automerge-paper", TraceGenerator.sequential(1, 60_000));
    }

    private static Sourced recorded(String name, Trace generated) {
        Path file = Path.of(System.getProperty("parley.root", "."))
                .resolve("../shared/data/traces")
                .resolve(name + ".json.gz");
        if (!Files.isReadable(file)) {
            return new Sourced(generated, "generated");
        }
        try {
            return new Sourced(TraceFile.read(file), "recorded " + name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
