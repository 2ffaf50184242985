package dev.parley.persistence.relay;

import dev.parley.core.access.Subscription;
import dev.parley.core.failure.SyncFailure;
import dev.parley.core.id.RoomId;
import dev.parley.core.id.SessionId;
import dev.parley.core.session.Effect;
import dev.parley.core.session.Input;
import dev.parley.core.wire.MessageWriter;
import dev.parley.core.wire.ToPeer;
import dev.parley.persistence.relay.RelayEffect.Stop;
import dev.parley.persistence.relay.RelayEffect.TellRoom;
import dev.parley.persistence.relay.RelayEffect.TellSession;
import dev.parley.persistence.room.Filtered;
import dev.parley.persistence.room.RelayId;
import dev.parley.persistence.room.RosterEntry;
import dev.parley.persistence.room.ToRelay;
import dev.parley.persistence.room.ToRoom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One member's fan-out of one room: what its sessions want goes to the room until it is answered, and what the room
 * commits reaches every live session once and in order, whatever the link between members loses or repeats.
 *
 * <p>Shape: a deterministic machine with one owner; no clock, no I/O. The same inputs at the same times give the same
 * effects. It is bounded by {@link RelaySettings} and by what its sessions may have unanswered.
 *
 * <p>Cost of a step of the room: one effect a live session, one encoding a distinct subscription and run.
 */
public final class RelayRules {
    private final RelayId self;
    private final RoomId room;
    private final RelaySettings settings;
    private final Attachment attachment;
    private final StepFeed feed;
    private final SubmitWindow submits;
    private final Requests requests;
    private final ParkedNodes parked = new ParkedNodes();
    private final PublishedRoster roster = new PublishedRoster();
    private final LocalSessions sessions = new LocalSessions(this::tell);
    private final Announcements announcements;
    private final PresenceStore presence;
    private final ClosedFeeds closedFeeds;
    private List<RelayEffect> effects = new ArrayList<>();
    /** Counts every change of the list of sessions, densely. */
    private long rosterVersion;

    private long idleSinceMs = Long.MAX_VALUE;

    /** A relay without sessions; {@code seed} is where the jitter of its back-off comes from. */
    public RelayRules(RelayId self, RoomId room, RelaySettings settings, long seed) {
        this.self = self;
        this.room = room;
        this.settings = settings;
        this.attachment = new Attachment(settings, seed);
        this.feed = new StepFeed(settings);
        this.submits = new SubmitWindow(self, settings);
        this.requests = new Requests(settings);
        this.announcements = new Announcements(settings);
        this.presence = new PresenceStore(self, room, settings, sessions::announce);
        this.closedFeeds = new ClosedFeeds(self, settings, sessions, feed, this::tellRoomSoon);
    }

    public RelayId self() {
        return self;
    }

    public RoomId room() {
        return room;
    }

    /** How many sessions this relay serves. */
    public int sessionCount() {
        return sessions.count();
    }

    /** The last {@code seq} of the room received without a hole, or -1. */
    public long cursor() {
        return feed.cursor();
    }

    /** The sessions of the room whose presence this relay keeps. */
    public Set<SessionId> present() {
        return presence.sessions();
    }

    /** How a relay stands with its room. */
    public enum Standing {
        /** It has no sessions. */
        IDLE,
        /** It has not heard where the room is. */
        ATTACHING,
        /** It has not heard of the room for a while. */
        SUSPENDED,
        /** It knows of steps that it lacks. */
        BEHIND,
        IN_STEP
    }

    /** How this relay stands with its room now. */
    public Standing standing() {
        if (!attachment.wanted()) {
            return Standing.IDLE;
        }
        if (attachment.suspended()) {
            return Standing.SUSPENDED;
        }
        if (feed.cursor() == StepFeed.NONE) {
            return Standing.ATTACHING;
        }
        return feed.hasGap() ? Standing.BEHIND : Standing.IN_STEP;
    }

    /** What is held now of all that is bounded. */
    public Held held() {
        return new Held(
                submits.queued(), submits.queuedBytes(), feed.ringSteps(), feed.ringBytes(), feed.heldBackSteps());
    }

    /**
     * What a relay holds: packs that wait and their bytes, steps kept and theirs, steps held back while older are missing.
     */
    public record Held(int queued, long queuedBytes, int ringSteps, long ringBytes, int heldBackSteps) {}

    /** What subscriptions left out of what was relayed since this was asked last. */
    public Filtered takeFiltered() {
        return sessions.takeFiltered();
    }

    /** When the next {@link RelayInput.Tick} is wanted, from {@code nowMs} on. */
    public Duration nextTick(long nowMs) {
        if (!attachment.wanted()) {
            return settings.grace();
        }
        return attachment.suspended() || feed.hasGap() ? Duration.ofMillis(100) : attachment.untilDue(nowMs);
    }

    /** The only way a relay changes: takes one input, gives what to do, in order. */
    public List<RelayEffect> step(RelayInput input, long nowMs) {
        effects = new ArrayList<>();
        switch (input) {
            case RelayInput.FromSession(var session, var request) -> fromSession(session, request, nowMs);
            case RelayInput.FromRoom(var message) -> fromRoom(message, nowMs);
            case RelayInput.Tick() -> tick(nowMs);
        }
        attachIfDue(nowMs);
        if (attachment.wanted() && !attachment.suspended()) {
            submits.next(nowMs).ifPresent(this::tellRoom);
            announcements.flush(nowMs, this::tellRoom);
            presence.flush(nowMs, this::tellRoom);
            if (feed.repairDue(nowMs)) {
                tellRoom(new ToRoom.Repair(self, feed.cursor()));
            }
        }
        leaveIfIdle(nowMs);
        return List.copyOf(effects);
    }

    // What sessions want.

    private void fromSession(SessionId session, Effect.ForRoom request, long nowMs) {
        if (request instanceof Effect.Enter enter) {
            enter(session, enter, nowMs);
            return;
        }
        LocalSession local = sessions.get(session);
        if (local == null) {
            return; // It left or was refused; what it still had on its way means nothing.
        }
        switch (request) {
            case Effect.Enter e -> throw new IllegalStateException("taken above");
            case Effect.AskLacking(var number, var ids) ->
                ask(session, number, new ToRoom.AskLacking(self, session, number, ids), nowMs);
            case Effect.Pull(var number, var plan) ->
                ask(
                        session,
                        number,
                        new ToRoom.Pull(self, number, plan, closedFeeds.serve(plan.subscription())),
                        nowMs);
            case Effect.AskMst(var number, var paths) ->
                ask(session, number, new ToRoom.AskMst(self, session, number, paths), nowMs);
            case Effect.Lock(var number, var key) ->
                ask(session, number, new ToRoom.Lock(self, session, number, key), nowMs);
            case Effect.SetPolicy(var number, var policy) ->
                ask(session, number, new ToRoom.SetPolicy(self, session, number, policy), nowMs);
            case Effect.Submit submit -> submit(session, local, submit, nowMs);
            case Effect.GoLive(var number, var afterSeq) -> goLive(session, local, number, afterSeq, nowMs);
            case Effect.Resubscribe(var subscription) -> resubscribe(session, local, subscription, nowMs);
            case Effect.AskPresence(var number, var wanted) ->
                tell(
                        session,
                        new Input.PresenceAnswered(
                                number, presence.ask(session, local.entry().peer(), wanted, this::tellRoomSoon)));
            case Effect.Announce(var to, var message) ->
                announcements.add(new ToRoom.Announce(
                        self,
                        session,
                        local.entry().peer(),
                        to,
                        MessageWriter.encode(message).json(),
                        message instanceof ToPeer.Presence));
            case Effect.Leave() -> remove(session);
        }
    }

    private void enter(SessionId session, Effect.Enter enter, long nowMs) {
        if (!attachment.wanted()) {
            attachment.start(nowMs);
            attachIfDue(nowMs); // The room learns of the relay before it hears of its session.
        }
        RosterEntry entry = new RosterEntry(session, enter.peer(), enter.peerId(), enter.peerType());
        if (sessions.add(session, new LocalSession(entry, enter.subscription()))) {
            rosterVersion++;
        }
        ask(
                session,
                enter.number(),
                new ToRoom.Enter(
                        self,
                        enter.number(),
                        rosterVersion,
                        entry,
                        enter.summary(),
                        enter.subscription(),
                        enter.mst(),
                        enter.token()),
                nowMs);
    }

    private void ask(SessionId session, long number, ToRoom message, long nowMs) {
        requests.add(session, number, message, nowMs);
        tellRoomSoon(message);
    }

    private void submit(SessionId session, LocalSession local, Effect.Submit submit, long nowMs) {
        ToRoom.Submit pack = new ToRoom.Submit(session, local.entry().peer(), submit.candidates());
        submits.offer(pack, submit.number(), submit.sizeBytes(), nowMs)
                .forEach(reply -> tell(reply.session(), reply.input()));
    }

    private void resubscribe(SessionId session, LocalSession local, Subscription subscription, long nowMs) {
        Subscription before = local.subscription();
        local.resubscribe(subscription);
        if (local.live()) {
            closedFeeds.resubscribed(session, local, before, nowMs);
        }
    }

    private void goLive(SessionId session, LocalSession local, long number, long afterSeq, long nowMs) {
        if (!(local.standing() instanceof LocalSession.Standing.CatchingUp)) {
            return;
        }
        if (closedFeeds.serve(local.subscription())) {
            if (!closedFeeds.canJoin(local.subscription(), afterSeq)) {
                tell(session, new Input.FeedBehind(number));
                return;
            }
            local.goLive(afterSeq);
            tell(session, new Input.FeedJoined(number, afterSeq));
            closedFeeds.join(session, local, afterSeq, nowMs);
            local.tellable().forEach(news -> tell(session, news));
            return;
        }
        Optional<List<SharedStep>> missed = feed.since(afterSeq);
        if (missed.isEmpty()) {
            tell(session, new Input.FeedBehind(number));
            return;
        }
        local.goLive(afterSeq);
        tell(session, new Input.FeedJoined(number, afterSeq));
        for (SharedStep step : missed.get()) {
            sessions.relay(step, session, local, feed);
        }
        feed.trim();
        local.tellable().forEach(news -> tell(session, news));
    }

    private void remove(SessionId session) {
        Optional<ClosedFeed> fed = Optional.ofNullable(sessions.get(session)).flatMap(LocalSession::closedFeed);
        if (sessions.remove(session)) {
            fed.ifPresent(closedFeeds::dropUnused);
            announcements.forget(session);
            presence.left(session, this::tellRoomSoon);
            rosterVersion++;
            requests.forget(session);
            parked.forget(session);
            tellRoomSoon(new ToRoom.SessionLeft(self, rosterVersion, session));
        }
    }

    // What the room says.

    private void fromRoom(ToRelay message, long nowMs) {
        if (!attachment.wanted()) {
            return; // Said before the room heard that this relay has left.
        }
        switch (message) {
            case ToRelay.Head head -> head(head, nowMs);
            case ToRelay.WhoAreYou w -> attachment.unknownToRoom(nowMs);
            case ToRelay.RosterWanted w -> tellRoom(wholeRoster());
            case ToRelay.Step step -> deliver(feed.take(step), nowMs);
            case ToRelay.Parents parents -> closedFeeds.answered(parents, nowMs);
            case ToRelay.CannotRepair(var seq) -> cannotRepair(seq, nowMs);
            case ToRelay.Answered(var first, var answers) ->
                submits.answered(first, answers).forEach(reply -> tell(reply.session(), reply.input()));
            case ToRelay.ResendFrom(var number) -> resendFrom(number, nowMs);
            case ToRelay.Admitted admitted -> admitted(admitted);
            case ToRelay.NotAdmitted(var session, var number, var why) -> {
                if (answer(session, number, new Input.NotAdmitted(number, why))) {
                    remove(session);
                }
            }
            case ToRelay.Lacking(var session, var number, var ids) ->
                answer(session, number, new Input.Lacking(number, ids));
            case ToRelay.Pulled(var session, var number, var chunk) ->
                answer(session, number, new Input.Pulled(number, chunk));
            case ToRelay.PlanUnknown(var session, var number) -> answer(session, number, new Input.PlanUnknown(number));
            case ToRelay.MstAnswer(var session, var number, var nodes) ->
                answer(session, number, new Input.MstAnswer(number, nodes));
            case ToRelay.LockAnswered(var session, var number, var locked) ->
                answer(session, number, new Input.LockAnswered(number, locked));
            case ToRelay.PolicyAnswered(var session, var number, var refusal) ->
                answer(session, number, new Input.PolicyAnswered(number, refusal));
            case ToRelay.OrphansDropped(var session, var nodes) -> {
                parked.dropped(session, nodes);
                tell(session, new Input.OrphansDropped(nodes));
            }
            case ToRelay.OrphansParked(var incarnation, var session, var nodes) -> {
                if (sessions.get(session) != null) {
                    parked.are(incarnation, session, nodes);
                }
            }
            case ToRelay.RosterChange change -> {
                if (roster.misses(change)) {
                    attachment.hasten(nowMs);
                }
                sessions.publish(roster.take(change), roster);
            }
            case ToRelay.RosterIs whole -> rosterIs(whole);
            case ToRelay.Announced announced -> {
                announcements.returned(announced);
                sessions.announce(announced);
            }
            case ToRelay.PresenceWanted wanted -> tellRoom(presence.list(nowMs));
            case ToRelay.PresenceChange change -> {
                if (!presence.take(change)) {
                    attachment.hasten(nowMs);
                }
            }
            case ToRelay.PresenceIs whole -> presence.take(whole);
            case ToRelay.Fragment f -> throw new IllegalArgumentException("fragments are joined by the shell");
        }
    }

    private void head(ToRelay.Head head, long nowMs) {
        boolean sentBeforeAttach = attachment.sentMs() > submits.batchSentMs();
        boolean resend = attachment.head(head.incarnation(), nowMs);
        parked.lostTo(head.incarnation()).forEach((session, nodes) -> tell(session, new Input.OrphansDropped(nodes)));
        feed.roomIsAt(head.seq());
        if (resend) {
            requests.all(nowMs).forEach(this::tellRoom);
            announcements.roomMoved();
            closedFeeds.again(nowMs, nowMs);
        }
        if (resend || (sentBeforeAttach && head.expects() <= submits.firstUnanswered())) {
            submits.again(nowMs).ifPresent(this::tellRoom);
        }
    }

    private void resendFrom(long number, long nowMs) {
        if (submits.inBatch(number)) {
            submits.again(nowMs).ifPresent(this::tellRoom);
        } else if (number < submits.firstUnanswered()) {
            attachment.hasten(nowMs); // Those were answered: the room learns from the attach where this relay is.
        }
    }

    private void admitted(ToRelay.Admitted admitted) {
        LocalSession local = sessions.get(admitted.session());
        if (local == null || !requests.answered(admitted.session(), admitted.number())) {
            return;
        }
        if (feed.cursor() == StepFeed.NONE) {
            feed.roomIsAt(admitted.admission().asOfSeq());
        }
        local.admitted(admitted.admission().peers());
        local.settle(roster);
        tell(admitted.session(), new Input.Admitted(admitted.number(), admitted.admission()));
    }

    private boolean answer(SessionId session, long number, Input.Inside input) {
        boolean awaited = requests.answered(session, number);
        if (awaited) {
            tell(session, input);
        }
        return awaited;
    }

    private void deliver(List<SharedStep> steps, long nowMs) {
        closedFeeds.deliver(steps, nowMs);
        sessions.deliver(steps, feed);
    }

    private void cannotRepair(long seq, long nowMs) {
        if (feed.hasGap() && seq > feed.cursor()) {
            sessions.lose(seq, new SyncFailure.FeedLost(feed.cursor() + 1));
            closedFeeds.loseAll();
            deliver(feed.skipTo(seq), nowMs);
        }
    }

    private void rosterIs(ToRelay.RosterIs whole) {
        boolean first = !roster.known();
        List<PublishedRoster.Change> changes = roster.take(whole);
        // The first one is compared with each session's welcome instead.
        sessions.publish(first ? List.of() : changes, roster);
    }

    // What time brings.

    private void tick(long nowMs) {
        requests.expire(nowMs).forEach(key -> tell(key.session(), new Input.Unanswered(key.number())));
        submits.expire(nowMs).forEach(reply -> tell(reply.session(), reply.input()));
        if (attachment.wanted() && !attachment.suspended()) {
            requests.overdue(nowMs).forEach(this::tellRoom);
            closedFeeds.again(nowMs - settings.resendAfter().toMillis(), nowMs);
            if (submits.resendDue(nowMs)) {
                submits.again(nowMs).ifPresent(this::tellRoom);
            }
        }
    }

    private void attachIfDue(long nowMs) {
        if (attachment.due(nowMs)) {
            attachment.sent(nowMs);
            tellRoom(new ToRoom.Attach(
                    self,
                    feed.cursor(),
                    submits.firstUnanswered(),
                    rosterVersion,
                    roster.seq(),
                    roster.relays(),
                    presence.version(),
                    presence.seq()));
        }
    }

    /** Without sessions and open submits the relay leaves the room, and asks to stop when nobody comes for a while. */
    private void leaveIfIdle(long nowMs) {
        if (!sessions.isEmpty() || submits.pending()) {
            return;
        }
        if (attachment.wanted()) {
            tellRoom(new ToRoom.Detach(self));
            attachment.stop();
            feed.reset();
            roster.reset();
            presence.reset();
            idleSinceMs = nowMs;
        } else if (idleSinceMs == Long.MAX_VALUE) {
            idleSinceMs = nowMs;
        } else if (nowMs - idleSinceMs >= settings.grace().toMillis()) {
            effects.add(new Stop());
        }
    }

    private ToRoom.Roster wholeRoster() {
        return new ToRoom.Roster(self, rosterVersion, sessions.entries());
    }

    /** Says it unless the room is gone: then it is said again, or not worth saying. */
    private void tellRoomSoon(ToRoom message) {
        if (!attachment.suspended()) {
            tellRoom(message);
        }
    }

    private void tellRoom(ToRoom message) {
        effects.add(new TellRoom(message));
    }

    private void tell(SessionId session, Input input) {
        if (sessions.get(session) != null) {
            effects.add(new TellSession(session, input));
        }
    }
}
