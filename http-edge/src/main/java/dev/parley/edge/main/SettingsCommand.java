package dev.parley.edge.main;

import dev.parley.edge.admin.JsonAnswer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code parley settings}: every setting, made from the code itself. {@code docs/SETTINGS.md} is what this prints. */
@Command(
        name = "settings",
        mixinStandardHelpOptions = true,
        description = "Lists every setting: default, unit, range, environment name and meaning.")
public final class SettingsCommand implements Subcommand {
    private static final int TEXT_WIDTH = 100;

    @Option(names = "--json", description = "One JSON object instead of Markdown.")
    private boolean json;

    @Option(names = "--out", paramLabel = "FILE", description = "Write it there instead, as docs/SETTINGS.md is made.")
    private Path file;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        List<SettingsReference.Entry> all = SettingsReference.all();
        String text = json ? asJson(all) + "\n" : asMarkdown(all);
        if (file != null) {
            Files.writeString(file, text);
            return 0;
        }
        PrintWriter out = spec.commandLine().getOut();
        out.print(text);
        out.flush();
        return 0;
    }

    static String asMarkdown(List<SettingsReference.Entry> all) {
        StringBuilder text = new StringBuilder("""
                # Settings

                Made by `./parley settings --out docs/SETTINGS.md` from the code; a test compares the two. In a file (`--config`,
                HOCON) or as `--set key=value`, where `parley.` may be left out; or in the environment under the name given.
                Sizes are bytes or HOCON sizes (`16MiB`), times HOCON durations (`15s`).
                """);
        String section = "";
        for (SettingsReference.Entry entry : all) {
            String of = entry.key().split("\\.")[1];
            if (!of.equals(section)) {
                section = of;
                text.append("\n## parley.").append(section).append("\n");
            }
            text.append("\n**`")
                    .append(entry.key())
                    .append("`**")
                    .append(" = `")
                    .append(shown(entry))
                    .append("`");
            text.append(" · ")
                    .append(kind(entry))
                    .append(" · `")
                    .append(entry.environment())
                    .append("`\n");
            wrap(entry.meaning(), text);
        }
        return text.toString();
    }

    private static String shown(SettingsReference.Entry entry) {
        return entry.byDefault().isEmpty() ? "\"\"" : entry.byDefault();
    }

    private static String kind(SettingsReference.Entry entry) {
        String ends = entry.most().isEmpty()
                ? entry.least().isEmpty() ? "" : " of at least " + entry.least()
                : " from " + entry.least() + " to " + entry.most();
        return entry.unit().replace("|", " or ") + ends;
    }

    private static void wrap(String meaning, StringBuilder text) {
        int used = 0;
        for (String word : meaning.split(" ")) {
            if (used > 0 && used + 1 + word.length() > TEXT_WIDTH) {
                text.append('\n');
                used = 0;
            }
            if (used > 0) {
                text.append(' ');
                used++;
            }
            text.append(word);
            used += word.length();
        }
        text.append('\n');
    }

    private static String asJson(List<SettingsReference.Entry> all) {
        return JsonAnswer.object(json -> {
            json.writeArrayFieldStart("settings");
            for (SettingsReference.Entry entry : all) {
                json.writeStartObject();
                json.writeStringField("key", entry.key());
                json.writeStringField("default", entry.byDefault());
                json.writeStringField("unit", entry.unit());
                json.writeStringField("least", entry.least());
                json.writeStringField("most", entry.most());
                json.writeStringField("environment", entry.environment());
                json.writeStringField("meaning", entry.meaning());
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }
}
