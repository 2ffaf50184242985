package dev.parley.edge.peer;

import dev.parley.edge.peer.stock.StockRun;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** {@code --as-stock-client}: the orders of the command line as a job of a stock client. */
final class StockPeer {
    private StockPeer() {}

    /** Errors: throws {@link IllegalArgumentException} with a sentence for any other word. */
    static StockRun.Kind kind(String word) {
        return switch (word) {
            case "doc" -> StockRun.Kind.DOC;
            case "doc64" -> StockRun.Kind.DOC64;
            case "npm" -> StockRun.Kind.NPM;
            default -> throw new IllegalArgumentException("--as-stock-client is doc, doc64 or npm.");
        };
    }

    /** Edits, then what is to be printed; commands to the server are none of a stock client's. */
    static StockRun.Job job(List<Order> orders, boolean state, boolean tail, boolean json) {
        RandomGenerator random = new SecureRandom();
        StockRun.Job job = new StockRun.Job(new ArrayList<>(), new ArrayList<>(), tail);
        List<Order> asked = new ArrayList<>(orders);
        if (state) {
            asked.add(new Order.State());
        }
        for (Order order : asked) {
            job = with(job, order, random, json);
        }
        return job;
    }

    private static StockRun.Job with(StockRun.Job job, Order order, RandomGenerator random, boolean json) {
        var edits = new ArrayList<>(job.edits());
        var reports = new ArrayList<>(job.reports());
        if (order instanceof Order.Edit edit) {
            edits.add(graph -> Editing.ops(edit, graph.live(), random));
        } else if (order instanceof Order.State) {
            reports.add(client -> List.of(StateReport.json(
                    client.room(),
                    client.graph().view(),
                    client.graph().mstRoot(),
                    client.graph().state())));
        } else if (order instanceof Order.Show show) {
            reports.add(client ->
                    Showing.lines(show, client.graph().live(), json).orElse(List.of("There is nothing to show.")));
        } else {
            throw new IllegalArgumentException("A stock client gives no commands to the server.");
        }
        return new StockRun.Job(edits, reports, job.tail());
    }
}
