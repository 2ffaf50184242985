package dev.parley.edge.peer;

import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.net.http.WebSocketHandshakeException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/** Why a server could not be reached, in one clear sentence. */
final class ConnectTrouble {
    private ConnectTrouble() {}

    /** {@code reachedBefore}: a server that was there once is tried again; one that never was is not. */
    static Ending of(URI address, Throwable failure, boolean reachedBefore) {
        Optional<WebSocketHandshakeException> refused = find(failure, WebSocketHandshakeException.class);
        if (refused.isPresent()) {
            return status(address, refused.get().getResponse().statusCode());
        }
        Ending.Next next = reachedBefore ? Ending.Next.RETRY : Ending.Next.UNREACHABLE;
        String cannot = "cannot connect to " + address + ": ";
        if (find(failure, UnresolvedAddressException.class).isPresent()) {
            return new Ending(cannot + "there is no host called '" + address.getHost() + "'", "", next);
        }
        if (find(failure, HttpConnectTimeoutException.class).isPresent()
                || find(failure, HttpTimeoutException.class).isPresent()
                || find(failure, TimeoutException.class).isPresent()) {
            return new Ending(cannot + "no answer", "Is the address right, and does no firewall stand between?", next);
        }
        Optional<SSLException> tls = find(failure, SSLException.class);
        if (tls.isPresent()) {
            return tls(cannot, String.valueOf(tls.get().getMessage()), next);
        }
        if (find(failure, ConnectException.class).isPresent()) {
            return new Ending(cannot + "nobody listens there", "./parley serve starts a server.", next);
        }
        return new Ending(
                cannot + reason(failure),
                "What answers there is perhaps no WebSocket server, or one that wants wss://.",
                next);
    }

    private static Ending status(URI address, int status) {
        String refused = "the server at " + address.getAuthority() + " refused the WebSocket with status " + status;
        return switch (status) {
            case 503 -> new Ending("the server is not ready or full (503)", "", Ending.Next.RETRY);
            case 429 -> new Ending("the server wants fewer connections from here (429)", "", Ending.Next.RETRY);
            case 404 ->
                new Ending(
                        refused + ": it has no " + address.getRawPath(),
                        "Is this its public port, 7878 by default, and not the admin port?",
                        Ending.Next.UNREACHABLE);
            case 400 -> new Ending(refused + ": it takes no room of that name", "", Ending.Next.UNREACHABLE);
            case 401, 403 ->
                new Ending(
                        refused + ": it lets nobody in this way; something in front of it perhaps does that",
                        "",
                        Ending.Next.REFUSED);
            case 301, 302, 307, 308 ->
                new Ending(refused + ": it is somewhere else", "Perhaps it wants wss://.", Ending.Next.UNREACHABLE);
            default -> new Ending(refused, "", status >= 500 ? Ending.Next.RETRY : Ending.Next.UNREACHABLE);
        };
    }

    private static Ending tls(String cannot, String message, Ending.Next next) {
        if (message.contains("plaintext") || message.contains("SSL message")) {
            return new Ending(cannot + "the server speaks no TLS", "Write ws:// in place of wss://.", next);
        }
        if (message.contains("PKIX") || message.contains("certificat")) {
            return new Ending(
                    cannot + "its certificate is not trusted here (" + message + ")",
                    "A private authority is trusted with PARLEY_JAVA_OPTS=-Djavax.net.ssl.trustStore=FILE.",
                    next);
        }
        return new Ending(cannot + "no TLS connection came about (" + message + ")", "", next);
    }

    /** The most telling text of a failure. */
    static String reason(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each.getMessage() != null && !each.getMessage().contains("Exception: ")) {
                return ValueText.line(each.getMessage(), 200);
            }
        }
        return failure.getClass().getSimpleName();
    }

    private static <T extends Throwable> Optional<T> find(Throwable failure, Class<T> wanted) {
        int depth = 0;
        for (Throwable each = failure; each != null && depth < 20; each = each.getCause(), depth++) {
            if (wanted.isInstance(each)) {
                return Optional.of(wanted.cast(each));
            }
        }
        return Optional.empty();
    }
}
