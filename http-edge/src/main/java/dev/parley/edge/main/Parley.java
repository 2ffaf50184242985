package dev.parley.edge.main;

import dev.parley.persistence.journal.JournalReadFailed;
import dev.parley.persistence.journal.JournalUnusable;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line: {@code parley <command>}. */
@Command(
        name = "parley",
        mixinStandardHelpOptions = true,
        versionProvider = Parley.Version.class,
        description = "A sync server for rooms of shared, signed history.",
        synopsisSubcommandLabel = "COMMAND")
public final class Parley implements Callable<Integer> {
    /** Something refused to work, and said why. */
    public static final int REFUSED = 1;

    @Spec
    private CommandSpec spec;

    public static void main(String[] arguments) {
        int code = commandLine().execute(arguments);
        System.out.flush();
        System.exit(code);
    }

    /** The whole command line, with every command on the class path. */
    public static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Parley());
        List<Subcommand> commands = ServiceLoader.load(Subcommand.class).stream()
                .map(ServiceLoader.Provider::get)
                .sorted(Comparator.comparing(command ->
                        command.getClass().getAnnotation(Command.class).name()))
                .toList();
        commands.forEach(line::addSubcommand);
        line.setParameterExceptionHandler((mistake, given) -> explain(mistake));
        line.setExecutionExceptionHandler((failure, command, parsed) -> explain(failure, command.getErr()));
        return line;
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return CommandLine.ExitCode.USAGE;
    }

    /** A sentence that stays in sight, and where the rest is told. */
    private static int explain(ParameterException mistake) {
        CommandLine command = mistake.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("parley: " + said(mistake));
        UnmatchedArgumentException.printSuggestions(mistake, err);
        err.println("Try: " + command.getCommandSpec().qualifiedName() + " --help");
        err.flush();
        return CommandLine.ExitCode.USAGE;
    }

    private static String said(ParameterException mistake) {
        boolean atTop = mistake.getCommandLine().getParent() == null;
        return atTop && mistake instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()
                ? "there is no command '" + unmatched.getUnmatched().get(0) + "'"
                : mistake.getMessage();
    }

    /** An operator's mistake is a sentence; a bug of ours keeps its stack. */
    private static int explain(Exception failure, PrintWriter err) {
        switch (failure) {
            case BadSettings bad -> {
                err.println("parley: the settings are not usable:");
                bad.problems().forEach(problem -> err.println("  " + problem));
                err.flush();
                return CommandLine.ExitCode.USAGE;
            }
            case StartRefused refused -> err.println("parley: " + refused.getMessage());
            case JournalUnusable unusable -> err.println("parley: " + unusable.getMessage());
            case RoomJournal.Unreadable unreadable -> err.println("parley: " + unreadable.getMessage());
            case JournalReadFailed unreadable -> err.println("parley: " + unreadable.getMessage());
            default -> {
                err.println("parley: internal error");
                failure.printStackTrace(err);
            }
        }
        err.flush();
        return REFUSED;
    }

    /** The version of the build, from the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {
                "parley " + number(), "Java " + Runtime.version() + " (" + System.getProperty("java.vendor") + ")"
            };
        }

        static String number() {
            String path = "/META-INF/maven/dev.parley/parley-http-edge/pom.properties";
            try (InputStream in = Parley.class.getResourceAsStream(path)) {
                Properties build = new Properties();
                if (in != null) {
                    build.load(in);
                }
                return build.getProperty("version", "development");
            } catch (IOException unreadable) {
                return "development";
            }
        }
    }
}
