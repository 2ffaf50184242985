package dev.parley.edge.main;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Where settings come from, the strongest first: options of the command line, {@code --set key=value}, the environment,
 * the file, the defaults.
 *
 * <p>A key under {@code parley} that no default knows is refused by name. Keys under {@code pekko} pass to Pekko.
 */
public final class SettingsSources {
    private static final String ROOT = "parley";
    static final List<String> SECTIONS = List.of("edge", "limits", "room", "journal", "cluster", "access", "log");

    private final Map<String, String> environment;
    private final List<String> problems = new ArrayList<>();
    private final Map<String, Object> options = new TreeMap<>();
    private Optional<Path> file = Optional.empty();
    private List<String> assignments = List.of();

    public SettingsSources(Map<String, String> environment) {
        this.environment = environment;
    }

    public SettingsSources file(Path path) {
        file = Optional.of(path);
        return this;
    }

    /** Each is {@code key=value}; the {@code parley.} in front may be left out. */
    public SettingsSources assignments(List<String> keyValues) {
        assignments = List.copyOf(keyValues);
        return this;
    }

    public SettingsSources option(String key, Object value) {
        options.put(key, value);
        return this;
    }

    /**
     * The settings of all sources together.
     *
     * <p>Errors: {@link BadSettings} with every problem at once.
     */
    public Settings read() {
        Config defaults = PekkoConfig.DEFAULTS.withFallback(ConfigFactory.defaultReference());
        Set<String> known = leaves(defaults.getConfig(ROOT));
        Config given = ConfigFactory.parseMap(options, "command line")
                .withFallback(withoutFlatSections(readAssignments(), known))
                .withFallback(readEnvironment(known))
                .withFallback(new ForeignNames(environment).read(known, problems::add))
                .withFallback(withoutFlatSections(readFile(), known));
        refuseUnknown(given, known);
        refuseUnfit(given);
        Config whole = given.withFallback(defaults);
        try {
            whole = whole.resolve();
        } catch (ConfigException e) {
            problems.add("the settings cannot be put together: " + e.getMessage());
        }
        if (!problems.isEmpty()) {
            tryTheRest(whole);
            throw new BadSettings(problems.stream().distinct().toList());
        }
        return Settings.read(whole);
    }

    /** The values may be wrong too: then all is said at once. */
    private void tryTheRest(Config whole) {
        if (!whole.isResolved()) {
            return;
        }
        try {
            Settings.read(whole);
        } catch (BadSettings more) {
            problems.addAll(more.problems());
        }
    }

    /** A value in the place of a whole section would hide the settings in it. */
    private Config withoutFlatSections(Config source, Set<String> known) {
        Set<String> sections = new TreeSet<>(Set.of(ROOT));
        for (String key : known) {
            for (int dot = key.indexOf('.'); dot >= 0; dot = key.indexOf('.', dot + 1)) {
                sections.add(ROOT + "." + key.substring(0, dot));
            }
        }
        Config kept = source;
        for (String section : sections) {
            if (isFlat(kept, section)) {
                problems.add(section + " is not a setting, but has settings below it");
                kept = kept.withoutPath(section);
            }
        }
        return kept;
    }

    private static boolean isFlat(Config source, String section) {
        try {
            return source.hasPathOrNull(section)
                    && (source.getIsNull(section) || source.getValue(section).valueType() != ConfigValueType.OBJECT);
        } catch (ConfigException.NotResolved substitution) {
            return false;
        }
    }

    private Config readAssignments() {
        Config all = ConfigFactory.empty();
        for (String assignment : assignments) {
            int equals = assignment.indexOf('=');
            if (equals <= 0) {
                problems.add("--set needs key=value, got " + assignment);
                continue;
            }
            String key = assignment.substring(0, equals).trim();
            String path = key.startsWith(ROOT + ".") || key.startsWith("pekko.") ? key : ROOT + "." + key;
            try {
                all = ConfigFactory.empty()
                        .withValue(path, value(assignment.substring(equals + 1)))
                        .withFallback(all); // The last one counts.
            } catch (ConfigException e) {
                problems.add("--set " + key + " is no setting, or its list is not complete");
            }
        }
        return all;
    }

    /** A list if it looks like one, else the text as it stands, whatever characters it holds. */
    private static ConfigValue value(String text) {
        if (text.startsWith("[")) {
            return ConfigFactory.parseString("list = " + text).getValue("list");
        }
        return ConfigValueFactory.fromAnyRef(text, "--set");
    }

    private Config readEnvironment(Set<String> known) {
        Map<String, String> paths = known.stream()
                .filter(key -> SECTIONS.contains(section(key)))
                .collect(Collectors.toMap(SettingsSources::variable, key -> key, (one, other) -> one));
        Config all = ConfigFactory.empty();
        for (Map.Entry<String, String> entry : new TreeMap<>(environment).entrySet()) {
            String key = paths.get(entry.getKey());
            if (key != null) {
                try {
                    all = all.withValue(ROOT + "." + key, value(entry.getValue()));
                } catch (ConfigException e) {
                    problems.add("the list in the environment variable " + entry.getKey() + " is not complete");
                }
            } else if (SECTIONS.stream().anyMatch(s -> entry.getKey().startsWith(variable(s) + "_"))) {
                problems.add("the environment variable " + entry.getKey() + " is no setting");
            }
        }
        return all;
    }

    private Config readFile() {
        if (file.isEmpty()) {
            return ConfigFactory.empty();
        }
        Path path = file.get();
        if (!Files.isReadable(path) || Files.isDirectory(path)) {
            problems.add("the settings file " + path + " cannot be read");
            return ConfigFactory.empty();
        }
        try {
            return ConfigFactory.parseFile(
                    path.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
        } catch (ConfigException e) {
            problems.add("the settings file " + path + " is not valid HOCON: " + e.getMessage());
            return ConfigFactory.empty();
        }
    }

    private void refuseUnknown(Config given, Set<String> known) {
        for (String top : given.root().keySet()) {
            if (!top.equals(ROOT) && !top.equals("pekko")) {
                problems.add("unknown setting " + top);
            }
        }
        if (!given.root().containsKey(ROOT)) {
            return;
        }
        try {
            for (String key : leaves(given.getConfig(ROOT).resolve())) {
                if (!known.contains(key)) {
                    problems.add("unknown setting " + ROOT + "." + key + nearest(key, known));
                }
            }
        } catch (ConfigException e) {
            problems.add("the settings cannot be put together: " + e.getMessage());
        }
    }

    private void refuseUnfit(Config given) {
        try {
            problems.addAll(PekkoConfig.problems(given.resolve()));
        } catch (ConfigException e) {
            problems.add("the settings cannot be put together: " + e.getMessage());
        }
    }

    private static String nearest(String key, Set<String> known) {
        String name = key.substring(key.lastIndexOf('.') + 1);
        return known.stream()
                .filter(other -> other.endsWith("." + name))
                .findFirst()
                .map(other -> ", did you mean " + ROOT + "." + other + "?")
                .orElse("");
    }

    private static Set<String> leaves(Config section) {
        return section.entrySet().stream()
                .map(entry -> String.join(".", ConfigUtil.splitPath(entry.getKey())))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String section(String key) {
        int dot = key.indexOf('.');
        return dot < 0 ? key : key.substring(0, dot);
    }

    static String variable(String key) {
        return "PARLEY_" + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }
}
