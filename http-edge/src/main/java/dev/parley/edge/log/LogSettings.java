package dev.parley.edge.log;

import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code parley.log}: the form, from which level on, and where. Without a file it is stderr. A file that has grown to {@code
 * fileBytesMax} becomes {@code <file>.1}, that one {@code .2}, and so on; {@code filesMax} old ones are kept.
 */
public record LogSettings(Format format, Level level, Optional<Path> file, long fileBytesMax, int filesMax) {
    public enum Format {
        TEXT,
        JSON
    }

    public enum Level {
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE
    }
}
