package dev.parley.system;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs Parley's commands as a user does: in a process, seen by exit code and output alone. */
final class Commands {
    /** What a command printed and how it ended. */
    record Ended(int exitCode, String output, String errors) {}

    private Commands() {}

    static ProcessBuilder builder(List<String> arguments) {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.parley.edge.main.Parley"));
        line.addAll(arguments);
        return new ProcessBuilder(line);
    }

    static Ended run(Duration limit, String... arguments) throws Exception {
        Path output = Files.createTempFile("parley", ".out");
        Path errors = Files.createTempFile("parley", ".err");
        try {
            Process process = builder(List.of(arguments))
                    .redirectOutput(output.toFile())
                    .redirectError(errors.toFile())
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("still running after " + limit + ": " + List.of(arguments) + "\n"
                        + Files.readString(output) + Files.readString(errors));
            }
            return new Ended(
                    process.exitValue(),
                    Files.readString(output, StandardCharsets.UTF_8),
                    Files.readString(errors, StandardCharsets.UTF_8));
        } finally {
            Files.deleteIfExists(output);
            Files.deleteIfExists(errors);
        }
    }
}
