package dev.parley.edge.peer;

import dev.parley.core.history.Ed25519;
import dev.parley.core.history.Node;
import dev.parley.core.history.Signatures;
import dev.parley.core.history.Signer;
import dev.parley.core.id.RoomId;
import dev.parley.edge.peer.stock.StockRun;
import dev.parley.edge.trace.Trace;
import dev.parley.edge.trace.TraceFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** What a run of the peer command starts with: addresses and files, read and checked. */
final class PeerSetup {
    private final RoomId room;
    private final URI address;
    private final ReplicaSettings settings;
    private final PeerKey key;
    private final Optional<TokenFile> token;
    private final Optional<ReplicaStore> store;
    private final List<Node> kept;
    private final boolean offline;
    private final Optional<TracePush> push;
    private final List<Integer> agents;
    private final Signatures signatures = Ed25519.best();

    private PeerSetup(
            RoomId room,
            URI address,
            ReplicaSettings settings,
            PeerKey key,
            Optional<TokenFile> token,
            Optional<ReplicaStore> store,
            List<Node> kept,
            boolean offline,
            Optional<TracePush> push,
            List<Integer> agents) {
        this.room = room;
        this.address = address;
        this.settings = settings;
        this.key = key;
        this.token = token;
        this.store = store;
        this.kept = kept;
        this.offline = offline;
        this.push = push;
        this.agents = agents;
    }

    /** Errors: throws {@link IllegalArgumentException} with a sentence for the user. */
    static PeerSetup of(
            String url,
            String roomName,
            ReplicaSettings settings,
            Optional<Path> keyFile,
            Optional<String> tokenName,
            Optional<Path> storeFile,
            long storeBytesMax,
            boolean offline,
            Optional<Path> traceFile,
            Optional<Integer> agent,
            String textKey) {
        RoomId room = RoomId.parse(roomName)
                .orElseThrow(() -> new IllegalArgumentException("'" + ValueText.line(roomName, 80)
                        + "' cannot be a room: 1 to 256 bytes, no control characters."));
        URI address = PeerAddress.of(url, room);
        Optional<TokenFile> token = tokenName.map(name -> TokenFile.of(name, System.in));
        Optional<Trace> trace = traceFile.map(PeerSetup::trace);
        List<Integer> agents = agents(trace, agent, keyFile.isPresent());
        PeerKey key = keyFile.or(() -> storeFile.map(file -> file.resolveSibling(file.getFileName() + ".key")))
                .map(PeerSetup::key)
                .orElseGet(PeerKey::random);
        Optional<TracePush> push = trace.map(read -> typed(traceFile.get(), read, textKey, key));
        Optional<ReplicaStore> store = storeFile.map(file -> store(file, room, storeBytesMax));
        List<Node> kept = store.map(PeerSetup::load).orElse(List.of());
        ReplicaSettings admitted = settings.withToken(token.map(TokenFile::first));
        return new PeerSetup(room, address, admitted, key, token, store, kept, offline, push, agents);
    }

    private static Trace trace(Path file) {
        try {
            return TraceFile.read(file);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("There is no file " + file + ".", e);
        } catch (IOException e) {
            throw new IllegalArgumentException(file + " cannot be used: " + e.getMessage() + ".", e);
        }
    }

    private static TracePush typed(Path file, Trace trace, String textKey, PeerKey key) {
        List<Signer> signers =
                IntStream.range(0, trace.agents()).mapToObj(key::agent).toList();
        try {
            return new TracePush(trace, textKey, signers);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + " cannot be typed: " + e.getMessage() + ".", e);
        }
    }

    private static List<Integer> agents(Optional<Trace> trace, Optional<Integer> agent, boolean keyed) {
        int authors = trace.map(Trace::agents).orElse(1);
        if (agent.isEmpty()) {
            return IntStream.range(0, authors).boxed().toList();
        }
        if (trace.isEmpty() || agent.get() < 0 || agent.get() >= authors) {
            throw new IllegalArgumentException(
                    "--agent names one of the authors of a trace, here 0 to " + (authors - 1) + ".");
        }
        if (!keyed && authors > 1) {
            throw new IllegalArgumentException("--agent needs --key: the authors' keys are derived from it.");
        }
        return List.of(agent.get());
    }

    private static PeerKey key(Path file) {
        try {
            return PeerKey.of(file);
        } catch (IOException e) {
            throw new IllegalArgumentException("The key cannot be used: " + said(e) + ".", e);
        }
    }

    private static String said(IOException e) {
        return e instanceof NoSuchFileException ? "there is no folder for " + e.getMessage() : e.getMessage();
    }

    private static ReplicaStore store(Path file, RoomId room, long bytesMax) {
        try {
            return ReplicaStore.open(file, room, bytesMax);
        } catch (ReplicaStore.Unusable e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static List<Node> load(ReplicaStore store) {
        try {
            return store.load(Ed25519.best());
        } catch (ReplicaStore.Unusable e) {
            store.close();
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    Optional<ReplicaStore> store() {
        return store;
    }

    /** A stock client in the place of our own peer, started. */
    StockRun stock(StockRun.Kind kind, Optional<Duration> patience, PrintWriter out, PrintWriter err) {
        Supplier<Optional<String>> newest =
                () -> token.flatMap(file -> file.newest().or(() -> Optional.of(file.first())));
        return new StockRun(kind, address, room, key.agent(0), newest, patience, out, err);
    }

    /** The peers of the run, not started; what the store held is in the first one. */
    List<RunningPeer> peers(Voice voice, boolean json) {
        List<RunningPeer> peers = new ArrayList<>();
        for (int each : agents) {
            Replica replica = new Replica(room, key.agent(each), signatures, settings);
            if (peers.isEmpty()) {
                kept.forEach(replica::offer);
                token.map(file -> file.doubt(replica.peer(), System.currentTimeMillis() / 1_000))
                        .filter(doubt -> !doubt.isEmpty())
                        .ifPresent(voice::say);
            }
            TailPrinter printer = new TailPrinter(json);
            peers.add(
                    offline
                            ? new RunningPeer(voice, replica, printer)
                            : new RunningPeer(
                                    voice,
                                    replica,
                                    printer,
                                    address,
                                    push.map(typing -> typing.feed(each)),
                                    token.<PeerConnection.Tokens>map(file -> file)
                                            .orElse(PeerConnection.Tokens.KEEP)));
        }
        return peers;
    }
}
