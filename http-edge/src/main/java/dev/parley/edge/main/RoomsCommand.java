package dev.parley.edge.main;

import dev.parley.core.id.RoomId;
import dev.parley.edge.admin.JsonAnswer;
import dev.parley.persistence.journal.JournalReadFailed;
import dev.parley.persistence.journal.JournalReader;
import dev.parley.persistence.journal.JournalUnusable;
import dev.parley.persistence.journal.RoomSummary;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code parley rooms}: what the journal holds, also beside a running server. */
@Command(
        name = "rooms",
        mixinStandardHelpOptions = true,
        description = "Lists the rooms in the journal: seq, nodes, bytes, last activity.")
public final class RoomsCommand implements Subcommand {
    @Option(names = "--json", description = "One JSON object instead of a table.")
    private boolean json;

    @Mixin
    private SettingsOptions settings = new SettingsOptions();

    @Spec
    private CommandSpec spec;

    private record Row(RoomId room, RoomSummary summary, long nodes) {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (JournalReader journal =
                JournalReader.open(settings.sources().read().journal())) {
            List<Row> rows = rows(journal, new Progress(spec.commandLine().getErr()));
            if (json) {
                out.println(asJson(rows));
            } else {
                print(rows, out);
            }
            out.flush();
            return 0;
        } catch (JournalUnusable | JournalReadFailed | RoomJournal.Unreadable unusable) {
            spec.commandLine().getErr().println("parley: " + unusable.getMessage());
            return ReplayCommand.NOT_THERE;
        }
    }

    private static List<Row> rows(JournalReader journal, Progress progress) {
        List<RoomSummary> summaries = journal.rooms();
        List<Row> rows = new ArrayList<>();
        for (RoomSummary summary : summaries) {
            progress.at(rows.size(), summaries.size(), "rooms");
            RoomJournal.roomOf(summary.persistenceId())
                    .ifPresent(room -> rows.add(new Row(room, summary, RoomJournal.countNodes(journal, summary))));
        }
        return rows;
    }

    private static void print(List<Row> rows, PrintWriter out) {
        out.printf("%10s %10s %12s  %-24s %s%n", "seq", "nodes", "bytes", "last activity", "room");
        for (Row row : rows) {
            out.printf(
                    "%10d %10d %12d  %-24s %s%n",
                    row.summary().highestSeq(),
                    row.nodes(),
                    row.summary().payloadBytes(),
                    Instant.ofEpochMilli(row.summary().lastWrittenAtMs()),
                    row.room());
        }
    }

    private static String asJson(List<Row> rows) {
        return JsonAnswer.object(json -> {
            json.writeArrayFieldStart("rooms");
            for (Row row : rows) {
                json.writeStartObject();
                json.writeStringField("room", row.room().value());
                json.writeNumberField("seq", row.summary().highestSeq());
                json.writeNumberField("nodes", row.nodes());
                json.writeNumberField("bytes", row.summary().payloadBytes());
                json.writeStringField(
                        "last_activity",
                        Instant.ofEpochMilli(row.summary().lastWrittenAtMs()).toString());
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }
}
