package dev.parley.persistence.journal;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Where the journal is and how much may wait for it: {@code parley.journal}, explained in {@code reference.conf}.
 *
 * <p>Bounds: a write waits at most {@code writeTimeout}; at most {@code queueWritesMax} writes of together at most
 * {@code queueBytesMax} wait; one transaction takes up to {@code batchBytesMax} of payload, or one write that is
 * larger. With less than {@code freeBytesMin} free where the embedded journal is, the member is not ready.
 */
public record JournalSettings(
        Kind kind,
        Path directory,
        String file,
        Duration busyTimeout,
        Duration writeTimeout,
        int queueWritesMax,
        long queueBytesMax,
        int batchWritesMax,
        long batchBytesMax,
        int readersMax,
        long freeBytesMin,
        Postgres postgres) {

    public enum Kind {
        /** An SQLite file in the data directory. */
        EMBEDDED,
        POSTGRES
    }

    /** {@code url} is a JDBC URL; an empty user or password is left to the driver. */
    public record Postgres(String url, String user, String password, int poolSize, Duration socketTimeout) {
        @Override
        public String toString() {
            return "Postgres[url=" + place() + ", user=" + user + ", poolSize=" + poolSize + "]"; // Never the password.
        }

        /** The URL without its parameters, of which one may be the password. */
        String place() {
            return url.replaceFirst("\\?.*", "");
        }
    }

    /** The embedded journal in {@code directory}, all else as by default. */
    public static JournalSettings embedded(Path directory) {
        return new JournalSettings(
                Kind.EMBEDDED,
                directory,
                "journal.db",
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                10_000,
                64L << 20,
                1_000,
                1L << 20,
                4,
                64L << 20,
                new Postgres("", "", "", 8, Duration.ofSeconds(4)));
    }

    /** The same with a PostgreSQL database in place of the file. */
    public static JournalSettings postgres(String url, String user, String password) {
        return embedded(Path.of("data")).with(new Postgres(url, user, password, 8, Duration.ofSeconds(4)));
    }

    private JournalSettings with(Postgres database) {
        return new JournalSettings(
                Kind.POSTGRES,
                directory,
                file,
                busyTimeout,
                writeTimeout,
                queueWritesMax,
                queueBytesMax,
                batchWritesMax,
                batchBytesMax,
                readersMax,
                freeBytesMin,
                database);
    }

    /**
     * Reads the section {@code parley.journal}.
     *
     * <p>Errors: each bad setting gives one sentence to {@code problems} and its default is used, so that all of them
     * can be listed at once; the result is for use only if there were none.
     */
    public static JournalSettings read(Config journal, Consumer<String> problems) {
        return read(journal, problems, (name, unit, least, most) -> {});
    }

    /** Is told what each setting may be: its kind or unit, and from where to where if it is a number of that (time: ms). */
    public interface Ranges {
        void range(String name, String unit, long least, long most);
    }

    /** The same, telling {@code ranges} of each setting. */
    public static JournalSettings read(Config journal, Consumer<String> problems, Ranges ranges) {
        Reading in = new Reading(journal, problems, ranges);
        JournalSettings defaults = embedded(Path.of("data"));
        ranges.range("kind", "embedded|postgres", 0, 0);
        Kind kind = in.value("kind", defaults.kind, () -> switch (journal.getString("kind")) {
            case "embedded" -> Kind.EMBEDDED;
            case "postgres" -> Kind.POSTGRES;
            default -> throw new IllegalArgumentException("must be embedded or postgres");
        });
        Postgres postgres = new Postgres(
                in.text("postgres.url", ""),
                in.text("postgres.user", ""),
                in.text("postgres.password", ""),
                (int) in.number("postgres.pool-size", defaults.postgres.poolSize, 1, 1_000),
                in.time("postgres.socket-timeout", defaults.postgres.socketTimeout));
        if (kind == Kind.POSTGRES && !postgres.url.startsWith("jdbc:postgresql:")) {
            problems.accept("parley.journal.postgres.url must begin with jdbc:postgresql:");
        }
        return new JournalSettings(
                kind,
                Path.of(in.text("directory", defaults.directory.toString())),
                in.text("file", defaults.file),
                in.time("busy-timeout", defaults.busyTimeout),
                in.time("write-timeout", defaults.writeTimeout),
                (int) in.number("queue-max", defaults.queueWritesMax, 1, 1_000_000),
                in.bytes("queue-bytes-max", defaults.queueBytesMax),
                (int) in.number("batch-max", defaults.batchWritesMax, 1, 100_000),
                in.bytes("batch-bytes-max", defaults.batchBytesMax),
                (int) in.number("readers-max", defaults.readersMax, 1, 1_000),
                in.bytes("free-bytes-min", defaults.freeBytesMin, 0),
                postgres);
    }

    /** The embedded journal's file. */
    public Path path() {
        return directory.resolve(file);
    }

    /** The place in words, for messages. */
    String place() {
        return kind == Kind.EMBEDDED ? path().toString() : postgres.place();
    }

    private record Reading(Config from, Consumer<String> problems, Ranges ranges) {
        private static final long BYTES_MOST = 1L << 40;
        private static final long MS_MOST = 3_600_000;

        <T> T value(String name, T byDefault, Supplier<T> read) {
            try {
                return read.get();
            } catch (ConfigException | IllegalArgumentException e) {
                problems.accept("parley.journal." + name + ": " + e.getMessage());
                return byDefault;
            }
        }

        String text(String name, String byDefault) {
            ranges.range(name, "text", 0, 0);
            return value(name, byDefault, () -> from.getString(name));
        }

        long number(String name, long byDefault, long least, long most) {
            ranges.range(name, "number", least, most);
            return value(name, byDefault, () -> inRange(from.getLong(name), least, most));
        }

        long bytes(String name, long byDefault) {
            return bytes(name, byDefault, 1 << 16);
        }

        long bytes(String name, long byDefault, long least) {
            ranges.range(name, "bytes", least, BYTES_MOST);
            return value(name, byDefault, () -> inRange(from.getBytes(name), least, BYTES_MOST));
        }

        Duration time(String name, Duration byDefault) {
            ranges.range(name, "time", 1, MS_MOST);
            return value(name, byDefault, () -> {
                inRange(from.getDuration(name).toMillis(), 1, MS_MOST);
                return from.getDuration(name);
            });
        }

        private static long inRange(long value, long least, long most) {
            if (value < least || value > most) {
                throw new IllegalArgumentException("must be from " + least + " to " + most + ", is " + value);
            }
            return value;
        }
    }
}
