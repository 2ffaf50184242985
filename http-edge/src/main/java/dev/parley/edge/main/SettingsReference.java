package dev.parley.edge.main;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Every setting there is, as the code has it: what it may be from the checks that read it, default and meaning from {@code
 * reference.conf}.
 *
 * <p>A comment in {@code reference.conf} explains the settings below it up to the next blank line or comment; one above a
 * section, all in it that have none of their own.
 */
final class SettingsReference {
    /** {@code meaning} is empty if nobody has written it, {@code unit} if no check reads the setting. */
    record Entry(
            String key, String byDefault, String unit, String least, String most, String environment, String meaning) {}

    private record Place(String file, int line) {}

    private SettingsReference() {}

    /** In the order of {@code reference.conf}: section by section. */
    static List<Entry> all() {
        Config defaults = PekkoConfig.DEFAULTS
                .withFallback(ConfigFactory.defaultReference())
                .resolve();
        SettingsReader reader = new SettingsReader(defaults);
        Settings.read(defaults, reader);
        List<Entry> entries = new ArrayList<>();
        for (String section : SettingsSources.SECTIONS) {
            ConfigObject of = defaults.getObject("parley." + section);
            describe("parley." + section, of, comment(of), reader.ranges(), entries);
        }
        return entries;
    }

    private static void describe(
            String path,
            ConfigObject section,
            String sectionMeaning,
            Map<String, SettingsReader.Range> ranges,
            List<Entry> entries) {
        List<Map.Entry<String, ConfigValue>> members = section.entrySet().stream()
                .sorted(Comparator.<Map.Entry<String, ConfigValue>, String>comparing(
                                member -> file(member.getValue().origin()))
                        .thenComparingInt(member -> member.getValue().origin().lineNumber()))
                .toList();
        String meaning = sectionMeaning;
        Place above = new Place("", 0);
        for (Map.Entry<String, ConfigValue> member : members) {
            ConfigOrigin origin = member.getValue().origin();
            Place here = new Place(file(origin), origin.lineNumber());
            boolean joins = here.file().equals(above.file()) && here.line() == above.line() + 1;
            String own = comment(member.getValue());
            meaning = !own.isEmpty() ? own : joins ? meaning : sectionMeaning;
            above = here;
            String key = path + "." + member.getKey();
            if (member.getValue() instanceof ConfigObject inner) {
                describe(key, inner, meaning, ranges, entries);
            } else {
                entries.add(entry(key, member.getValue(), Optional.ofNullable(ranges.get(key)), meaning));
            }
        }
    }

    private static String file(ConfigOrigin origin) {
        return origin.url() == null
                ? String.valueOf(origin.resource())
                : origin.url().toString();
    }

    private static Entry entry(String key, ConfigValue value, Optional<SettingsReader.Range> range, String meaning) {
        return new Entry(
                key,
                shown(value),
                range.map(SettingsReader.Range::unit).orElse(""),
                range.map(SettingsReader.Range::least).orElse(""),
                range.map(SettingsReader.Range::most).orElse(""),
                SettingsSources.variable(key.substring("parley.".length())),
                meaning);
    }

    private static String shown(ConfigValue value) {
        return value instanceof ConfigList
                ? value.render(ConfigRenderOptions.concise())
                : value.unwrapped().toString();
    }

    /** The comment's lines as one text; headings drawn with dashes are none. */
    private static String comment(ConfigValue value) {
        List<String> lines = value.origin().comments().stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("---"))
                .toList();
        return String.join(" ", lines);
    }
}
