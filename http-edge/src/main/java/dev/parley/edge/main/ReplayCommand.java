package dev.parley.edge.main;

import dev.parley.core.id.NodeId;
import dev.parley.core.id.RoomId;
import dev.parley.edge.admin.JsonAnswer;
import dev.parley.persistence.journal.JournalReadFailed;
import dev.parley.persistence.journal.JournalReader;
import dev.parley.persistence.journal.JournalUnusable;
import dev.parley.persistence.room.CorruptRoom;
import java.io.PrintWriter;
import java.math.BigInteger;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code parley replay}: what a room's journal says the room is, at any point, also beside a running server. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        description = "Replays a room from the journal and prints its state.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:done", "1:verification failed", "2:no such room, or the journal is not usable"})
public final class ReplayCommand implements Subcommand {
    static final int NOT_VERIFIED = 1;
    static final int NOT_THERE = 2;

    @Parameters(index = "0", paramLabel = "ROOM", description = "The room's id.")
    private String roomId;

    @Option(names = "--to-seq", paramLabel = "N", description = "Stop after the event with this seq.")
    private Long toSeq;

    @Option(names = "--to-lamport", paramLabel = "L", description = "Count only nodes with a lamport up to L.")
    private BigInteger toLamport;

    @Option(names = "--verify", description = "Check every hash, signature and stored root again.")
    private boolean verify;

    @Option(names = "--json", description = "One JSON object instead of lines.")
    private boolean json;

    @Mixin
    private SettingsOptions settings = new SettingsOptions();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        Optional<RoomId> room = RoomId.parse(roomId);
        if (room.isEmpty()) {
            err.println("parley: a room id is 1 to 256 bytes of UTF-8 without control characters");
            return NOT_THERE;
        }
        if (toLamport != null && (toLamport.signum() < 0 || toLamport.bitLength() > 64)) {
            err.println("parley: --to-lamport must be from 0 to 18446744073709551615");
            return NOT_THERE;
        }
        if (toSeq != null && toSeq < 0) {
            err.println("parley: --to-seq must not be negative");
            return NOT_THERE;
        }
        try (JournalReader journal =
                JournalReader.open(settings.sources().read().journal())) {
            RoomReplay replay = new RoomReplay(journal, room.get(), verify, new Progress(err));
            Optional<RoomReplay.Outcome> outcome = replay.run(
                    Optional.ofNullable(toSeq), Optional.ofNullable(toLamport).map(BigInteger::longValue));
            if (outcome.isEmpty()) {
                err.println("parley: the journal has no room " + room.get());
                return NOT_THERE;
            }
            print(outcome.get());
            outcome.get().problems().forEach(problem -> err.println("parley: " + problem));
            return outcome.get().problems().isEmpty() ? 0 : NOT_VERIFIED;
        } catch (JournalUnusable | BadSettings unusable) {
            err.println("parley: " + unusable.getMessage());
            return NOT_THERE;
        } catch (JournalReadFailed | CorruptRoom | RoomJournal.Unreadable damaged) {
            err.println("parley: " + damaged.getMessage());
            return verify ? NOT_VERIFIED : NOT_THERE;
        }
    }

    private void print(RoomReplay.Outcome room) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(json ? asJson(room) : asLines(room));
        out.flush();
    }

    private static String asJson(RoomReplay.Outcome room) {
        return JsonAnswer.object(json -> {
            json.writeStringField("room", room.room().value());
            json.writeNumberField("seq", room.seq());
            json.writeNumberField("nodes", room.nodes());
            json.writeArrayFieldStart("frontier");
            for (NodeId head : room.frontier()) {
                json.writeString(head.toHex());
            }
            json.writeEndArray();
            json.writeStringField("root", room.root().toHex());
            json.writeStringField("mst_root", room.mstRoot().toHex());
            json.writeStringField("state_hash", room.stateHash().toHex());
            json.writeFieldName("lamport");
            json.writeNumber(new BigInteger(Long.toUnsignedString(room.lamport())));
            json.writeBooleanField("locked", room.locked());
            json.writeNumberField("policies", room.policies().entries().size());
            json.writeStringField("policy_timeline_hash", room.policies().hash().toHex());
        });
    }

    private String asLines(RoomReplay.Outcome room) {
        StringBuilder lines = new StringBuilder();
        lines.append("room        ").append(room.room()).append('\n');
        lines.append("seq         ").append(room.seq()).append('\n');
        lines.append("nodes       ").append(room.nodes()).append('\n');
        for (NodeId head : room.frontier()) {
            lines.append("head        ").append(head).append('\n');
        }
        lines.append("root        ").append(room.root()).append('\n');
        lines.append("mst root    ").append(room.mstRoot()).append('\n');
        lines.append("state hash  ").append(room.stateHash()).append('\n');
        lines.append("lamport     ")
                .append(Long.toUnsignedString(room.lamport()))
                .append('\n');
        lines.append("locked      ").append(room.locked() ? "yes" : "no");
        if (verify && room.problems().isEmpty()) {
            lines.append("\nverified    every hash, signature and root");
        }
        return lines.toString();
    }
}
