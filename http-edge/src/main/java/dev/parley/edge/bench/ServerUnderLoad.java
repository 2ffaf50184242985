package dev.parley.edge.bench;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A server in a process of its own on loopback, whose CPU time and heap can be read from outside. It runs with the options
 * that the launcher gave this process, such as its collector, and with those in {@code PARLEY_JAVA_OPTS}, a flight recording
 * for instance.
 */
final class ServerUnderLoad implements AutoCloseable {
    static final String HOST = "127.0.0.1";

    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final Pattern LIVE_BYTES = Pattern.compile("(?m)^Total +\\d+ +(\\d+)");

    private final Process process;
    private final int port;
    private final int adminPort;
    private final Duration startedIn;

    private ServerUnderLoad(Process process, int port, int adminPort, Duration startedIn) {
        this.process = process;
        this.port = port;
        this.adminPort = adminPort;
        this.startedIn = startedIn;
    }

    /** Starts on a data directory and returns when it is ready. */
    static ServerUnderLoad start(Path data, String... settings) throws Exception {
        int port = freePort();
        int adminPort = freePort();
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx4g",
                "--enable-native-access=ALL-UNNAMED"));
        String given = Objects.requireNonNullElse(System.getenv("PARLEY_JAVA_OPTS"), "");
        List<String> options =
                Stream.of(given.split("\\s+")).filter(one -> !one.isEmpty()).toList();
        line.addAll(launchersOptions(options));
        line.addAll(options);
        line.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                "dev.parley.edge.main.Parley",
                "serve",
                "--port",
                Integer.toString(port),
                "--admin-port",
                Integer.toString(adminPort),
                "--data",
                data.toString()));
        for (String setting : settings) {
            line.add("--set");
            line.add(setting);
        }
        long began = System.nanoTime();
        Process process = new ProcessBuilder(line)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(data.resolveSibling(data.getFileName() + ".log").toFile())
                .start();
        awaitReady(process, adminPort);
        return new ServerUnderLoad(process, port, adminPort, Duration.ofNanos(System.nanoTime() - began));
    }

    private static void awaitReady(Process process, int adminPort) throws Exception {
        long limit = System.nanoTime() + START_LIMIT.toNanos();
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest ready = HttpRequest.newBuilder(URI.create("http://" + HOST + ":" + adminPort + "/ready"))
                    .build();
            while (System.nanoTime() < limit && process.isAlive()) {
                try {
                    if (http.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
                        return;
                    }
                } catch (IOException notListeningYet) {
                    TimeUnit.MILLISECONDS.sleep(20);
                }
            }
        }
        process.destroyForcibly();
        throw new IllegalStateException("the server under load did not get ready");
    }

    /** Those of this process that say how the JVM works, without those that are given anyway. */
    private static List<String> launchersOptions(List<String> given) {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("-XX:") && !given.contains(option))
                .filter(option -> !option.startsWith("-XX:MaxRAMPercentage"))
                .toList();
    }

    int port() {
        return port;
    }

    int adminPort() {
        return adminPort;
    }

    Duration startedIn() {
        return startedIn;
    }

    /** CPU time the process has used so far, in user and system mode. */
    Duration cpu() {
        return process.toHandle().info().totalCpuDuration().orElseThrow();
    }

    /** Bytes of all objects that are in use; the same for every collector. */
    long heapBytesAfterCollection() throws Exception {
        jcmd("GC.run");
        Matcher live = LIVE_BYTES.matcher(jcmd("GC.class_histogram"));
        if (!live.find()) {
            throw new IllegalStateException("the heap's size could not be read");
        }
        return Long.parseLong(live.group(1));
    }

    private String jcmd(String command) throws Exception {
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(process.pid()),
                        command)
                .redirectErrorStream(true)
                .start();
        try (InputStream output = jcmd.getInputStream()) {
            String text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            jcmd.waitFor();
            return text;
        }
    }

    /** Stops the process at once, as a crash would. */
    void kill() {
        process.destroyForcibly();
        ended(Duration.ofSeconds(10));
    }

    @Override
    public void close() {
        process.destroy();
        if (!ended(Duration.ofSeconds(25))) {
            kill();
        }
    }

    private boolean ended(Duration limit) {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            return socket.getLocalPort();
        }
    }
}
