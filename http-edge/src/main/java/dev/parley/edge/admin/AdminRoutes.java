package dev.parley.edge.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import dev.parley.edge.session.SessionCensus;
import dev.parley.edge.socket.RoomPath;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpCharsets;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.Query;
import org.apache.pekko.http.javadsl.model.StatusCode;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.scaladsl.model.EntityStreamSizeException;
import org.apache.pekko.http.scaladsl.model.IllegalUriException;

/**
 * The private port: {@code GET /ready}, {@code /live}, {@code /metrics}, {@code /cluster}, {@code /rooms}, {@code /rooms/{id}} and
 * {@code POST /rooms/{id}/lock}.
 *
 * <p>A page in an operator's browser could send a POST here too, so it needs {@code Content-Type: application/json}, which
 * such a page may not set, a {@code Host} that is ours, and off loopback the admin token.
 */
public final class AdminRoutes {
    private static final String ROOMS = "/rooms/";
    private static final String LOCK = "/lock";
    private static final long BODY_BYTES_MAX = 4_096;
    private static final Duration BODY_WITHIN = Duration.ofSeconds(5);
    private static final ContentType EXPOSITION = ContentTypes.parse("text/plain; version=0.0.4; charset=utf-8");
    private static final JsonFactory JSON = new JsonFactory();

    /** A reason in one word, and what more can be said. */
    public record Unready(String reason, String detail) {}

    /** What the server itself knows and does. */
    public interface Host {
        /** Why this member takes on no sessions; empty if it does. */
        List<Unready> unready();

        /** The members of the cluster, as this one sees them. */
        CompletionStage<JsonAnswer.Fields> cluster();

        /** The room as its entity describes it. */
        CompletionStage<JsonAnswer.Fields> describe(RoomId room);

        /** False when the room was locked already. */
        CompletionStage<Boolean> lock(RoomId room, PeerId key);

        /** True if the 32 bytes can be a locking key. */
        boolean isKey(PeerId key);
    }

    /** Who may change things here: names this port is known by, and the token when it is not on loopback. */
    public record Guard(Set<String> hosts, Optional<String> token, boolean tokenNeeded) {
        public Guard {
            hosts = Set.copyOf(hosts);
        }
    }

    private static final String UNKNOWN_HOST = "this host name is not known here";

    private final ActorSystem<?> system;
    private final Host host;
    private final Guard guard;
    private final SessionCensus census;
    private final RoomReports reports;
    private final Meters meters;
    private final PrometheusMeterRegistry registry;
    private final BooleanSupplier live;

    public AdminRoutes(
            ActorSystem<?> system,
            Host host,
            Guard guard,
            SessionCensus census,
            Meters meters,
            PrometheusMeterRegistry registry,
            BooleanSupplier live) {
        this.system = system;
        this.host = host;
        this.guard = guard;
        this.census = census;
        this.reports = new RoomReports(census, meters);
        this.meters = meters;
        this.registry = registry;
        this.live = live;
    }

    public CompletionStage<HttpResponse> answer(HttpRequest request) {
        String target = header(request, "raw-request-uri")
                .filter(raw -> raw.startsWith("/"))
                .orElseGet(() -> request.getUri().path());
        int query = target.indexOf('?');
        String path = query < 0 ? target : target.substring(0, query);
        if (request.method().equals(HttpMethods.POST) && path.startsWith(ROOMS) && path.endsWith(LOCK)) {
            return lock(request, path.substring(ROOMS.length(), path.length() - LOCK.length()));
        }
        request.discardEntityBytes(system);
        if (!request.method().equals(HttpMethods.GET) && !request.method().equals(HttpMethods.HEAD)) {
            return done(error(StatusCodes.METHOD_NOT_ALLOWED, "this route is read with GET"));
        }
        boolean aboutHealth = path.equals("/ready") || path.equals("/live");
        if (!guard.tokenNeeded() && !aboutHealth && !hostIsKnown(request)) {
            // A page that had its own name point to loopback would read the rooms of whoever looks at it.
            return done(error(StatusCodes.FORBIDDEN, UNKNOWN_HOST));
        }
        return switch (path) {
            case "/ready" -> done(readiness(host.unready()));
            case "/live" -> done(liveness(live.getAsBoolean()));
            case "/metrics" ->
                done(HttpResponse.create()
                        .withEntity(HttpEntities.create(
                                EXPOSITION,
                                Exposition.of(registry, meters, census).getBytes(StandardCharsets.UTF_8))));
            case "/rooms", "/rooms/" -> done(rooms(request));
            case "/cluster" ->
                host.cluster()
                        .thenApply(members -> json(StatusCodes.OK, JsonAnswer.object(members)))
                        .exceptionally(failure -> error(
                                StatusCodes.SERVICE_UNAVAILABLE, "the cluster's figures are not to be had, try again"));
            default ->
                path.startsWith(ROOMS)
                        ? describe(path.substring(ROOMS.length()))
                        : done(error(StatusCodes.NOT_FOUND, "no such route"));
        };
    }

    private HttpResponse rooms(HttpRequest request) {
        try {
            Query query = request.getUri().query();
            int limit = query.get("limit").map(Integer::parseInt).orElse(RoomReports.ROOMS_BY_DEFAULT);
            if (limit >= 1 && limit <= RoomReports.ROOMS_MAX) {
                return json(
                        StatusCodes.OK,
                        reports.rooms(
                                limit, query.get("after"), query.get("prefix").orElse("")));
            }
        } catch (NumberFormatException | IllegalUriException notANumber) {
            // Answered below.
        }
        return error(
                StatusCodes.BAD_REQUEST,
                "rooms takes limit=<1 to " + RoomReports.ROOMS_MAX + ">, after=<room> and prefix=<text>");
    }

    private CompletionStage<HttpResponse> describe(String segment) {
        Optional<RoomId> room = room(segment);
        if (room.isEmpty()) {
            return done(error(StatusCodes.BAD_REQUEST, RoomPath.RULE));
        }
        return host.describe(room.get())
                .thenApply(description -> described(StatusCodes.OK, room.get(), description))
                .exceptionally(failure -> described(
                        StatusCodes.SERVICE_UNAVAILABLE,
                        room.get(),
                        json -> json.writeStringField("error", "the room is not available, try again")));
    }

    /** The sessions here are known whether the room answers or not. */
    private HttpResponse described(StatusCode status, RoomId room, JsonAnswer.Fields fields) {
        return json(status, JsonAnswer.object(json -> {
            fields.to(json);
            reports.sessions(room, json);
        }));
    }

    private CompletionStage<HttpResponse> lock(HttpRequest request, String segment) {
        Optional<HttpResponse> refused = refuse(request);
        Optional<RoomId> room = room(segment);
        if (refused.isPresent() || room.isEmpty()) {
            request.discardEntityBytes(system);
            return done(refused.orElseGet(() -> error(StatusCodes.BAD_REQUEST, RoomPath.RULE)));
        }
        return request.entity()
                .withSizeLimit(BODY_BYTES_MAX)
                .toStrict(BODY_WITHIN.toMillis(), system)
                .thenCompose(body -> {
                    Optional<PeerId> key = pubkey(body.getData().utf8String()).filter(host::isKey);
                    if (key.isEmpty()) {
                        return done(error(
                                StatusCodes.BAD_REQUEST,
                                "the body must be {\"pubkey\":\"<64 hex digits of an Ed25519 public key>\"}"));
                    }
                    return host.lock(room.get(), key.get())
                            .thenApply(locked -> locked
                                    ? json(StatusCodes.OK, lockedAnswer(room.get(), key.get()))
                                    : error(StatusCodes.CONFLICT, "room already locked"));
                })
                .exceptionally(AdminRoutes::notLocked);
    }

    private static HttpResponse notLocked(Throwable failure) {
        Throwable why = failure instanceof CompletionException ? failure.getCause() : failure;
        return why instanceof EntityStreamSizeException
                ? error(StatusCodes.CONTENT_TOO_LARGE, "the body has more than " + BODY_BYTES_MAX + " bytes")
                : error(StatusCodes.SERVICE_UNAVAILABLE, "the room is not available, try again");
    }

    private static String lockedAnswer(RoomId room, PeerId key) {
        return JsonAnswer.object(json -> {
            json.writeStringField("room", room.value());
            json.writeBooleanField("locked", true);
            json.writeStringField("pubkey", key.toHex());
        });
    }

    private Optional<HttpResponse> refuse(HttpRequest request) {
        if (!hostIsKnown(request)) {
            return Optional.of(error(StatusCodes.FORBIDDEN, UNKNOWN_HOST));
        }
        if (guard.tokenNeeded()) {
            if (guard.token().isEmpty()) {
                return Optional.of(
                        error(StatusCodes.FORBIDDEN, "set parley.edge.admin-token to allow changes off loopback"));
            }
            byte[] given = header(request, "authorization").orElse("").getBytes(StandardCharsets.UTF_8);
            byte[] wanted = ("Bearer " + guard.token().get()).getBytes(StandardCharsets.UTF_8);
            if (!MessageDigest.isEqual(given, wanted)) { // Takes the same time wherever they differ.
                return Optional.of(error(StatusCodes.UNAUTHORIZED, "the admin token is missing or wrong"));
            }
        }
        ContentType type = request.entity().getContentType();
        if (!type.mediaType().equals(MediaTypes.APPLICATION_JSON)) {
            return Optional.of(error(StatusCodes.UNSUPPORTED_MEDIA_TYPE, "the body must be sent as application/json"));
        }
        return Optional.empty();
    }

    private boolean hostIsKnown(HttpRequest request) {
        return guard.hosts()
                .contains(header(request, "host").map(AdminRoutes::hostName).orElse(""));
    }

    /** The name without its port, lower case; an IPv6 address keeps its brackets. */
    private static String hostName(String hostHeader) {
        int colon = hostHeader.lastIndexOf(':');
        boolean hasPort = colon > hostHeader.lastIndexOf(']');
        return (hasPort ? hostHeader.substring(0, colon) : hostHeader).toLowerCase(java.util.Locale.ROOT);
    }

    private static Optional<PeerId> pubkey(String body) {
        try (JsonParser parser = JSON.createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            Optional<PeerId> key = Optional.empty();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (name.equals("pubkey") && value == JsonToken.VALUE_STRING) {
                    key = PeerId.parse(parser.getText());
                }
                parser.skipChildren();
            }
            return key;
        } catch (IOException broken) {
            return Optional.empty();
        }
    }

    private static Optional<RoomId> room(String segment) {
        return RoomPath.decode(segment).flatMap(RoomId::parse);
    }

    private static Optional<String> header(HttpRequest request, String lowercaseName) {
        for (HttpHeader header : request.getHeaders()) {
            if (header.is(lowercaseName)) {
                return Optional.of(header.value());
            }
        }
        return Optional.empty();
    }

    private static HttpResponse readiness(List<Unready> reasons) {
        boolean ready = reasons.isEmpty();
        return json(ready ? StatusCodes.OK : StatusCodes.SERVICE_UNAVAILABLE, JsonAnswer.object(json -> {
            json.writeBooleanField("ready", ready);
            json.writeArrayFieldStart("reasons");
            for (Unready reason : reasons) {
                json.writeStartObject();
                json.writeStringField("reason", reason.reason());
                json.writeStringField("detail", reason.detail());
                json.writeEndObject();
            }
            json.writeEndArray();
        }));
    }

    private static HttpResponse liveness(boolean live) {
        return json(
                live ? StatusCodes.OK : StatusCodes.SERVICE_UNAVAILABLE,
                JsonAnswer.object(json -> json.writeBooleanField("live", live)));
    }

    private static HttpResponse error(StatusCode status, String sentence) {
        return json(status, JsonAnswer.object(json -> json.writeStringField("error", sentence)));
    }

    private static HttpResponse json(StatusCode status, String text) {
        return HttpResponse.create()
                .withStatus(status)
                .withEntity(HttpEntities.create(
                        MediaTypes.APPLICATION_JSON.toContentType(),
                        (text + "\n").getBytes(HttpCharsets.UTF_8.nioCharset())));
    }

    private static CompletionStage<HttpResponse> done(HttpResponse response) {
        return CompletableFuture.completedFuture(response);
    }
}
