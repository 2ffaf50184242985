package dev.parley.persistence.journal;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A PostgreSQL server of the machine's own binaries, for the tests of this JVM: in a new temporary directory, on a free
 * port of the loopback interface, and gone when the JVM ends. Each test takes a schema of its own.
 */
public final class PostgresServer {
    private static final Started STARTED = start();
    private static final AtomicInteger SCHEMAS = new AtomicInteger();

    private PostgresServer() {}

    /** What came of trying: a URL, or why there is none. */
    record Started(Optional<String> url, String what) {}

    static Started started() {
        return STARTED;
    }

    /** Settings of a journal in an empty schema. */
    static JournalSettings freshSchema() {
        return JournalSettings.postgres(freshSchemaUrl().orElseThrow(), "", "");
    }

    /** The JDBC URL of an empty schema, if there is a server. */
    public static Optional<String> freshSchemaUrl() {
        return STARTED.url().map(PostgresServer::withFreshSchema);
    }

    private static String withFreshSchema(String url) {
        String schema = "journal_" + SCHEMAS.incrementAndGet();
        try (Connection connection = DriverManager.getConnection(url);
                Statement make = connection.createStatement()) {
            make.execute("CREATE SCHEMA " + schema);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return url + "&currentSchema=" + schema;
    }

    private static Started start() {
        Optional<Path> found = binaries();
        if (found.isEmpty()) {
            return say(
                    new Started(Optional.empty(), "skipped, no initdb and pg_ctl on PATH or in /usr/lib/postgresql"));
        }
        Path bin = found.get();
        try {
            Path home = Files.createTempDirectory("parley-postgres");
            boolean asRoot = "root".equals(System.getProperty("user.name"));
            if (asRoot) {
                Files.setOwner(
                        home,
                        home.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("postgres"));
            }
            List<String> as = asRoot ? List.of("runuser", "-u", "postgres", "--") : List.of();
            String data = home.resolve("data").toString();
            int port = freePort();
            run(as, bin.resolve("initdb").toString(), "-D", data, "-U", "parley", "-A", "trust", "--no-sync");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(as, bin, home)));
            run(
                    as,
                    bin.resolve("pg_ctl").toString(),
                    "-D",
                    data,
                    "-w",
                    "-t",
                    "30",
                    "-l",
                    home.resolve("log").toString(),
                    "-o",
                    "-p " + port + " -c listen_addresses=127.0.0.1 -c unix_socket_directories=" + home
                            + " -c max_connections=60",
                    "start");
            String url = "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=parley";
            return say(new Started(Optional.of(url), "a real server from " + bin));
        } catch (IOException | InterruptedException | RuntimeException e) {
            return say(new Started(Optional.empty(), "skipped, no server could be started: " + e.getMessage()));
        }
    }

    private static Started say(Started started) {
        System.out.println("PostgreSQL for the journal's contract: " + started.what());
        return started;
    }

    private static Optional<Path> binaries() {
        List<Path> places = new ArrayList<>();
        for (String place : System.getenv().getOrDefault("PATH", "").split(java.io.File.pathSeparator)) {
            places.add(Path.of(place));
        }
        Path installed = Path.of("/usr/lib/postgresql");
        if (Files.isDirectory(installed)) {
            try (Stream<Path> versions = Files.list(installed)) {
                versions.sorted().map(version -> version.resolve("bin")).forEach(places::add);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
        return places.reversed().stream()
                .filter(place ->
                        Files.isExecutable(place.resolve("initdb")) && Files.isExecutable(place.resolve("pg_ctl")))
                .findFirst();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void run(List<String> as, String... command) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(as);
        all.addAll(List.of(command));
        Path output = Files.createTempFile("parley-postgres", ".out");
        try {
            Process process = new ProcessBuilder(all)
                    .directory(Path.of("/").toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroy();
                try (InputStream said = Files.newInputStream(output)) {
                    throw new IllegalStateException(
                            command[0] + ": " + new String(said.readAllBytes(), StandardCharsets.UTF_8));
                }
            }
        } finally {
            Files.delete(output);
        }
    }

    private static void stop(List<String> as, Path bin, Path home) {
        try {
            run(as, bin.resolve("pg_ctl").toString(), "-D", home.resolve("data").toString(), "-m", "immediate", "stop");
            try (Stream<Path> files = Files.walk(home)) {
                for (Path file :
                        files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            System.err.println("PostgreSQL of the tests was not cleaned up: " + e.getMessage());
        }
    }
}
