package dev.parley.edge.peer.stock;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.core.history.Ed25519;
import dev.parley.core.history.Op;
import dev.parley.core.history.Signer;
import dev.parley.core.id.RoomId;
import dev.parley.core.reconcile.IndexRule;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * {@code ./parley peer --as-stock-client}: one run of a stock client that says what it does and why.
 *
 * <p>Results go to {@code out}, what the client does to {@code err}, a line each.
 */
public final class StockRun implements AutoCloseable {
    private static final long LOOK_MS = 20;
    private static final long QUIET_MS = 500;

    private final PrintWriter out;
    private final PrintWriter err;
    private final Optional<Duration> patience;
    private final Kind kind;
    private final StockConnection connection;
    private final StockPrinter printer;

    /** Which client to be. */
    public enum Kind {
        /** The document client as in a browser: 32-bit filter. */
        DOC,
        /** The document client of a 64-bit build. */
        DOC64,
        /** The second client. */
        NPM
    }

    /**
     * What to do in the room: edits, each made from what the client shows then; then what to print; then whether to
     * stay and print the edits of others. An edit that cannot be made throws {@link IllegalArgumentException} with a
     * sentence.
     */
    public record Job(
            List<Function<StockGraph, List<Op>>> edits,
            List<Function<StockClient, List<String>>> reports,
            boolean tail) {
        public Job {
            edits = List.copyOf(edits);
            reports = List.copyOf(reports);
        }
    }

    /**
     * Connects at once. {@code token} is asked for a JSON object whenever the client wants a token; {@code patience} is
     * how long nothing may move, empty for ever.
     */
    public StockRun(
            Kind kind,
            URI address,
            RoomId room,
            Signer signer,
            Supplier<Optional<String>> token,
            Optional<Duration> patience,
            PrintWriter out,
            PrintWriter err) {
        this.kind = kind;
        this.out = out;
        this.err = err;
        this.patience = patience;
        this.printer = new StockPrinter(kind.name().toLowerCase(Locale.ROOT), out, err);
        Supplier<Optional<StockToken>> tokens = () -> token.get().map(StockRun::token);
        this.connection =
                new StockConnection(() -> address, client(kind, room, signer, tokens), tokens, printer).start();
    }

    private static StockClient client(Kind kind, RoomId room, Signer signer, Supplier<Optional<StockToken>> tokens) {
        Optional<StockToken> token = tokens.get();
        DocSettings doc = token.isPresent() ? DocSettings.BROWSER.withTokens() : DocSettings.BROWSER;
        return switch (kind) {
            case DOC -> new DocClient(room, signer, Ed25519.best(), doc);
            case DOC64 -> new DocClient(room, signer, Ed25519.best(), doc.withRule(IndexRule.WIDE_64));
            case NPM -> new NpmClient(room, signer, Ed25519.best(), token);
        };
    }

    /** A token without a readable end is taken for one that does not end. */
    private static StockToken token(String json) {
        JsonNode token = StockJson.read(json).orElseGet(() -> StockJson.message(""));
        long expiry = token.path(token.has("expiry") ? "expiry" : "expiry_secs").asLong(Integer.MAX_VALUE);
        return new StockToken(json, expiry);
    }

    /** Does the job. Returns the exit code: 0 done, 1 not everything could be done. */
    public int run(Job job) {
        Optional<String> trouble = until(this::caughtUp);
        if (trouble.isEmpty() && !job.edits().isEmpty()) {
            trouble = edit(job.edits());
        }
        if (trouble.isPresent()) {
            err.println(trouble.get());
            return 1;
        }
        for (Function<StockClient, List<String>> report : job.reports()) {
            List<String> lines = ask(report);
            lines.forEach(out::println);
        }
        out.flush();
        if (job.tail()) {
            return tail();
        }
        return printer.refused() ? 1 : 0;
    }

    private Optional<String> edit(List<Function<StockGraph, List<Op>>> edits) {
        for (Function<StockGraph, List<Op>> edit : edits) {
            try {
                List<Op> ops = ask(client -> edit.apply(client.graph()));
                connection.tell(new StockEvent.Edited(ops, System.currentTimeMillis()));
            } catch (IllegalArgumentException e) {
                return Optional.of(e.getMessage());
            }
        }
        ask(StockClient::welcomed); // By then the edits have been made and sent.
        return until(() -> printer.answered() && printer.quietMs() > QUIET_MS);
    }

    /** The client itself does not know: it is in, it has what the room's heads were, and nothing moves. */
    private boolean caughtUp() {
        return ask(client -> client.welcomed()
                        && printer.roomHeads().stream().allMatch(client.graph().view()::contains))
                && printer.quietMs() > QUIET_MS;
    }

    /** Stays until interrupted, given up, or until nothing has moved for as long as was asked for. */
    private int tail() {
        printer.tail();
        Optional<String> end = until(() -> false);
        return printer.gaveUp().isPresent() && end.isPresent() ? 1 : 0;
    }

    private Optional<String> until(Supplier<Boolean> done) {
        while (!done.get()) {
            if (printer.gaveUp().isPresent()) {
                return Optional.of("The " + kind + " client does not try again: "
                        + printer.gaveUp().get() + ".");
            }
            if (patience.isPresent() && printer.quietMs() > patience.get().toMillis()) {
                return Optional.of("Nothing has moved for " + patience.get().toSeconds() + " s.");
            }
            try {
                TimeUnit.MILLISECONDS.sleep(LOOK_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.of("Interrupted.");
            }
        }
        return Optional.empty();
    }

    private <T> T ask(Function<StockClient, T> question) {
        try {
            return connection.ask(question).get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IllegalArgumentException wrong
                    ? wrong
                    : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        connection.close();
    }
}
