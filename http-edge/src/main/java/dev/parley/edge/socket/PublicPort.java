package dev.parley.edge.socket;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.settings.ServerSettings;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.TLSProtocol.SslTlsInbound;
import org.apache.pekko.stream.TLSProtocol.SslTlsOutbound;
import org.apache.pekko.stream.javadsl.BidiFlow;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.TLSPlacebo;
import org.apache.pekko.stream.javadsl.Tcp;
import org.apache.pekko.util.ByteString;
import scala.concurrent.duration.FiniteDuration;

/**
 * The port that peers connect to: stock HTTP up to the upgrade, with a {@link Doorstep} under it and a {@link
 * Greetings.Greeting} for each connection.
 */
public final class PublicPort {
    /** The bounds of a connection that is no WebSocket yet. */
    public record Bounds(Duration upgradeWithin, long headBytesMax) {}

    /** Answers the requests of one connection. */
    @FunctionalInterface
    public interface Answering {
        HttpResponse answer(HttpRequest request, Caller caller);
    }

    /** Who is at the other end of a connection. */
    public record Caller(InetAddress address, Greetings.Greeting greeting) {}

    /** As in Pekko HTTP: an answer on its way goes out before a cancelled connection is reset. */
    private static final Attributes LINGERING =
            Attributes.apply(new Attributes.CancellationStrategy(Attributes.cancellationStrategyAfterDelay(
                    FiniteDuration.create(100, TimeUnit.MILLISECONDS), Attributes.cancellationStrategyFailStage())));

    private final Tcp.ServerBinding binding;
    private final Greetings greetings;

    private PublicPort(Tcp.ServerBinding binding, Greetings greetings) {
        this.binding = binding;
        this.greetings = greetings;
    }

    /** Listens. {@code counted} is the address that a connection from there counts for; empty: none. */
    public static CompletionStage<PublicPort> bind(
            ActorSystem<?> system,
            InetSocketAddress local,
            Bounds bounds,
            Greetings greetings,
            Function<InetAddress, String> counted,
            Answering answering) {
        ServerSettings http = ServerSettings.create(system.settings().config());
        Materializer materializer = Materializer.matFromSystem(system);
        return Tcp.get(system)
                .bind(
                        local.getHostString(),
                        local.getPort(),
                        http.getBacklog(),
                        http.getSocketOptions(),
                        false,
                        Optional.empty())
                .to(Sink.foreach(connection -> {
                    InetAddress from = connection.remoteAddress().getAddress();
                    Guest guest = new Guest(greetings, counted.apply(from));
                    Flow.of(HttpRequest.class)
                            .map(request -> answering.answer(request, new Caller(from, guest.greeting)))
                            .join(layers(system, http)
                                    .atop(BidiFlow.fromGraph(
                                            new Doorstep(guest, bounds.upgradeWithin(), bounds.headBytesMax()))))
                            .join(connection.flow())
                            .withAttributes(LINGERING)
                            .run(materializer);
                }))
                .run(materializer)
                .thenApply(binding -> new PublicPort(binding, greetings));
    }

    /** The placebo's outlet carries a subtype of what the layer takes, which its Java type does not tell. */
    @SuppressWarnings("unchecked")
    private static BidiFlow<HttpResponse, ByteString, ByteString, HttpRequest, NotUsed> layers(
            ActorSystem<?> system, ServerSettings http) {
        BidiFlow<SslTlsOutbound, ByteString, ByteString, ? extends SslTlsInbound, NotUsed> plain =
                TLSPlacebo.getInstance();
        return Http.get(system)
                .serverLayer(http)
                .atop((BidiFlow<SslTlsOutbound, ByteString, ByteString, SslTlsInbound, NotUsed>) plain);
    }

    public InetSocketAddress localAddress() {
        return binding.localAddress();
    }

    /** Accepts no more, and drops the connections that are no sessions. Those that are go on. */
    public CompletionStage<?> close() {
        greetings.dropAll();
        return binding.unbind();
    }

    /** Its greeting lasts from the first byte to the hello, or to the end. */
    private static final class Guest implements Doorstep.Visitor {
        private final Greetings greetings;
        private final String address;
        private volatile Greetings.Greeting greeting;

        Guest(Greetings greetings, String address) {
            this.greetings = greetings;
            this.address = address;
        }

        @Override
        public void came(Runnable drop) {
            greeting = greetings.begin(address, drop);
        }

        @Override
        public void went() {
            greeting.over();
        }
    }
}
