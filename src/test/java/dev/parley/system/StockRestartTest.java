package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.edge.peer.stock.DocSettings;
import dev.parley.edge.peer.stock.NpmClient;
import dev.parley.edge.peer.stock.StockClient;
import dev.parley.edge.peer.stock.StockNews;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Stock clients whose server dies, stops and comes back (spec 03 §9, §11). */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class StockRestartTest {
    private static final String ROOM = "stock";

    @TempDir
    Path data;

    @Test
    void documentClientBringsAllBackAfterAKillAndAStopAndTheSecondOneOnceItIsStartedAgain() throws Exception {
        AtomicReference<URI> at = new AtomicReference<>();
        NpmClient second = LiveStock.npm(ROOM, 2);
        try (LiveStock doc = at(at, LiveStock.doc(ROOM, 1, DocSettings.BROWSER));
                LiveStock other = at(at, LiveStock.doc(ROOM, 3, DocSettings.BROWSER))) {
            try (ServerProcess killed = ServerProcess.start(data);
                    LiveStock npm = at(at, second)) {
                at.set(killed.room(ROOM));
                doc.start();
                other.start();
                npm.start();
                LocalServer.await("all are in", () -> doc.welcomed() && other.welcomed() && npm.welcomed());
                for (int i = 0; i < 20; i++) {
                    doc.set("doc" + i, "1");
                    npm.set("npm" + i, "1");
                }
                LocalServer.await("some have come", () -> other.nodes() > 5);
                killed.kill();
                LocalServer.await(
                        "the second client gives up",
                        () -> npm.news().stream().anyMatch(StockNews.GaveUp.class::isInstance));
                doc.set("offline", "1");
                npm.set("offline too", "1");
            }
            try (LocalServer stopped = LocalServer.start(data);
                    LiveStock npm = at(at, second)) {
                at.set(stopped.room(ROOM));
                npm.start();
                awaitTogether(42, doc, other, npm);
                assertThat(doc.closes()).containsExactly(1006);
            }
            LocalServer.await(
                    "both were told",
                    () -> doc.closes().contains(1012) && other.closes().contains(1012));
            doc.set("offline again", "1");
            try (LocalServer last = LocalServer.start(data)) {
                at.set(last.room(ROOM));
                awaitTogether(43, doc, other);
                assertThat(doc.closes()).containsExactly(1006, 1012);
            }
        }
    }

    private static LiveStock at(AtomicReference<URI> address, StockClient client) {
        return new LiveStock(address::get, client, Optional::empty);
    }

    private static void awaitTogether(int nodes, LiveStock... all) throws Exception {
        for (LiveStock each : all) {
            LocalServer.await("all have " + nodes + ": " + List.of(all), () -> each.nodes() == nodes);
            assertThat(each.root()).isEqualTo(all[0].root());
        }
    }
}
