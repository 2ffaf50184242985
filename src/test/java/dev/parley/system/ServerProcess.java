package dev.parley.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real {@code parley serve} in a process of its own, which can be killed at any moment. */
final class ServerProcess implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final Process process;
    private final Path log;
    private final int port;
    private final int adminPort;

    private ServerProcess(Process process, Path log, int port, int adminPort) {
        this.process = process;
        this.log = log;
        this.port = port;
        this.adminPort = adminPort;
    }

    /** Starts on the given data directory and returns when the server is ready; {@code settings} are {@code key=value}. */
    static ServerProcess start(Path data, String... settings) throws Exception {
        int port = freePort();
        int adminPort = freePort();
        List<String> arguments = new ArrayList<>(List.of(
                "serve",
                "--port",
                Integer.toString(port),
                "--admin-port",
                Integer.toString(adminPort),
                "--data",
                data.toString()));
        for (String setting : settings) {
            arguments.add("--set");
            arguments.add(setting);
        }
        Path log = Files.createTempFile("parley-serve", ".log");
        Process process = Commands.builder(arguments)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        ServerProcess server = new ServerProcess(process, log, port, adminPort);
        server.awaitReady();
        return server;
    }

    private void awaitReady() throws Exception {
        long limit = System.nanoTime() + START_LIMIT.toNanos();
        try (HttpClient http = HttpClient.newHttpClient()) {
            while (true) {
                if (!process.isAlive()) {
                    throw new IllegalStateException("the server ended at start:\n" + log());
                }
                if (System.nanoTime() > limit) {
                    throw new IllegalStateException("the server was not ready in time:\n" + log());
                }
                try {
                    HttpResponse<Void> ready = http.send(
                            HttpRequest.newBuilder(admin("/ready")).build(), HttpResponse.BodyHandlers.discarding());
                    if (ready.statusCode() == 200) {
                        return;
                    }
                } catch (IOException notYet) {
                    TimeUnit.MILLISECONDS.sleep(50);
                }
            }
        }
    }

    URI admin(String path) {
        return URI.create("http://127.0.0.1:" + adminPort + path);
    }

    URI room(String room) {
        return URI.create(base() + "/ws/" + encoded(room));
    }

    /** A room id as one path segment. */
    static String encoded(String room) {
        return URLEncoder.encode(room, StandardCharsets.UTF_8).replace("+", "%20");
    }

    String base() {
        return "ws://127.0.0.1:" + port;
    }

    /** kill -9. */
    void kill() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** SIGTERM; returns the exit code, or throws when the server is not gone in time. */
    int terminate(Duration limit) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("the server did not stop in time:\n" + log());
        }
        return process.exitValue();
    }

    /** Sends a signal by its name, such as INT; returns at once. */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        kill();
        Files.deleteIfExists(log);
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
