package dev.parley.edge.main;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import dev.parley.persistence.journal.JournalCopy;
import dev.parley.persistence.journal.JournalReadFailed;
import dev.parley.persistence.journal.JournalSettings;
import dev.parley.persistence.journal.JournalUnusable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code parley backup}: the journal as it is at one moment, and the server's key, also beside a running server. */
@Command(
        name = "backup",
        mixinStandardHelpOptions = true,
        description = {
            "Copies the journal, as it is at one moment, and the server's key; a server may run meanwhile.",
            "A PostgreSQL journal becomes an embedded one. To restore: put the files in a data directory."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:done, and the copy was opened and counted",
            "1:no copy was made, or not all of it",
            "2:the journal or the settings are not usable",
            "3:done, but some events are damaged in the journal and so in the copy"
        })
public final class BackupCommand implements Subcommand {
    static final int NOT_USABLE = 2;
    static final int DAMAGED = 3;
    private static final String FILE_ENDING = ".db";

    @Option(
            names = "--to",
            required = true,
            paramLabel = "DIR|FILE",
            description = "A folder, or a file that ends in .db; nothing there is replaced.")
    private Path to;

    @Option(names = "--without-key", description = "Leave the server's key out.")
    private boolean withoutKey;

    @Option(
            names = "--rate",
            paramLabel = "SIZE",
            defaultValue = "64MiB",
            description =
                    "Bytes a second at most, so that the server keeps its share of the disk; 0: no limit (default:"
                            + " ${DEFAULT-VALUE}).")
    private String rate;

    @Mixin
    private SettingsOptions settings = new SettingsOptions();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        try {
            long bytesPerSecond =
                    ConfigFactory.parseString("rate = \"" + rate + "\"").getBytes("rate");
            return copy(settings.sources().read(), Math.max(0, bytesPerSecond));
        } catch (ConfigException notASize) {
            err.println("parley: --rate must be a size, such as 64MiB, is " + rate);
            return NOT_USABLE;
        } catch (BadSettings | JournalUnusable unusable) {
            err.println("parley: " + unusable.getMessage());
            return NOT_USABLE;
        } catch (JournalReadFailed failed) {
            err.println("parley: " + failed.getMessage());
            return Parley.REFUSED;
        } catch (FileAlreadyExistsException there) {
            err.println("parley: " + there.getFile() + " is there already; a backup replaces nothing");
            return Parley.REFUSED;
        } catch (IOException failed) {
            err.println("parley: the backup was not made: " + reason(failed));
            return Parley.REFUSED;
        }
    }

    private int copy(Settings read, long bytesPerSecond) throws IOException, InterruptedException {
        JournalSettings journal = read.journal();
        boolean isFile = to.getFileName() != null && to.getFileName().toString().endsWith(FILE_ENDING);
        Path file = isFile && !Files.isDirectory(to) ? to : to.resolve(journal.file());
        Path folder = file.toAbsolutePath().getParent();
        Path key = folder.resolve("server.key");
        boolean copiesKey = !withoutKey && Files.exists(read.serverKeyFile());
        if (copiesKey && Files.exists(key)) {
            throw new FileAlreadyExistsException(key.toString());
        }
        PrintWriter out = spec.commandLine().getOut();
        Progress progress = new Progress(spec.commandLine().getErr());
        JournalCopy.Copied copied =
                JournalCopy.to(file, journal, bytesPerSecond, (events, of) -> progress.at(events, of, "events"));
        if (copiesKey) {
            copyKey(read.serverKeyFile(), key);
        }
        out.println(
                "copied " + copied.rooms() + " rooms, " + copied.events() + " events, " + copied.bytes() + " bytes to "
                        + file + (copiesKey ? ", and the server's key to " + key : ", without the server's key"));
        out.flush();
        if (copied.damagedEvents() > 0) {
            spec.commandLine()
                    .getErr()
                    .println("parley: " + copied.damagedEvents()
                            + " events are damaged in the journal, and were copied as"
                            + " they are; ./parley replay ROOM --verify says which");
            return DAMAGED;
        }
        return 0;
    }

    private static void copyKey(Path from, Path to) throws IOException {
        byte[] seed = Files.readAllBytes(from);
        try (FileChannel channel = FileChannel.open(
                to, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ServerKey.ownerOnly(to))) {
            channel.write(ByteBuffer.wrap(seed));
            channel.force(true);
        }
    }

    private static String reason(IOException e) {
        return switch (e) {
            case AccessDeniedException denied -> denied.getFile() + " may not be written";
            case FileSystemException other when other.getReason() != null -> other.getFile() + ": " + other.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }
}
