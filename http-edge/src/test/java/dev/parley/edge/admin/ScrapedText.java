package dev.parley.edge.admin;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the Prometheus text format 0.0.4 and is strict about it, as {@code promtool check metrics} is: each family once, with
 * help and a known type before its samples, which stand together; no sample twice; histograms whole and not falling.
 */
public final class ScrapedText {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (\\S+)(?: [0-9]+)?");
    private static final Pattern LABEL =
            Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\\n]|\\\\[\\\\\"n])*)\"(?:,|$)");

    /** One line; {@code labels} in order. */
    public record Sample(String name, Map<String, String> labels, double value) {}

    public record Family(String name, String type, String help, List<Sample> samples) {}

    private final Map<String, Family> families = new LinkedHashMap<>();
    private Family current;
    private String help;

    private ScrapedText() {}

    /** Errors: {@link AssertionError} with the line that is not as it should be. */
    public static Map<String, Family> read(String text) {
        ScrapedText read = new ScrapedText();
        require(text.endsWith("\n"), "the last line does not end");
        text.lines().forEach(read::line);
        read.families.values().forEach(ScrapedText::check);
        return read.families;
    }

    private void line(String line) {
        if (line.startsWith("# HELP ")) {
            help = line.substring("# HELP ".length());
        } else if (line.startsWith("# TYPE ")) {
            String[] words = line.split(" ");
            require(words.length == 4 && NAME.matcher(words[2]).matches(), line);
            require(
                    List.of("counter", "gauge", "histogram", "summary", "untyped")
                            .contains(words[3]),
                    line);
            String said = help != null && help.startsWith(words[2] + " ") ? help.substring(words[2].length() + 1) : "";
            current = new Family(words[2], words[3], said, new ArrayList<>());
            require(families.put(words[2], current) == null, "twice: " + line);
        } else if (!line.startsWith("#") && !line.isEmpty()) {
            sample(line);
        }
    }

    private void sample(String line) {
        Matcher sample = SAMPLE.matcher(line);
        require(sample.matches() && current != null, line);
        String suffix = sample.group(1)
                .substring(Math.min(current.name().length(), sample.group(1).length()));
        require(
                sample.group(1).startsWith(current.name())
                        && suffixes(current.type()).contains(suffix),
                line);
        Map<String, String> labels = new LinkedHashMap<>();
        if (sample.group(2) != null) {
            Matcher label = LABEL.matcher(sample.group(2));
            int end = 0;
            while (label.find() && label.start() == end) {
                require(labels.put(label.group(1), label.group(2)) == null, line);
                end = label.end();
            }
            require(end == sample.group(2).length(), line);
        }
        Sample read = new Sample(
                sample.group(1), labels, Double.parseDouble(sample.group(3).replace("Inf", "Infinity")));
        require(
                current.samples().stream()
                        .noneMatch(other -> other.name().equals(read.name())
                                && other.labels().equals(labels)),
                "twice: " + line);
        current.samples().add(read);
    }

    private static List<String> suffixes(String type) {
        return switch (type) {
            case "histogram" -> List.of("_bucket", "_sum", "_count");
            case "summary" -> List.of("", "_sum", "_count");
            default -> List.of("");
        };
    }

    private static void check(Family family) {
        if (!family.type().equals("histogram")) {
            return;
        }
        Map<Map<String, String>, Double> last = new LinkedHashMap<>();
        Map<Map<String, String>, Double> whole = new LinkedHashMap<>();
        for (Sample sample : family.samples()) {
            if (sample.name().endsWith("_bucket")) {
                Map<String, String> of = new LinkedHashMap<>(sample.labels());
                String le = of.remove("le");
                require(le != null && sample.value() >= last.getOrDefault(of, 0.0), "falls: " + sample);
                last.put(of, sample.value());
                if (le.equals("+Inf")) {
                    whole.put(of, sample.value());
                }
            }
        }
        for (Sample sample : family.samples()) {
            if (sample.name().endsWith("_count")) {
                require(Double.valueOf(sample.value()).equals(whole.get(sample.labels())), "not whole: " + sample);
            }
        }
    }

    private static void require(boolean claim, String what) {
        if (!claim) {
            throw new AssertionError(what);
        }
    }
}
