package dev.parley.edge.peer;

import dev.parley.core.history.HistoryView;
import dev.parley.core.history.Node;
import dev.parley.core.state.Projection;
import java.net.URI;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** One peer of a run: its replica, its connection if it has one, and what was heard on it. */
final class RunningPeer implements PeerConnection.Listener, AutoCloseable {
    private static final int TAIL_CHANGES = 20;
    private static final int TAIL_NODES = 4_096;

    private final Voice voice;
    private final Replica replica;
    private final TailPrinter printer;
    private final Optional<TracePush.AgentFeed> feed;
    private final Optional<PeerConnection> connection;
    private final SecureRandom random = new SecureRandom();
    private final Canonical canonical = new Canonical();
    private boolean away;
    private volatile boolean tailing;
    private volatile boolean watching;
    private volatile boolean expecting;
    private volatile String trouble = "";
    private volatile Optional<Gone> gone = Optional.empty();
    private volatile Optional<String> answer = Optional.empty();
    private volatile Optional<Notice.Complaint> complaint = Optional.empty();
    private volatile long acknowledged;
    private volatile long rejected;
    private volatile long lastMoveMs = nowMs();

    /** Why there will be no further connection; {@code refused} when this peer is not let in as it is. */
    record Gone(String why, boolean refused) {}

    /** The run was interrupted. */
    static final class Interrupted extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    RunningPeer(Voice voice, Replica replica, TailPrinter printer) {
        this.voice = voice;
        this.replica = replica;
        this.printer = printer;
        this.feed = Optional.empty();
        this.connection = Optional.empty();
    }

    RunningPeer(
            Voice voice,
            Replica replica,
            TailPrinter printer,
            URI address,
            Optional<TracePush.AgentFeed> feed,
            PeerConnection.Tokens tokens) {
        this.voice = voice;
        this.replica = replica;
        this.printer = printer;
        this.feed = feed;
        PeerConnection.Feed edits = owned -> feed.isPresent() && feed.get().fill(owned);
        this.connection = Optional.of(new PeerConnection(address, replica, edits, this, tokens));
    }

    RunningPeer start() {
        connection.ifPresent(PeerConnection::start);
        return this;
    }

    /** From now on this peer shows who else is here, and asks for it at every join. */
    void watch() {
        watching = true;
    }

    @Override
    public void noticed(Notice notice) {
        lastMoveMs = nowMs();
        switch (notice) {
            case Notice.Acknowledged(var nodes) -> acknowledged += nodes;
            case Notice.Rejected(var nodes) -> rejected += nodes;
            case Notice.Complaint said -> {
                trouble = said.text();
                complaint = Optional.of(said);
                if (!expecting) {
                    voice.say("The server says: " + described(said));
                }
            }
            case Notice.Answered(var type, var json) -> answer = Optional.of(json);
            case Notice.Ignored(var why) -> voice.say("Ignored: " + ValueText.line(why, 200));
            case Notice.Joined joined -> {
                if (away) {
                    away = false;
                    voice.say("Back in the room.");
                }
                if (watching) {
                    replica.request(PeerMessages.PRESENCE_GET, "");
                }
            }
            case Notice.CaughtUp caughtUp -> {}
            case Notice.Stored stored -> {}
            case Notice.PeerJoined joined -> {}
            case Notice.PeerLeft left -> {}
            case Notice.Presence presence -> {}
        }
        if (tailing) {
            List<String> lines = printer.notice(notice);
            if (!lines.isEmpty()) {
                voice.print(lines);
            }
        }
    }

    /** An error of the server with its classification, if it gave one. */
    static String described(Notice.Complaint said) {
        List<String> parts = new ArrayList<>();
        said.fields().forEach((name, value) -> {
            if (!said.text().contains(value)) {
                parts.add(name + " " + value);
            }
        });
        String text = ValueText.line(said.text(), 500);
        return parts.isEmpty() ? text : text + " (" + ValueText.line(String.join(", ", parts), 200) + ")";
    }

    @Override
    public void disconnected(String why, long retryMs) {
        trouble = why;
        away = true;
        voice.say(Ending.sentence(why)
                + (retryMs == 0 ? " Connecting with it." : " Trying again in " + seconds(retryMs) + " s."));
    }

    private static String seconds(long ms) {
        return ms / 1_000 + "." + ms % 1_000 / 100;
    }

    @Override
    public void gaveUp(String why) {
        gone = Optional.of(new Gone(why, false));
    }

    @Override
    public void refused(String why) {
        gone = Optional.of(new Gone(why, true));
    }

    /** Asks the replica on the thread that owns it. Errors: what the question throws. */
    <T> T ask(Function<Replica, T> question) {
        if (connection.isEmpty()) {
            return question.apply(replica);
        }
        try {
            return connection.get().ask(question).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException ours) {
                throw ours;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Interrupted();
        }
    }

    /** Makes an edit of what is here. Errors: {@link IllegalArgumentException} with a sentence for the user. */
    void edit(Order.Edit edit) {
        long wallMs = System.currentTimeMillis();
        ask(owned -> owned.edit(Editing.ops(edit, canonical.of(owned.view()), random), wallMs));
    }

    /** What a reader of the canonical state finds. */
    <T> T read(Function<Projection, T> reader) {
        return ask(owned -> reader.apply(canonical.of(owned.view())));
    }

    HistoryView view() {
        return ask(Replica::view);
    }

    /** Wants other patterns from now on. */
    void subscribe(List<String> patterns) {
        boolean inSession = ask(owned -> owned.subscribe(patterns));
        if (!inSession) {
            connection.ifPresent(PeerConnection::cut);
        }
    }

    /** Prints changes as they come; first the last ones, or all from a lamport on. */
    void tail(Optional<Long> since) {
        watching = true;
        ask(owned -> {
            owned.request(PeerMessages.PRESENCE_GET, "");
            List<Change> before =
                    since.map(from -> changesSince(owned.view(), from)).orElseGet(() -> lastChanges(owned.view()));
            voice.print(printer.changes(before));
            tailing = true;
            return owned;
        });
    }

    void tailOff() {
        tailing = false;
    }

    private static List<Change> changesSince(HistoryView view, long lamport) {
        List<Node> nodes = new ArrayList<>();
        for (int number = 0; number < view.count(); number++) {
            if (Long.compareUnsigned(view.lamport(number), lamport) >= 0) {
                nodes.add(view.node(number));
            }
        }
        return Change.of(nodes);
    }

    private static List<Change> lastChanges(HistoryView view) {
        List<Node> nodes = new ArrayList<>();
        for (int number = Math.max(0, view.count() - TAIL_NODES); number < view.count(); number++) {
            nodes.add(view.node(number));
        }
        List<Change> changes = Change.of(nodes);
        return changes.subList(Math.max(0, changes.size() - TAIL_CHANGES), changes.size());
    }

    Optional<Gone> gone() {
        return gone;
    }

    /** The last thing that went wrong, "" for nothing. */
    String trouble() {
        return trouble;
    }

    Optional<TracePush.AgentFeed> feed() {
        return feed;
    }

    /** Sends a request and forgets what was answered so far; whoever asked tells what comes. */
    void request(String message, String answerType) {
        answer = Optional.empty();
        complaint = Optional.empty();
        expecting = true;
        ask(owned -> {
            owned.request(message, answerType);
            return owned;
        });
    }

    /** The request was answered, or nobody waits for it any more. */
    void requestDone() {
        expecting = false;
    }

    Optional<String> answer() {
        return answer;
    }

    Optional<Notice.Complaint> complaint() {
        return complaint;
    }

    long acknowledged() {
        return acknowledged;
    }

    long rejected() {
        return rejected;
    }

    boolean offline() {
        return connection.isEmpty();
    }

    /** When something was heard last, on the clock of {@link System#nanoTime}. */
    long lastMoveMs() {
        return lastMoveMs;
    }

    static long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    @Override
    public void close() {
        connection.ifPresent(PeerConnection::close);
    }
}
