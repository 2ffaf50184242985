package dev.parley.edge.peer;

import dev.parley.edge.main.Subcommand;
import dev.parley.edge.peer.stock.StockRun;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./parley peer}: a real peer that joins a room, writes, and shows what it sees. */
@Command(
        name = "peer",
        description = {
            "Joins a room as a peer: reconciles, writes, waits until everything written is acknowledged. Reconnects"
                    + " when the connection breaks, and says why it broke. Without anything to do it reads commands"
                    + " from standard input, one a line; help lists them."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Edits are made in the order in which they stand, each as one transaction that sees those before it. When"
                    + " the server has acknowledged all, commands to the server are given, and then what was asked for"
                    + " is printed. A list item's value is kept under the map key LIST/ITEM.",
            "",
            "Offline first: --store keeps all that this peer knows in a file, with its key in a file beside it. Edits"
                    + " made with --offline, or while the server is away, wait there, and the next run sends them.",
            "",
            "Pacing: a server allows 200 nodes a second and, before that counts, 50,000 nodes for each room and"
                    + " address. So a peer sends its first 20,000 nodes as fast as they are acknowledged, then 180 a"
                    + " second. Closed with 4008 all the same, it reconnects and sends half as fast. Against a server"
                    + " whose limits are off, --rate 0 sends without any pacing.",
            "",
            "Results go to standard output, progress and trouble to standard error. Exit code: 0 done; 1 not everything"
                    + " could be done; 2 bad arguments or files; 3 not let in; 130 interrupted with Ctrl-C, after a"
                    + " goodbye to the server and with the store written.",
            "",
            "Examples:",
            "  ./parley peer ws://127.0.0.1:7878 demo --set hello=world --show all",
            "  ./parley peer ws://127.0.0.1:7878 demo --push todo=milk --type notes=Hi",
            "  ./parley peer ws://127.0.0.1:7878 demo --tail",
            "  ./parley peer ws://127.0.0.1:7878 demo         (a shell)",
            "  printf 'set a=1\\n' | ./parley peer ws://127.0.0.1:7878 demo",
            "  ./parley peer ws://127.0.0.1:7878 demo --store me --offline --set a=2"
        })
public final class PeerCommand implements Subcommand {
    private static final long BURST_NODES = 20_000;
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final int DONE = 0;
    private static final int NOT_DONE = 1;
    private static final int NOT_LET_IN = 3;

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "URL", description = "the server: ws://HOST:PORT, with or without /ws/ROOM")
    private String url;

    @Parameters(index = "1", paramLabel = "ROOM", description = "the room's name")
    private String roomName;

    @Mixin(name = OrderOptions.NAME)
    private OrderOptions orders = new OrderOptions();

    @Option(names = "--server-info", description = "prints the server's public key")
    private boolean serverInfo;

    @Option(names = "--state", description = "prints {room,nodes,root,mst_root,state_hash,map,texts,lists} as JSON")
    private boolean state;

    @Option(names = "--tail", description = "prints the last 20 changes, then others as they come, until interrupted")
    private boolean tail;

    @Option(
            names = "--since",
            paramLabel = "LAMPORT",
            description = "with --tail: prints all changes from this logical time on first; 0 is everything")
    private Long since;

    @Option(
            names = "--json",
            description = "prints what --get, --show, --tail, --lock and the shell's commands print as JSON")
    private boolean json;

    @Option(names = "--shell", description = "reads commands from standard input, after everything else")
    private boolean shell;

    @Option(names = "--keep-going", description = "goes on after a line of standard input that is wrong")
    private boolean keepGoing;

    @Option(
            names = "--presence",
            paramLabel = "JSON",
            description = "shows this to the others as long as this peer is here, such as {\"cursor\":1}")
    private String presence;

    @Option(
            names = "--subscribe",
            paramLabel = "PATTERN",
            description = "wants only keys that match, such as world/**; may be repeated (default: everything)")
    private List<String> patterns = new ArrayList<>();

    @Option(
            names = "--push-trace",
            paramLabel = "FILE",
            description = "types a recorded editing session, one signed node a character; one of several authors is"
                    + " typed through one session for each of them")
    private Path traceFile;

    @Option(
            names = "--agent",
            paramLabel = "N",
            description = "types only this author's part of the trace, from 0; needs --key, with one file for the"
                    + " processes that type the other parts")
    private Integer agent;

    @Option(
            names = "--text",
            paramLabel = "KEY",
            defaultValue = "text",
            description = "the text key a trace is typed into (default: ${DEFAULT-VALUE})")
    private String textKey;

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description =
                    "the private key: 32 raw bytes or 64 hex digits; made when it is not there (default: STORE.key"
                            + " with --store, else a new key each time)")
    private Path keyFile;

    @Option(
            names = "--token",
            paramLabel = "FILE",
            description = "a room token as ./parley token prints it, for locked rooms; read again at each connection."
                    + " - is standard input")
    private String tokenName;

    @Option(
            names = "--store",
            paramLabel = "FILE",
            description = "keeps this replica in a file between runs, written every 2 s and at the end")
    private Path storeFile;

    @Option(
            names = "--store-max",
            paramLabel = "MIB",
            defaultValue = "256",
            description = "the most a store may hold, in MiB, 1 to 1024 (default: ${DEFAULT-VALUE})")
    private int storeMaxMib;

    @Option(
            names = "--as-stock-client",
            paramLabel = "KIND",
            description =
                    "behaves as a stock client does, defects included, and says what it does and why: doc (in a"
                            + " browser), doc64 or npm; goes with edits, --get, --show, --state, --tail, --key, --token, --timeout")
    private String stock;

    @Option(names = "--offline", description = "connects to nobody; needs --store")
    private boolean offline;

    @Option(names = "--rate", paramLabel = "N", description = "nodes sent a second; 0 = no pacing (default: see below)")
    private Long rate;

    @Option(
            names = "--timeout",
            paramLabel = "D",
            description = "gives up when nothing moves for so long, e.g. 30s, 5m (default: 120s; with --tail: never)")
    private String timeout;

    @Override
    public Integer call() {
        if (stock != null) {
            return asStockClient();
        }
        PeerSetup setup = setup();
        Voice voice = new Voice(spec.commandLine().getOut(), spec.commandLine().getErr());
        Optional<Order.Presence> shown = presence == null
                ? Optional.empty()
                : Optional.of((Order.Presence) checked(() -> OrderReader.option(Verb.PRESENCE, presence)));
        boolean reads = shell
                || !tail
                        && !state
                        && !serverInfo
                        && traceFile == null
                        && orders.all().isEmpty();
        boolean stays = tail && !reads;
        Optional<Duration> patience = patience(stays);
        PeerRun run = new PeerRun(voice, patience, json, setup.store());
        Thread atInterrupt = new Thread(run::close, "peer-goodbye");
        Runtime.getRuntime().addShutdownHook(atInterrupt);
        try (run) {
            setup.peers(voice, json).forEach(run::add);
            shown.ifPresent(order -> run.first().ask(replica -> {
                replica.presence(order.dataJson());
                return replica;
            }));
            return work(run, voice, reads);
        } catch (PeerRun.Failed e) {
            voice.say(e.getMessage());
            return e.refused() ? NOT_LET_IN : NOT_DONE;
        } catch (RunningPeer.Interrupted e) {
            return NOT_DONE;
        } finally {
            forget(atInterrupt);
        }
    }

    private int asStockClient() {
        StockRun.Kind kind = checked(() -> StockPeer.kind(stock));
        if (storeFile != null
                || traceFile != null
                || shell
                || rate != null
                || presence != null
                || serverInfo
                || since != null
                || !patterns.isEmpty()) {
            throw bad("--as-stock-client goes with edits, --get, --show, --state, --tail, --key, --token, --timeout.");
        }
        StockRun.Job job = checked(() -> StockPeer.job(orders.all(), state, tail, json));
        try (StockRun run = setup().stock(
                        kind,
                        patience(tail),
                        spec.commandLine().getOut(),
                        spec.commandLine().getErr())) {
            return run.run(job);
        }
    }

    private int work(PeerRun run, Voice voice, boolean reads) throws PeerRun.Failed {
        if (tail || reads || presence != null) {
            run.first().watch();
        }
        run.join();
        Optional<String> mistake = edit(run);
        run.finish();
        if (mistake.isPresent()) {
            throw new PeerRun.Failed(mistake.get());
        }
        if (serverInfo) {
            run.control(new Order.ServerInfo());
        }
        for (Order order : orders.all()) {
            if (order instanceof Order.Control control) {
                run.control(control);
            }
        }
        for (Order order : orders.all()) {
            if (order instanceof Order.Show show) {
                run.show(show);
            }
        }
        if (state) {
            run.show(new Order.State());
        }
        if (reads) {
            if (tail) {
                run.first().tail(Optional.ofNullable(since));
            }
            BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            return new Shell(run, voice, lines, Shell.atTerminal(), keepGoing).run() == 0 ? DONE : NOT_DONE;
        }
        if (tail) {
            run.tail(Optional.ofNullable(since));
        }
        return DONE;
    }

    /** Makes the edits up to the first that cannot be made; returns what is wrong with that one. */
    private Optional<String> edit(PeerRun run) {
        for (Order order : orders.all()) {
            if (order instanceof Order.Edit edit) {
                try {
                    run.first().edit(edit);
                } catch (IllegalArgumentException e) {
                    return Optional.of(e.getMessage() + " The edits after it were not made.");
                }
            }
        }
        return Optional.empty();
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is on its way down, and the hook is what this run ends with.
        }
    }

    private PeerSetup setup() {
        if (rate != null && rate < 0) {
            throw bad("--rate is not below 0.");
        }
        if (offline && storeFile == null) {
            throw bad("--offline needs --store: what is written would be lost.");
        }
        if (offline && traceFile != null) {
            throw bad("--offline and --push-trace exclude each other.");
        }
        if (since != null && !tail) {
            throw bad("--since goes with --tail.");
        }
        for (Order order : orders.all()) {
            if (order instanceof Order.Policy policy) {
                checked(() -> PolicyFile.read(policy)); // Before anything is written.
            }
        }
        if (storeMaxMib < 1 || storeMaxMib > 1_024) {
            throw bad("--store-max is 1 to 1024 MiB.");
        }
        ReplicaSettings paced =
                rate == null ? ReplicaSettings.DEFAULT.paced(180, BURST_NODES) : ReplicaSettings.DEFAULT.paced(rate, 0);
        return checked(() -> PeerSetup.of(
                url,
                roomName,
                patterns.isEmpty() ? paced : paced.withSubscription(patterns),
                Optional.ofNullable(keyFile),
                Optional.ofNullable(tokenName),
                Optional.ofNullable(storeFile),
                (long) storeMaxMib << 20,
                offline,
                Optional.ofNullable(traceFile),
                Optional.ofNullable(agent),
                textKey));
    }

    private Optional<Duration> patience(boolean stays) {
        if (timeout == null) {
            return stays ? Optional.empty() : Optional.of(PATIENCE);
        }
        return checked(() -> {
            try {
                return Optional.of(Durations.parse(timeout));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("--timeout: " + e.getMessage(), e);
            }
        });
    }

    private <T> T checked(Supplier<T> made) {
        try {
            return made.get();
        } catch (IllegalArgumentException e) {
            throw bad(e.getMessage());
        }
    }

    private ParameterException bad(String sentence) {
        return new ParameterException(spec.commandLine(), sentence);
    }
}
