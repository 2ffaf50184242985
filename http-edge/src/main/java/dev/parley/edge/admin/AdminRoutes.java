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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
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
import org.apache.pekko.http.javadsl.model.StatusCode;
import org.apache.pekko.http.javadsl.model.StatusCodes;

/**
 * The private port: {@code GET /ready}, {@code /live}, {@code /metrics}, {@code /rooms}, {@code /rooms/{id}} and {@code POST
 * /rooms/{id}/lock}.
 *
 * <p>A page in an operator's browser could send a POST here too, so it needs {@code Content-Type: application/json}, which
 * such a page may not set, a {@code Host} that is ours, and off loopback the admin token.
 */
public final class AdminRoutes {
    private static final String ROOMS = "/rooms/";
    private static final String LOCK = "/lock";
    private static final long BODY_BYTES_MAX = 4_096;
    private static final Duration BODY_WITHIN = Duration.ofSeconds(5);
    private static final JsonFactory JSON = new JsonFactory();

    /** What the server itself knows and does. */
    public interface Host {
        boolean ready();

        /** The room as its entity describes it, as JSON. */
        CompletionStage<String> describe(RoomId room);

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

    private final ActorSystem<?> system;
    private final Host host;
    private final Guard guard;
    private final SessionCensus census;
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
        return switch (path) {
            case "/ready" -> done(health(host.ready(), "ready"));
            case "/live" -> done(health(live.getAsBoolean(), "live"));
            case "/metrics" ->
                done(HttpResponse.create()
                        .withEntity(HttpEntities.create(
                                ContentTypes.TEXT_PLAIN_UTF8, Exposition.of(registry, meters, census))));
            case "/rooms", "/rooms/" -> done(json(StatusCodes.OK, rooms()));
            default ->
                path.startsWith(ROOMS)
                        ? describe(path.substring(ROOMS.length()))
                        : done(error(StatusCodes.NOT_FOUND, "no such route"));
        };
    }

    private String rooms() {
        Map<RoomId, Integer> sessions = census.sessionsByRoom();
        Map<RoomId, Integer> peers = census.peersByRoom();
        Set<RoomId> all = new TreeSet<>(meters.roomsHere());
        all.addAll(sessions.keySet());
        return JsonAnswer.object(json -> {
            json.writeArrayFieldStart("rooms");
            for (RoomId room : all) {
                json.writeStartObject();
                json.writeStringField("room", room.value());
                json.writeNumberField("sessions", sessions.getOrDefault(room, 0));
                json.writeNumberField("peers", peers.getOrDefault(room, 0));
                json.writeBooleanField("in_memory", meters.roomsHere().contains(room));
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeNumberField("sessions", census.sessions());
        });
    }

    private CompletionStage<HttpResponse> describe(String segment) {
        Optional<RoomId> room = room(segment);
        if (room.isEmpty()) {
            return done(error(StatusCodes.BAD_REQUEST, RoomPath.RULE));
        }
        return host.describe(room.get())
                .thenApply(description -> json(StatusCodes.OK, description))
                .exceptionally(
                        failure -> error(StatusCodes.SERVICE_UNAVAILABLE, "the room is not available, try again"));
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
                .exceptionally(
                        failure -> error(StatusCodes.SERVICE_UNAVAILABLE, "the room is not available, try again"));
    }

    private static String lockedAnswer(RoomId room, PeerId key) {
        return JsonAnswer.object(json -> {
            json.writeStringField("room", room.value());
            json.writeBooleanField("locked", true);
            json.writeStringField("pubkey", key.toHex());
        });
    }

    private Optional<HttpResponse> refuse(HttpRequest request) {
        String name = header(request, "host").map(AdminRoutes::hostName).orElse("");
        if (!guard.hosts().contains(name)) {
            return Optional.of(error(StatusCodes.FORBIDDEN, "this host name is not known here"));
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

    private static HttpResponse health(boolean good, String name) {
        return json(good ? StatusCodes.OK : StatusCodes.SERVICE_UNAVAILABLE, JsonAnswer.object(json -> {
            json.writeBooleanField(name, good);
        }));
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
