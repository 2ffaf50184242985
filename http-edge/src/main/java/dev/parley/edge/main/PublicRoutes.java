package dev.parley.edge.main;

import dev.parley.core.id.RoomId;
import dev.parley.core.id.SessionId;
import dev.parley.edge.session.SessionActor;
import dev.parley.edge.session.SessionContext;
import dev.parley.edge.session.SessionIds;
import dev.parley.edge.socket.AddressGroup;
import dev.parley.edge.socket.PublicPort;
import dev.parley.edge.socket.RoomPath;
import dev.parley.edge.socket.SessionSockets;
import dev.parley.edge.socket.TrustedProxies;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCode;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RetryAfter;
import org.apache.pekko.http.javadsl.model.ws.WebSocketUpgrade;

/**
 * The public port: {@code GET /ws/{room}} and {@code GET /ws/runtime}.
 *
 * <p>A server that is not ready or full answers the upgrade with 503: a socket that opened and closed would make clients
 * come back every second (spec 03 §11.1).
 */
final class PublicRoutes {
    private static final Duration START_WITHIN = Duration.ofSeconds(30);

    private final ActorSystem<?> system;
    private final SessionContext context;
    private final SessionSockets sockets;
    private final SessionIds ids;
    private final List<String> allowedOrigins;
    private final TrustedProxies proxies;
    private final BooleanSupplier ready;

    /** No {@code allowedOrigins}, or {@code *} among them: any. */
    PublicRoutes(
            ActorSystem<?> system,
            SessionContext context,
            SessionSockets sockets,
            SessionIds ids,
            List<String> allowedOrigins,
            TrustedProxies proxies,
            BooleanSupplier ready) {
        this.system = system;
        this.context = context;
        this.sockets = sockets;
        this.ids = ids;
        this.allowedOrigins = allowedOrigins.contains("*") ? List.of() : List.copyOf(allowedOrigins);
        this.proxies = proxies;
        this.ready = ready;
    }

    /** The address that a connection counts for before its request; none for a proxy, who speaks for others. */
    String counted(InetAddress connection) {
        return proxies.trusts(connection) ? "" : AddressGroup.of(connection);
    }

    HttpResponse answer(HttpRequest request, PublicPort.Caller caller) {
        HttpResponse response = route(request, caller);
        // A body that nobody reads would keep the connection busy.
        request.discardEntityBytes(system);
        return response;
    }

    private HttpResponse route(HttpRequest request, PublicPort.Caller caller) {
        RoomPath path = RoomPath.parse(target(request));
        if (path instanceof RoomPath.Elsewhere) {
            return text(StatusCodes.NOT_FOUND, "Parley serves rooms as WebSockets at /ws/{room}.");
        }
        if (!request.method().equals(HttpMethods.GET)) {
            return text(StatusCodes.METHOD_NOT_ALLOWED, "Use GET with a WebSocket upgrade.");
        }
        Optional<WebSocketUpgrade> upgrade = request.getAttribute(AttributeKeys.webSocketUpgrade);
        if (upgrade.isEmpty()) {
            return text(StatusCodes.BAD_REQUEST, "WebSocket upgrade required");
        }
        return switch (path) {
            case RoomPath.OfRoom(var room) -> open(request, caller, upgrade.get(), Optional.of(room));
            case RoomPath.OfHello() -> open(request, caller, upgrade.get(), Optional.empty());
            case RoomPath.Bad(var sentence) -> text(StatusCodes.BAD_REQUEST, sentence);
            case RoomPath.Elsewhere() -> throw new IllegalStateException("answered above");
        };
    }

    private HttpResponse open(
            HttpRequest request, PublicPort.Caller caller, WebSocketUpgrade upgrade, Optional<RoomId> room) {
        Optional<String> origin = header(request, "origin");
        if (!allowedOrigins.isEmpty() && origin.isPresent() && !allowedOrigins.contains(origin.get())) {
            return text(StatusCodes.FORBIDDEN, "This origin may not connect.");
        }
        if (!ready.getAsBoolean()) {
            return unavailable("This server is not ready, try again later.");
        }
        String address = AddressGroup.of(proxies.origin(caller.address(), header(request, "x-forwarded-for")));
        caller.greeting().from(address);
        SessionId session = ids.next();
        Optional<String> full = context.census().admit(session, address, room);
        if (full.isPresent()) {
            return unavailable(full.get());
        }
        system.scheduler()
                .scheduleOnce(
                        START_WITHIN, () -> context.census().leaveUnlessStarted(session), system.executionContext());
        return sockets.open(upgrade, socket -> {
            ActorRef<SessionActor.Command> actor = system.systemActorOf(
                    SessionActor.create(context, session, address, room, socket, caller.greeting()::over),
                    "session-" + session,
                    Props.empty());
            return SessionActor.events(actor);
        });
    }

    /**
     * The target as it was sent, without what stands before the path: the parsed form no longer tells an encoded slash
     * from a plain one.
     */
    private static String target(HttpRequest request) {
        String raw = header(request, "raw-request-uri").orElse("");
        int authority = raw.startsWith("/") ? -1 : raw.indexOf("://");
        if (authority < 0) {
            return raw;
        }
        int path = raw.indexOf('/', authority + 3);
        return path < 0 ? "/" : raw.substring(path);
    }

    /** The values of all headers of that name, in order, as one. */
    private static Optional<String> header(HttpRequest request, String lowercaseName) {
        String joined = null;
        for (HttpHeader header : request.getHeaders()) {
            if (header.is(lowercaseName)) {
                joined = joined == null ? header.value() : joined + "," + header.value();
            }
        }
        return Optional.ofNullable(joined);
    }

    private static HttpResponse unavailable(String sentence) {
        return text(StatusCodes.SERVICE_UNAVAILABLE, sentence).addHeader(RetryAfter.create(1L));
    }

    private static HttpResponse text(StatusCode status, String sentence) {
        return HttpResponse.create()
                .withStatus(status)
                .withEntity(HttpEntities.create(ContentTypes.TEXT_PLAIN_UTF8, sentence));
    }
}
