package dev.parley.edge.main;

import dev.parley.core.history.Ed25519;
import dev.parley.core.history.Signatures;
import dev.parley.core.history.Signer;
import dev.parley.core.id.PeerId;
import dev.parley.core.session.SessionSettings;
import dev.parley.core.wire.MessageReader;
import dev.parley.edge.admin.AdminRoutes;
import dev.parley.edge.admin.Meters;
import dev.parley.edge.session.AllowanceTable;
import dev.parley.edge.session.SessionActor;
import dev.parley.edge.session.SessionCensus;
import dev.parley.edge.session.SessionContext;
import dev.parley.edge.session.SessionIds;
import dev.parley.edge.socket.SessionSockets;
import dev.parley.edge.socket.SocketSettings;
import dev.parley.persistence.entity.RoomContext;
import dev.parley.persistence.entity.RoomEntity;
import dev.parley.persistence.journal.DataDirectory;
import dev.parley.persistence.journal.JournalDatabase;
import dev.parley.persistence.journal.JournalSetup;
import dev.parley.persistence.journal.JournalUnusable;
import dev.parley.persistence.relay.RelayContext;
import dev.parley.persistence.relay.RelayDirectory;
import dev.parley.persistence.relay.RelaySettings;
import dev.parley.persistence.room.RoomMessage;
import dev.parley.persistence.room.RoomSettings;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running member: data directory, journal, rooms, relays, sessions and both ports.
 *
 * <p>Errors at start: {@link StartRefused} and {@link JournalUnusable}, a sentence each; what had been started by then is
 * stopped again.
 */
public final class Server implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Server.class);
    private static final Duration START_STEP = Duration.ofSeconds(30);

    // Each step of a stop is bounded; together they stay below 20 s.
    private static final Duration SOCKETS_WITHIN = Duration.ofSeconds(8);
    private static final Duration PORTS_WITHIN = Duration.ofSeconds(2);
    private static final Duration ROOMS_WITHIN = Duration.ofSeconds(8);
    private static final int ALLOWANCES_MAX = 100_000;

    private final Settings settings;
    private final Deque<Step> undo = new ArrayDeque<>();
    private volatile boolean ready;
    private boolean closed;

    private PeerId key;
    private ActorSystem<Void> system;
    private SessionContext sessions;
    private SessionSockets sockets;
    private int port;
    private int adminPort;

    /** One thing to undo when the server stops, the last one first. */
    private record Step(String what, Undoing undoing) {}

    private interface Undoing {
        void run() throws Exception;
    }

    private Server(Settings settings) {
        this.settings = settings;
    }

    /** Starts within a process that does other things too, such as a test. */
    public static Server start(Settings settings) {
        return start(settings, false);
    }

    /** {@code alone}: the process is this server's, and a fatal error may end it. */
    static Server start(Settings settings, boolean alone) {
        Server server = new Server(settings);
        try {
            server.open(alone);
            return server;
        } catch (RuntimeException | Error refused) {
            server.close();
            throw refused;
        }
    }

    /** The public port, as bound. */
    public int port() {
        return port;
    }

    /** The private port, as bound. */
    public int adminPort() {
        return adminPort;
    }

    /** The server's own key. */
    public PeerId key() {
        return key;
    }

    /** For tests that reach into rooms. */
    public ActorSystem<Void> system() {
        return system;
    }

    /** Completed once the actor system has ended, for whatever reason. */
    CompletionStage<?> ended() {
        return system.getWhenTerminated();
    }

    private void open(boolean alone) {
        requireFree(settings.edge().host(), settings.edge().port(), "--port");
        requireFree(settings.edge().adminHost(), settings.edge().adminPort(), "--admin-port");
        DataDirectory directory = DataDirectory.claim(settings.directory(), Instant.now());
        undo.push(new Step("data directory", directory::close));
        SecureRandom random = new SecureRandom();
        Signer signer = ServerKey.loadOrMake(settings.serverKeyFile(), random);
        key = signer.peer();
        JournalDatabase journal = JournalDatabase.open(settings.journal());
        undo.push(new Step("journal", journal::close));

        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        undo.push(new Step("metrics", registry::close));
        Meters meters = new Meters(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        JvmGcMetrics gc = new JvmGcMetrics();
        gc.bindTo(registry);
        undo.push(new Step("gc metrics", gc::close));

        int cores = Math.max(1, Runtime.getRuntime().availableProcessors());
        system = ActorSystem.create(
                Behaviors.empty(),
                "parley",
                ActorSystemSetup.create(
                        BootstrapSetup.create(PekkoConfig.of(settings, cores, alone)),
                        JournalSetup.opened(journal, meters)));
        undo.push(new Step("rooms", this::stopRooms));
        joinItself();
        Signatures signatures = Ed25519.best();
        ActorRef<RelayDirectory.Command> relays = startRooms(meters, signatures, random);
        startSessions(meters, signatures, relays, cores, random);
        meters.watch(sessions.census());
        bind(meters, registry, signatures, random);
        ready = true;
    }

    private void joinItself() {
        Cluster cluster = Cluster.get(system);
        CompletableFuture<Void> up = new CompletableFuture<>();
        cluster.registerOnMemberUp(() -> up.complete(null));
        cluster.join(cluster.selfAddress());
        await(up, "the cluster");
    }

    private ActorRef<RelayDirectory.Command> startRooms(Meters meters, Signatures signatures, SecureRandom random) {
        Settings.Room bounds = settings.room();
        RoomSettings rooms = RoomSettings.DEFAULT
                .withRoomBounds(bounds.nodesMax(), bounds.bytesMax())
                .withOrphans(bounds.orphanNodesMax(), bounds.orphanTtl())
                .withIdle(bounds.idleTimeout(), RoomSettings.DEFAULT.emptyRoomTimeout());
        ActorRef<ShardingEnvelope<RoomMessage>> region = RoomEntity.init(
                ClusterSharding.get(system),
                new RoomContext(rooms, key, signatures, System::currentTimeMillis, meters));
        RelayContext context = new RelayContext(
                (room, message) -> region.tell(new ShardingEnvelope<>(room.value(), message)),
                RelaySettings.DEFAULT
                        .withRoomWait(bounds.roomWait())
                        .withSocketBuffer(
                                settings.edge().relayBuffer(), settings.edge().relayBufferBytes()),
                () -> System.nanoTime() / 1_000_000,
                meters,
                random::nextLong,
                random::nextLong);
        return system.systemActorOf(RelayDirectory.create(context), "relays", Props.empty());
    }

    private void startSessions(
            Meters meters,
            Signatures signatures,
            ActorRef<RelayDirectory.Command> relays,
            int cores,
            SecureRandom random) {
        Settings.Edge edge = settings.edge();
        Settings.Limits limits = settings.limits();
        SocketSettings socket = new SocketSettings(
                edge.maxMessageBytes(),
                edge.relayBuffer(),
                edge.relayBufferBytes(),
                edge.sendTimeout(),
                edge.pingInterval(),
                SocketSettings.DEFAULT.closeTimeout());
        SessionSettings session = new SessionSettings(
                edge.helloTimeout(),
                settings.room().roomWait(),
                edge.maxMessageBytes(),
                edge.packsInFlight(),
                limits.nodesPerSecond(),
                limits.bytesPerSecond(),
                SessionSettings.DEFAULT.chunkBytes(),
                SessionSettings.DEFAULT.mstPathsMax());
        Executor verifiers = system.dispatchers().lookup(DispatcherSelector.fromConfig("parley.dispatchers.verify"));
        sessions = new SessionContext(
                key,
                session,
                socket,
                relays.narrow(),
                signatures,
                verifiers,
                cores,
                new AllowanceTable(limits.initialBurstNodes(), limits.initialBurstBytes(), ALLOWANCES_MAX),
                new SessionCensus(new SessionCensus.Bounds(
                        edge.sessionsMax(),
                        edge.sessionsPerRoomMax(),
                        edge.sessionsPerAddressMax(),
                        settings.room().roomsMax())),
                meters,
                System::currentTimeMillis);
        sockets = new SessionSockets(socket, verifiers, MessageReader::read);
    }

    private void bind(Meters meters, PrometheusMeterRegistry registry, Signatures signatures, SecureRandom random) {
        Settings.Edge edge = settings.edge();
        PublicRoutes routes =
                new PublicRoutes(system, sessions, sockets, new SessionIds(random), edge.allowedOrigins(), () -> ready);
        ServerBinding open = bound(
                Http.get(system).newServerAt(edge.host(), edge.port()).bindSync(routes::answer),
                edge.host(),
                edge.port(),
                "--port");
        undo.push(new Step("public port", () -> unbind(open)));
        port = open.localAddress().getPort();
        AdminRoutes admin = new AdminRoutes(
                system,
                new RoomAdmin(system, signatures, () -> ready),
                AdminGuard.of(edge.adminHost(), edge.adminToken()),
                sessions.census(),
                meters,
                registry,
                () -> !system.getWhenTerminated().toCompletableFuture().isDone());
        ServerBinding closed = bound(
                Http.get(system).newServerAt(edge.adminHost(), edge.adminPort()).bind(admin::answer),
                edge.adminHost(),
                edge.adminPort(),
                "--admin-port");
        undo.push(new Step("private port", () -> unbind(closed)));
        adminPort = closed.localAddress().getPort();
        undo.push(new Step("sockets", this::closeSockets));
    }

    /** Says in a sentence what the bind would say in a stack trace. */
    private static void requireFree(String host, int port, String option) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            InetSocketAddress address = new InetSocketAddress(host, port);
            if (address.isUnresolved()) {
                throw new StartRefused("the host " + host + " is not known");
            }
            if (port != 0) {
                probe.bind(address);
            }
        } catch (IOException e) {
            throw cannotListen(host, port, option, e);
        }
    }

    private static StartRefused cannotListen(String host, int port, String option, Throwable cause) {
        String text = cause instanceof BindException
                        && cause.getMessage() != null
                        && cause.getMessage().contains("in use")
                ? "port " + port + " on " + host + " is in use; choose another with " + option
                : "cannot listen on port " + port + " of " + host + ": " + cause.getMessage();
        return new StartRefused(text, cause);
    }

    private static ServerBinding bound(CompletionStage<ServerBinding> binding, String host, int port, String option) {
        try {
            return binding.toCompletableFuture().get(START_STEP.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause().getCause() == null
                    ? e.getCause()
                    : e.getCause().getCause();
            throw cannotListen(host, port, option, cause);
        } catch (TimeoutException e) {
            throw new StartRefused("port " + port + " of " + host + " could not be opened in time", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartRefused("the start was interrupted", e);
        }
    }

    private static void await(CompletableFuture<?> step, String what) {
        try {
            step.get(START_STEP.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new StartRefused(what + " did not come up in " + START_STEP.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartRefused("the start was interrupted", e);
        }
    }

    /** New upgrades get 503 by now. Packs in flight are answered, then each peer is told to come back. */
    private void closeSockets() throws InterruptedException {
        sessions.census().running().forEach(session -> session.tell(new SessionActor.MemberLeaves()));
        if (!sockets.openSockets().awaitNone(SOCKETS_WITHIN)) {
            LOG.atWarn()
                    .setMessage("sockets did not close in time")
                    .addKeyValue("open", sockets.openSockets().count())
                    .log();
        }
    }

    private static void unbind(ServerBinding binding) throws Exception {
        binding.terminate(PORTS_WITHIN.dividedBy(2))
                .toCompletableFuture()
                .get(PORTS_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Rooms are handed over, the member leaves the cluster, and the actor system ends. */
    private void stopRooms() throws Exception {
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().get(ROOMS_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Stops in order, each step bounded, the whole within 20 s. A second call changes nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        ready = false;
        while (!undo.isEmpty()) {
            Step step = undo.pop();
            try {
                step.undoing().run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                LOG.atWarn()
                        .setMessage("a step of the stop failed")
                        .addKeyValue("step", step.what())
                        .addKeyValue("why", e.toString())
                        .log();
            }
        }
    }
}
