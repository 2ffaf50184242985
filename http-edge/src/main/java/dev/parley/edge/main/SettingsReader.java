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
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Reads settings with their ranges and gathers what is wrong, so that all of it can be said at once. */
final class SettingsReader {
    private final Config config;
    private final List<String> problems = new ArrayList<>();
    private final Map<String, Range> ranges = new TreeMap<>();

    SettingsReader(Config config) {
        this.config = config;
    }

    /** What a setting may be, in words: its kind or unit, and from where to where. */
    record Range(String unit, String least, String most) {
        static final Range TEXT = new Range("text", "", "");

        /** {@code bytes} and {@code time} (in ms) are put in words; what is neither nor a number has no ends. */
        static Range of(String unit, long least, long most) {
            return switch (unit) {
                case "bytes" -> new Range(unit, size(least), size(most));
                case "time" ->
                    new Range(
                            unit,
                            SettingsReader.time(Duration.ofMillis(least)),
                            SettingsReader.time(Duration.ofMillis(most)));
                case "number" -> new Range(unit, Long.toString(least), Long.toString(most));
                default -> new Range(unit, "", "");
            };
        }
    }

    /** Every setting that has been asked for, with what it may be. */
    Map<String, Range> ranges() {
        return Map.copyOf(ranges);
    }

    void range(String key, Range range) {
        ranges.put(key, range);
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
        range(key, Range.TEXT);
        return value(key, "", () -> config.getString(key));
    }

    String text(String key) {
        String text = anyText(key);
        range(key, new Range("text", "1 character", ""));
        if (text.isBlank()) {
            problem(key + " must not be empty");
        }
        return text;
    }

    /** A list, or one text with commas between, as the environment has it. */
    List<String> texts(String key) {
        range(key, new Range("list of texts", "", ""));
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
        range(key, new Range("number", Long.toString(least), Long.toString(most)));
        long number = value(key, least, () -> config.getLong(key));
        return inRange(key, number, least, most, "") ? number : least;
    }

    /** A size: plain bytes, or with a unit such as 16MiB. */
    long bytes(String key, long least, long most) {
        range(key, new Range("bytes", size(least), size(most)));
        long bytes = value(key, least, () -> config.getBytes(key));
        return inRange(key, bytes, least, most, " bytes") ? bytes : least;
    }

    Duration time(String key, Duration least, Duration most) {
        range(key, new Range("time", time(least), time(most)));
        Duration time = value(key, least, () -> config.getDuration(key));
        if (time.compareTo(least) < 0 || time.compareTo(most) > 0) {
            problem(key + " must be from " + least.toMillis() + "ms to " + most.toMillis() + "ms, is " + time.toMillis()
                    + "ms");
            return least;
        }
        return time;
    }

    /** One of the names of an enumeration, in lower case. */
    <E extends Enum<E>> E choice(String key, Class<E> kinds) {
        List<E> all = List.of(kinds.getEnumConstants());
        String names = all.stream().map(SettingsReader::name).collect(Collectors.joining("|"));
        range(key, new Range(names, "", ""));
        String text = value(key, name(all.getFirst()), () -> config.getString(key));
        Optional<E> found = all.stream().filter(kind -> name(kind).equals(text)).findFirst();
        if (found.isEmpty()) {
            problem(key + " must be one of " + names + ", is " + text);
        }
        return found.orElse(all.getFirst());
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** In the largest unit that it is a whole number of. */
    static String size(long bytes) {
        String[] units = {"", "KiB", "MiB", "GiB", "TiB", "PiB"};
        int unit = 0;
        long left = bytes;
        while (left != 0 && left % 1024 == 0 && unit < units.length - 1) {
            left /= 1024;
            unit++;
        }
        return left + units[unit];
    }

    /** In the largest unit that it is a whole number of. */
    static String time(Duration time) {
        long ms = time.toMillis();
        if (ms == 0 || ms % 1_000 != 0) {
            return ms + "ms";
        }
        long s = ms / 1_000;
        return s % 86_400 == 0
                ? s / 86_400 + "d"
                : s % 3_600 == 0 ? s / 3_600 + "h" : s % 60 == 0 ? s / 60 + "m" : s + "s";
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
