package dev.parley.edge.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.edge.peer.stock.StockRun;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The command line's orders as a job of a stock client. */
class StockPeerTest {
    @Test
    void kindsAreWords() {
        assertThat(StockPeer.kind("doc")).isEqualTo(StockRun.Kind.DOC);
        assertThat(StockPeer.kind("doc64")).isEqualTo(StockRun.Kind.DOC64);
        assertThat(StockPeer.kind("npm")).isEqualTo(StockRun.Kind.NPM);
        assertThatThrownBy(() -> StockPeer.kind("DOC")).hasMessage("--as-stock-client is doc, doc64 or npm.");
    }

    @Test
    void editsComeBeforeWhatIsPrinted() {
        StockRun.Job job = StockPeer.job(
                List.of(new Order.ShowAll(), new Order.Set("k", new byte[] {1}), new Order.Delete("l")),
                true,
                true,
                false);

        assertThat(job.edits()).hasSize(2);
        assertThat(job.reports()).hasSize(2);
        assertThat(job.tail()).isTrue();
    }

    @Test
    void commandsToTheServerAreRefused() {
        assertThatThrownBy(() -> StockPeer.job(List.of(new Order.Lock("ab")), false, false, false))
                .hasMessage("A stock client gives no commands to the server.");
    }
}
