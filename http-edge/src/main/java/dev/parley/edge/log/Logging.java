package dev.parley.edge.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.Duration;
import ch.qos.logback.core.util.FileSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Sets the log of this process up as an operator said; until then it is text on stderr, as {@code logback.xml} says. */
public final class Logging {
    private static final long LOOK_AT_SIZE_EVERY_MS = 200;

    private Logging() {}

    /**
     * From here on the whole process logs so. {@code filters} see each record first.
     *
     * <p>Errors: {@link IOException} when the file cannot be written; then nothing has changed.
     */
    public static void apply(LoggerContext logs, LogSettings settings, List<Filter<ILoggingEvent>> filters)
            throws IOException {
        if (settings.file().isPresent()) {
            requireWritable(settings.file().get());
        }
        logs.reset();
        OutputStreamAppender<ILoggingEvent> appender = settings.file().isPresent()
                ? toFile(logs, settings, settings.file().get())
                : toStderr();
        LogEncoder encoder = new LogEncoder();
        encoder.setJson(settings.format() == LogSettings.Format.JSON);
        encoder.setContext(logs);
        encoder.start();
        appender.setContext(logs);
        appender.setName("parley");
        appender.setEncoder(encoder);
        filters.forEach(filter -> {
            filter.start();
            appender.addFilter(filter);
        });
        appender.start();
        Level level = Level.toLevel(settings.level().name());
        logs.getLogger("dev.parley").setLevel(level);
        Logger root = logs.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(level.isGreaterOrEqual(Level.WARN) ? level : Level.WARN); // What we use is heard when it warns.
        root.addAppender(appender);
    }

    private static OutputStreamAppender<ILoggingEvent> toStderr() {
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setTarget("System.err");
        return appender;
    }

    private static OutputStreamAppender<ILoggingEvent> toFile(LoggerContext logs, LogSettings settings, Path file) {
        RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
        appender.setFile(file.toString());
        FixedWindowRollingPolicy names = new FixedWindowRollingPolicy();
        names.setContext(logs);
        names.setFileNamePattern(file.toString().replace("%", "\\%") + ".%i");
        names.setMinIndex(1);
        names.setMaxIndex(settings.filesMax());
        names.setParent(appender);
        names.start();
        SizeBasedTriggeringPolicy<ILoggingEvent> size = new SizeBasedTriggeringPolicy<>();
        size.setContext(logs);
        size.setMaxFileSize(new FileSize(settings.fileBytesMax()));
        size.setCheckIncrement(new Duration(LOOK_AT_SIZE_EVERY_MS));
        size.start();
        appender.setRollingPolicy(names);
        appender.setTriggeringPolicy(size);
        return appender;
    }

    /** Logback would say it where nobody looks. */
    private static void requireWritable(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        Files.createDirectories(folder);
        if (Files.isDirectory(file) || !Files.isWritable(Files.exists(file) ? file : folder)) {
            throw new IOException("it cannot be written");
        }
    }
}
