package dev.parley.edge.socket;

import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.impl.engine.server.UpgradeToOtherProtocolResponseHeader;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.ws.Message;
import org.apache.pekko.http.javadsl.model.ws.WebSocketUpgrade;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * The one place that touches Pekko HTTP internals: answers an upgrade with the stock handshake, then hands the connection's
 * bytes to a flow of ours.
 *
 * <p>Why: the public API closes a WebSocket with 1000 or 1011 only, hides frames that are too large until they are in memory,
 * and keeps several stages a connection. Depends on {@code UpgradeToOtherProtocolResponseHeader} of 1.3.0, which is public in
 * bytecode; a test on a real socket fails when that changes.
 */
final class UpgradeResponse {
    private UpgradeResponse() {}

    static HttpResponse accept(WebSocketUpgrade upgrade, Flow<ByteString, ByteString, NotUsed> connection) {
        HttpResponse handshake =
                upgrade.handleMessagesWith(Flow.fromSinkAndSource(Sink.<Message>ignore(), Source.<Message>empty()));
        List<HttpHeader> headers = new ArrayList<>();
        for (HttpHeader header : handshake.getHeaders()) {
            headers.add(
                    header instanceof UpgradeToOtherProtocolResponseHeader
                            ? new UpgradeToOtherProtocolResponseHeader(
                                    connection.asScala().mapMaterializedValue(none -> (Object) none))
                            : header);
        }
        return HttpResponse.create().withStatus(handshake.status()).withHeaders(headers);
    }
}
