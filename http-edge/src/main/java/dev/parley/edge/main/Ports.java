package dev.parley.edge.main;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.http.javadsl.ServerBinding;

/** Opens and closes the ports of a server; what goes wrong with one is a sentence. */
final class Ports {
    private static final Duration START_STEP = Duration.ofSeconds(30);
    private static final Duration CLOSED_WITHIN = Duration.ofSeconds(2);

    private Ports() {}

    /** Says in a sentence what the bind would say in a stack trace. */
    static void requireFree(String host, int port, String option) {
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

    static <B> B bound(CompletionStage<B> binding, String host, int port, String option) {
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

    /** Waits until a port is closed. */
    static void unbind(CompletionStage<?> closing) throws Exception {
        closing.toCompletableFuture().get(CLOSED_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Stops listening; connections that are no sockets are cut after half of that time. */
    static void unbind(ServerBinding binding) throws Exception {
        binding.terminate(CLOSED_WITHIN.dividedBy(2))
                .toCompletableFuture()
                .get(CLOSED_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    }
}
