package dev.parley.edge.main;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValueType;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Reads settings with their ranges and gathers what is wrong, so that all of it can be said at once. */
final class SettingsReader {
    private final Config config;
    private final List<String> problems = new ArrayList<>();

    SettingsReader(Config config) {
        this.config = config;
    }

    void problem(String sentence) {
        problems.add(sentence);
    }

    /** Errors: {@link BadSettings} if anything was wrong. */
    void refuseProblems() {
        if (!problems.isEmpty()) {
            throw new BadSettings(problems);
        }
    }

    String anyText(String key) {
        return value(key, "", () -> config.getString(key));
    }

    String text(String key) {
        String text = anyText(key);
        if (text.isBlank()) {
            problem(key + " must not be empty");
        }
        return text;
    }

    /** A list, or one text with commas between, as the environment has it. */
    List<String> texts(String key) {
        return value(key, List.of(), () -> {
            if (config.getValue(key).valueType() == ConfigValueType.LIST) {
                return config.getStringList(key);
            }
            return Arrays.stream(config.getString(key).split(","))
                    .map(String::trim)
                    .filter(text -> !text.isEmpty())
                    .toList();
        });
    }

    /** A TCP port; 0 lets the system choose. */
    int port(String key) {
        return count(key, 0, 65_535);
    }

    int count(String key, int least, int most) {
        return (int) number(key, least, most);
    }

    long number(String key, long least, long most) {
        long number = value(key, least, () -> config.getLong(key));
        return inRange(key, number, least, most, "") ? number : least;
    }

    /** A size: plain bytes, or with a unit such as 16MiB. */
    long bytes(String key, long least, long most) {
        long bytes = value(key, least, () -> config.getBytes(key));
        return inRange(key, bytes, least, most, " bytes") ? bytes : least;
    }

    Duration time(String key, Duration least, Duration most) {
        Duration time = value(key, least, () -> config.getDuration(key));
        if (time.compareTo(least) < 0 || time.compareTo(most) > 0) {
            problem(key + " must be from " + least.toMillis() + "ms to " + most.toMillis() + "ms, is " + time.toMillis()
                    + "ms");
            return least;
        }
        return time;
    }

    Optional<Path> path(String key, String text) {
        try {
            return Optional.of(Path.of(text));
        } catch (InvalidPathException e) {
            problem(key + " is no path: " + text);
            return Optional.empty();
        }
    }

    private boolean inRange(String key, long value, long least, long most, String unit) {
        if (value < least || value > most) {
            problem(key + " must be from " + least + " to " + most + unit + ", is " + value);
            return false;
        }
        return true;
    }

    private <T> T value(String key, T otherwise, Supplier<T> read) {
        try {
            return read.get();
        } catch (ConfigException.WrongType | ConfigException.BadValue e) {
            problem(key + " has a value that does not fit: "
                    + config.getValue(key).unwrapped());
        } catch (ConfigException.Missing e) {
            problem(key + " is missing");
        }
        return otherwise;
    }
}
