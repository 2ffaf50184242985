package dev.parley.edge.peer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.core.history.Ed25519;
import dev.parley.core.history.Signer;
import dev.parley.core.id.RoomId;
import dev.parley.edge.main.Subcommand;
import dev.parley.edge.trace.Trace;
import dev.parley.edge.trace.TraceFile;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./parley peer}: a real peer that joins a room, writes, and shows what it sees. */
@Command(
        name = "peer",
        description = {
            "Joins a room as a peer: reconciles, writes, waits until everything written is acknowledged.",
            "Reconnects when the connection breaks, and says why it broke."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Pacing: a server allows 200 nodes a second and, before that counts, 50,000 nodes for each room and",
            "address. So a peer sends its first 20,000 nodes as fast as they are acknowledged, then 180 a second.",
            "Closed with 4008 all the same, it reconnects and sends half as fast. Against a server whose limits are",
            "off, --rate 0 sends without any pacing.",
            "",
            "Results go to standard output, progress and trouble to standard error.",
            "Exit code: 0 done, 1 not everything could be done, 2 bad arguments.",
            "",
            "Examples:",
            "  ./parley peer ws://127.0.0.1:7878 demo --set greeting=hello --state",
            "  ./parley peer ws://127.0.0.1:7878 demo --tail"
        })
public final class PeerCommand implements Subcommand {
    private static final long BURST_NODES = 20_000;
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "URL", description = "the server: ws://HOST:PORT, with or without /ws/ROOM")
    private String url;

    @Parameters(index = "1", paramLabel = "ROOM", description = "the room's name")
    private String roomName;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "sets a map key to these bytes of UTF-8; may be repeated")
    private Map<String, String> sets = new LinkedHashMap<>();

    @Option(names = "--delete", paramLabel = "KEY", description = "deletes a map key; may be repeated")
    private List<String> deletes = new ArrayList<>();

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

    @Option(names = "--state", description = "prints {room,nodes,root,mst_root,state_hash,map,texts,lists} as JSON")
    private boolean state;

    @Option(names = "--tail", description = "prints changes as they come, until interrupted")
    private boolean tail;

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "the private key: 32 raw bytes or 64 hex digits; made when it is not there (default: a new"
                    + " key each time)")
    private Path keyFile;

    @Option(names = "--token", paramLabel = "FILE", description = "a room token as JSON, for locked rooms")
    private Path tokenFile;

    @Option(names = "--rate", paramLabel = "N", description = "nodes sent a second; 0 = no pacing (default: see below)")
    private Long rate;

    @Option(
            names = "--timeout",
            paramLabel = "D",
            description = "gives up when nothing moves for so long, e.g. 30s, 5m (default: 120s; with --tail: never)")
    private String timeout;

    @Override
    public Integer call() {
        RoomId room = RoomId.parse(roomName)
                .orElseThrow(() -> bad("'" + roomName + "' cannot be a room: 1 to 256 bytes, no control characters."));
        URI address;
        try {
            address = PeerAddress.of(url, room);
        } catch (IllegalArgumentException e) {
            throw bad(e.getMessage());
        }
        Optional<Duration> patience = patience();
        ReplicaSettings settings = settings();
        PeerKey key = key();
        Optional<Trace> trace = trace();
        List<Integer> agents = agents(trace);
        PeerRun run =
                new PeerRun(spec.commandLine().getOut(), spec.commandLine().getErr(), patience);
        try (run) {
            Optional<TracePush> push = trace.map(read -> typed(read, key));
            for (int each : agents) {
                Signer signer = key.agent(each);
                Replica replica = new Replica(room, signer, Ed25519.best(), settings);
                run.add(address, replica, push.map(typing -> typing.feed(each)), tail && each == agents.getFirst());
            }
            run.join();
            run.write(sets, deletes);
            run.finish();
            if (state) {
                run.printState();
            }
            if (tail) {
                run.tail();
            }
            return 0;
        } catch (PeerRun.Failed e) {
            spec.commandLine().getErr().println(e.getMessage());
            return 1;
        }
    }

    private TracePush typed(Trace trace, PeerKey key) {
        List<Signer> signers =
                IntStream.range(0, trace.agents()).mapToObj(key::agent).toList();
        try {
            return new TracePush(trace, textKey, signers);
        } catch (IllegalArgumentException e) {
            throw bad(traceFile + " cannot be typed: " + e.getMessage() + ".");
        }
    }

    private Optional<Trace> trace() {
        if (traceFile == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(TraceFile.read(traceFile));
        } catch (NoSuchFileException e) {
            throw bad("There is no file " + traceFile + ".");
        } catch (IOException e) {
            throw bad(traceFile + " cannot be used: " + e.getMessage() + ".");
        }
    }

    private List<Integer> agents(Optional<Trace> trace) {
        int authors = trace.map(Trace::agents).orElse(1);
        if (agent == null) {
            return IntStream.range(0, authors).boxed().toList();
        }
        if (trace.isEmpty() || agent < 0 || agent >= authors) {
            throw bad("--agent names one of the authors of a trace, here 0 to " + (authors - 1) + ".");
        }
        if (keyFile == null && authors > 1) {
            throw bad("--agent needs --key: the authors' keys are derived from it.");
        }
        return List.of(agent);
    }

    private PeerKey key() {
        if (keyFile == null) {
            return PeerKey.random();
        }
        try {
            return PeerKey.of(keyFile);
        } catch (IOException e) {
            throw bad("The key cannot be used: " + e.getMessage() + ".");
        }
    }

    private ReplicaSettings settings() {
        if (rate != null && rate < 0) {
            throw bad("--rate is not below 0.");
        }
        ReplicaSettings paced =
                rate == null ? ReplicaSettings.DEFAULT.paced(180, BURST_NODES) : ReplicaSettings.DEFAULT.paced(rate, 0);
        return paced.withToken(token());
    }

    private Optional<String> token() {
        if (tokenFile == null) {
            return Optional.empty();
        }
        try {
            String text = Files.readString(tokenFile, StandardCharsets.UTF_8);
            if (!new ObjectMapper().readTree(text).isObject()) {
                throw bad(tokenFile + " holds no room token: a JSON object is wanted.");
            }
            return Optional.of(text.strip());
        } catch (JsonProcessingException e) {
            throw bad(tokenFile + " holds no room token: it is not JSON.");
        } catch (IOException e) {
            throw bad("The token cannot be read: " + e.getMessage() + ".");
        }
    }

    private Optional<Duration> patience() {
        if (timeout == null) {
            return tail ? Optional.empty() : Optional.of(PATIENCE);
        }
        try {
            return Optional.of(Durations.parse(timeout));
        } catch (IllegalArgumentException e) {
            throw bad("--timeout: " + e.getMessage());
        }
    }

    private ParameterException bad(String sentence) {
        return new ParameterException(spec.commandLine(), sentence);
    }
}
