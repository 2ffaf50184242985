package dev.parley.edge.main;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import dev.parley.core.history.Ed25519;
import dev.parley.core.history.Signatures;
import dev.parley.core.history.Signer;
import dev.parley.core.id.PeerId;
import dev.parley.core.wire.MessageReader;
import dev.parley.edge.admin.AdminRoutes;
import dev.parley.edge.admin.Meters;
import dev.parley.edge.cluster.ClusterReport;
import dev.parley.edge.cluster.MemberFigures;
import dev.parley.edge.cluster.Membership;
import dev.parley.edge.session.SessionCensus;
import dev.parley.edge.session.SessionContext;
import dev.parley.edge.session.SessionIds;
import dev.parley.edge.socket.Greetings;
import dev.parley.edge.socket.PublicPort;
import dev.parley.edge.socket.SessionSockets;
import dev.parley.persistence.journal.DataDirectory;
import dev.parley.persistence.journal.JournalDatabase;
import dev.parley.persistence.journal.JournalSetup;
import dev.parley.persistence.journal.JournalUnusable;
import dev.parley.persistence.journal.JournalWatch;
import dev.parley.persistence.journal.NativeLibrary;
import dev.parley.persistence.entity.RoomLedger;
import dev.parley.persistence.relay.RelayDirectory;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.ConfigurationException;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.Cluster;
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
    private static final Duration ROOMS_WITHIN = Duration.ofSeconds(6);

    private final Settings settings;
    private final StopSteps undo = new StopSteps();
    private MemberHealth health;
    private boolean closed;

    private PeerId key;
    private ActorSystem<Void> system;
    private SessionContext sessions;
    private MemberShares shares;
    private SessionSockets sockets;
    private int port;
    private int adminPort;

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
        Ports.requireFree(settings.edge().host(), settings.edge().port(), "--port");
        Ports.requireFree(settings.edge().adminHost(), settings.edge().adminPort(), "--admin-port");
        DataDirectory directory = DataDirectory.claim(settings.directory(), Instant.now());
        undo.push("data directory", directory::close);
        NativeLibrary.keepFor(settings.directory());
        SecureRandom random = new SecureRandom();
        Signer signer = ServerKey.loadOrMake(settings.serverKeyFile(), random);
        key = signer.peer();
        JournalDatabase journal = JournalDatabase.open(settings.journal());
        undo.push("journal", journal::close);
        JournalWatch watch = JournalWatch.start(journal, directory);
        undo.push("journal watch", watch::close);
        health = new MemberHealth(watch::troubles);
        Warnings.log(settings);

        PrometheusMeterRegistry registry = Registry.open(undo);
        Meters meters = new Meters(registry);
        int cores = Math.max(1, Runtime.getRuntime().availableProcessors());
        Budgets budgets = settings.budgets().of(Runtime.getRuntime().maxMemory());
        RoomLedger ledger = new RoomLedger(budgets.residentBytesMax());
        system = actorSystem(
                PekkoConfig.of(settings, key, cores, alone), JournalSetup.opened(journal, meters.journal()));
        undo.push("rooms", this::stopRooms);
        SessionCensus census = MemberSessions.census(settings, ledger::mayEnter);
        meters.watch(census);
        meters.journal().watch(watch);
        meters.onOpenRoom(Warnings.ofOpenRooms(settings));
        Signatures signatures = Ed25519.best();
        Membership membership = new Membership(system);
        health.watch(membership::trouble);
        bindAdmin(signatures, census, meters, registry, membership);
        join(membership);
        ActorRef<RelayDirectory.Command> relays =
                MemberRooms.start(system, settings, key, meters, signatures, ledger, random);
        BulkThreads bulk = new BulkThreads(cores);
        undo.push("bulk threads", bulk::close);
        shares = MemberShares.of(system, bulk, budgets, cores);
        shares.report(meters);
        meters.watch("nodalmerge_resident_bytes", ledger, RoomLedger::residentBytes);
        meters.watch("nodalmerge_rooms_damaged", ledger, RoomLedger::damaged);
        sessions = MemberSessions.context(system, settings, key, meters, signatures, relays, census, shares, cores);
        bindPublic(meters, random);
        health.runs();
    }

    /** What an operator told Pekko may not fit: then it says so, in its own words. */
    private static ActorSystem<Void> actorSystem(Config config, JournalSetup journal) {
        try {
            return ActorSystem.create(
                    Behaviors.empty(), "parley", ActorSystemSetup.create(BootstrapSetup.create(config), journal));
        } catch (ConfigException | ConfigurationException unfit) {
            throw new StartRefused("a setting under pekko does not fit: " + unfit.getMessage(), unfit);
        }
    }

    /** A member without seeds is a cluster of one. */
    private void join(Membership membership) {
        Cluster cluster = Cluster.get(system);
        CompletableFuture<Void> up = new CompletableFuture<>();
        cluster.registerOnMemberUp(() -> up.complete(null));
        if (!settings.cluster().shared()) {
            cluster.join(cluster.selfAddress());
            await(up, "the cluster");
            return;
        }
        LOG.atInfo()
                .setMessage("asking to be let into the cluster")
                .addKeyValue("self", membership.self())
                .addKeyValue("seeds", settings.cluster().seeds())
                .log();
        cluster.joinSeedNodes(settings.cluster().seedAddresses());
        Joining.await(up, system.getWhenTerminated().toCompletableFuture(), settings.cluster());
        LOG.atInfo()
                .setMessage("let into the cluster")
                .addKeyValue("members", membership.members().size())
                .log();
    }

    /** First, so that it can be asked why the other port is not there yet. */
    private void bindAdmin(
            Signatures signatures,
            SessionCensus census,
            Meters meters,
            PrometheusMeterRegistry registry,
            Membership membership) {
        Settings.Edge edge = settings.edge();
        MemberFigures figures = MemberFigures.start(
                system,
                membership,
                () -> new MemberFigures.Figures(
                        census.sessions(), meters.roomsHere().size(), Parley.Version.number()));
        ClusterReport report = new ClusterReport(settings.cluster(), membership, figures);
        AdminRoutes admin = new AdminRoutes(
                system,
                new RoomAdmin(system, signatures, health, report),
                AdminGuard.of(edge.adminHost(), edge.adminToken()),
                census,
                meters,
                registry,
                () -> !system.getWhenTerminated().toCompletableFuture().isDone());
        ServerBinding binding = Ports.bound(
                Http.get(system).newServerAt(edge.adminHost(), edge.adminPort()).bind(admin::answer),
                edge.adminHost(),
                edge.adminPort(),
                "--admin-port");
        undo.push("private port", () -> Ports.unbind(binding));
        adminPort = binding.localAddress().getPort();
    }

    private void bindPublic(Meters meters, SecureRandom random) {
        Settings.Edge edge = settings.edge();
        sockets = new SessionSockets(sessions.socket(), shares.sockets(), MessageReader::read);
        PublicRoutes routes = new PublicRoutes(
                system,
                sessions,
                sockets,
                new SessionIds(random),
                edge.allowedOrigins(),
                settings.arrivals().proxies(),
                health::ready);
        PublicPort binding = Ports.bound(
                PublicPort.bind(
                        system,
                        new InetSocketAddress(edge.host(), edge.port()),
                        new PublicPort.Bounds(
                                edge.helloTimeout(), settings.arrivals().headBytesMax()),
                        meters.watch(new Greetings(settings.arrivals().handshakes())),
                        routes::counted,
                        routes::answer),
                edge.host(),
                edge.port(),
                "--port");
        undo.push("public port", () -> Ports.unbind(binding.close()));
        port = binding.localAddress().getPort();
        undo.push("sockets", this::closeSockets);
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
        sessions.census().memberLeaves();
        if (!sockets.openSockets().awaitNone(SOCKETS_WITHIN)) {
            LOG.atWarn()
                    .setMessage("sockets did not close in time")
                    .addKeyValue("open", sockets.openSockets().count())
                    .log();
        }
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
        if (health != null) { // The start may have ended before there was any.
            health.drains();
        }
        undo.run();
    }
}
