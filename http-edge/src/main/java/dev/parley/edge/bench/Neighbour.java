package dev.parley.edge.bench;

import dev.parley.edge.bench.LoudNeighbour.Noise;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@link LoudNeighbour} in its process, at the lowest priority where the system has {@code nice}. */
final class Neighbour implements AutoCloseable {
    private static final int CLOSE_SECONDS = 10;

    private final Process process;
    private final boolean lowPriority;
    private final BufferedReader answers;
    private final OutputStream orders;

    private Neighbour(Process process, boolean lowPriority) {
        this.process = process;
        this.lowPriority = lowPriority;
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
        this.orders = process.getOutputStream();
    }

    /** Returns when it is ready to begin. */
    static Neighbour start(LoudNeighbour.Kind kind, int port, double scale) throws IOException {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                LoudNeighbour.class.getName(),
                kind.name(),
                Integer.toString(port),
                Double.toString(scale)));
        Neighbour neighbour;
        try {
            List<String> niced = new ArrayList<>(List.of("nice", "-n", "19"));
            niced.addAll(line);
            neighbour = new Neighbour(process(niced), true);
        } catch (IOException noNice) {
            neighbour = new Neighbour(process(line), false);
        }
        neighbour.answer();
        return neighbour;
    }

    private static Process process(List<String> line) throws IOException {
        return new ProcessBuilder(line)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    boolean lowPriority() {
        return lowPriority;
    }

    /** Starts the noise; gives what there was before. */
    Noise begin() throws IOException {
        return order("begin");
    }

    /** Stops it; gives what there was up to now. */
    Noise end() throws IOException {
        return order("end");
    }

    /** CPU time its process has used so far. */
    Duration cpu() {
        return process.toHandle().info().totalCpuDuration().orElseThrow();
    }

    private Noise order(String order) throws IOException {
        orders.write((order + "\n").getBytes(StandardCharsets.US_ASCII));
        orders.flush();
        return Noise.of(answer());
    }

    private String answer() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new IOException("the loud neighbour has ended");
        }
        return line;
    }

    @Override
    public void close() throws IOException {
        orders.close();
        try {
            if (!process.waitFor(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
