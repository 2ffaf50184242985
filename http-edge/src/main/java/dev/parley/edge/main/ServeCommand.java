package dev.parley.edge.main;

import ch.qos.logback.classic.LoggerContext;
import dev.parley.edge.log.LogSettings;
import dev.parley.edge.log.Logging;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code parley serve}: the server, until it is told to stop. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        description = "Runs the server with an embedded journal; SIGTERM or Ctrl-C stops it in order.")
public final class ServeCommand implements Subcommand {
    /** The whole of a stop; what hangs then is cut off. */
    private static final Duration STOP_WITHIN = Duration.ofSeconds(20);

    private static final int STOPPED_BY_ITSELF = 1;
    private static final int STOPPED_BY_SIGNAL = 0;

    @Option(names = "--host", description = "Address to listen on (default: 127.0.0.1).")
    private String host;

    @Option(names = "--port", description = "Port for peers (default: 7878).")
    private Integer port;

    @Option(names = "--admin-port", description = "Port for operators, on loopback (default: 9090).")
    private Integer adminPort;

    @Mixin
    private SettingsOptions settings = new SettingsOptions();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        SettingsSources sources = settings.sources();
        if (host != null) {
            sources.option("parley.edge.host", host);
        }
        if (port != null) {
            sources.option("parley.edge.port", port);
        }
        if (adminPort != null) {
            sources.option("parley.edge.admin-port", adminPort);
        }
        Settings read = sources.read();
        startLog(read.log());
        Server server = Server.start(read, true);
        CountDownLatch stopped = new CountDownLatch(1);
        Thread stop = new Thread(
                () -> {
                    Thread watchdog = new Thread(() -> haltAfter(STOP_WITHIN), "parley-stop-watchdog");
                    watchdog.setDaemon(true);
                    watchdog.start();
                    server.close();
                    stopped.countDown();
                },
                "parley-stop");
        Runtime.getRuntime().addShutdownHook(stop);
        announce(read, server);
        CountDownLatch ended = new CountDownLatch(1);
        server.ended().whenComplete((done, failure) -> ended.countDown());
        ended.await();
        if (stop.getState() != Thread.State.NEW) { // Perhaps over already.
            stopped.await(); // The signal stopped it: the process ends with the hook, and with the signal's exit code.
            return STOPPED_BY_SIGNAL;
        }
        spec.commandLine().getErr().println("parley: the server has stopped by itself; the log says why");
        return STOPPED_BY_ITSELF;
    }

    private static void startLog(LogSettings log) {
        if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext logs)) {
            return; // Somebody put another logger on the class path, and configures it.
        }
        try {
            Logging.apply(logs, log, List.of(new SaidBefore()));
        } catch (IOException unwritable) {
            throw new StartRefused(
                    "the log file " + log.file().map(Path::toString).orElse("") + " cannot be used: "
                            + unwritable.getMessage(),
                    unwritable);
        }
    }

    private static void haltAfter(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            return;
        }
        Runtime.getRuntime().halt(STOPPED_BY_ITSELF);
    }

    private void announce(Settings read, Server server) {
        PrintWriter out = spec.commandLine().getOut();
        String reach = "ws://" + reachable(read.edge().host()) + ":" + server.port();
        out.println("Parley " + Parley.Version.number() + " serves rooms at " + reach + "/ws/{room}");
        out.println("  data in " + read.directory().toAbsolutePath().normalize() + ", server key " + server.key());
        out.println("  for operators: http://" + reachable(read.edge().adminHost()) + ":" + server.adminPort()
                + "/ready, /metrics, /rooms");
        out.println("Try: ./parley peer " + reach + " demo --set hello=world --state");
        out.println("Rooms are open: whoever reaches this port may read and write them, until a room is locked"
                + " (POST /rooms/{room}/lock on the operators' port).");
        out.flush();
    }

    /** An address that a peer on this machine can use. */
    private static String reachable(String host) {
        try {
            InetAddress address = InetAddress.getByName(host);
            String name = address.isAnyLocalAddress() ? "127.0.0.1" : host;
            return name.indexOf(':') >= 0 && !name.startsWith("[") ? "[" + name + "]" : name;
        } catch (UnknownHostException unknown) {
            return host;
        }
    }
}
