package dev.parley.persistence.room;

import dev.parley.core.history.Decoded;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.core.reconcile.MstNode;
import dev.parley.core.reconcile.PeerLacks;
import dev.parley.core.session.PullPlan;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The transient side of a room: who is attached, what waits, what was said lately. One life of it is an incarnation.
 *
 * <p>A deterministic machine without clock or I/O: the same inputs in the same order give the same effects. The actor
 * and the simulator run it alike:
 *
 * <ul>
 *   <li>{@link #receive} for each message of a relay, {@link #tick} each second, {@link #flush} when
 *       {@link RoomEffect.FlushLater} asks for it;
 *   <li>after {@link RoomEffect.Persist}, nothing of these until the events are durable and the state has evolved; then
 *       {@link #persisted}. What comes meanwhile is kept aside, in order.
 * </ul>
 *
 * <p>The state handed in is the durable side; the desk only reads it. Not thread-safe.
 */
public final class RoomDesk {
    /** What a write in flight is for. */
    private sealed interface Writing {
        List<RoomEvent> events();

        record Group(List<Ingress.Waiting> turn, Flushed flushed) implements Writing {
            @Override
            public List<RoomEvent> events() {
                return flushed.events();
            }
        }

        record Lock(ToRoom.Lock request, List<RoomEvent> events) implements Writing {}

        record Policy(ToRoom.SetPolicy request, List<RoomEvent> events) implements Writing {}

        record AdminLock(List<RoomEvent> events) implements Writing {}
    }

    /** A hash takes about so much less time than a node's decision. */
    private static final int HASHES_A_NODE = 8;

    private final long incarnation;
    private final RoomSettings settings;
    private final RoomRules rules;
    private final RoomTime time;
    private final Attendance attendance;
    private final Submissions submissions;
    private final Repairs repairs;
    private Optional<Writing> writing = Optional.empty();
    private boolean flushQueued;
    /** Questions about the room's tree, one a turn: each session has one at most, said again or not, but there are many. */
    private final Set<ToRoom.AskMst> treesAsked = new LinkedHashSet<>();

    /** {@code incarnation} differs from that of every other life of this room; {@code nowMs} is here
     * and below what the wall clock shows, which may be set back. */
    public RoomDesk(long incarnation, RoomSettings settings, RoomRules rules, Frontdesk frontdesk, long nowMs) {
        this.incarnation = incarnation;
        this.settings = settings;
        this.rules = rules;
        this.time = new RoomTime(nowMs);
        this.attendance = new Attendance(incarnation, settings, frontdesk, time, nowMs);
        this.submissions = new Submissions(incarnation, settings, attendance::knows);
        this.repairs = new Repairs(settings);
    }

    /** True from {@link RoomEffect.Persist} to {@link #persisted}: until then nothing else may be called. */
    public boolean writing() {
        return writing.isPresent();
    }

    /** True if this relay is attached, so that it can be told something. */
    public boolean knows(RelayId relay) {
        return attendance.knows(relay);
    }

    /** Relays attached. */
    public int relays() {
        return attendance.relays();
    }

    /** Sessions in the room, on all relays. */
    public int sessions() {
        return attendance.sessions();
    }

    /** Nodes parked for a missing parent. */
    public int orphans() {
        return submissions.orphans();
    }

    /** Bytes of what waits, is parked, and is kept for relays that missed it. */
    public long bytesHeld() {
        return submissions.bytesHeld() + repairs.bytesHeld();
    }

    /** Submits that wait for the next group. */
    public int ingressSubmits() {
        return submissions.waiting();
    }

    /** What is held now of all that is bounded. */
    public Held held() {
        return new Held(
                submissions.waiting(),
                submissions.lanes(),
                submissions.ingressBytes(),
                submissions.orphans(),
                submissions.orphanBytes(),
                repairs.stepsHeld(),
                repairs.bytesHeld(),
                repairs.underWay(),
                attendance.reassemblyBytesMost());
    }

    /**
     * What a room holds: packs that wait, of how many sessions, their bytes; parked nodes and theirs; steps kept for
     * relays and theirs; journal reads under way; the most bytes of unfinished fragments of one relay.
     */
    public record Held(
            int ingressSubmits,
            int ingressLanes,
            long ingressBytes,
            int orphanNodes,
            long orphanBytes,
            int recentSteps,
            long recentBytes,
            int repairs,
            long reassemblyBytes) {}

    /** A relay says something. */
    public List<RoomEffect> receive(RoomState room, ToRoom message, long nowMs) {
        quiet();
        List<RoomEffect> out = new ArrayList<>();
        receive(room, message, time.at(nowMs), out);
        if (writing.isEmpty()) {
            flushLater(out);
        }
        return out;
    }

    private void receive(RoomState room, ToRoom message, long nowMs, List<RoomEffect> out) {
        RelayId relay = message.relay();
        if (message instanceof ToRoom.Attach attach) {
            if (attach.cursor() > room.seq()) {
                out.add(new RoomEffect.Superseded(room.seq(), attach.cursor()));
            } else {
                attendance.attach(room, attach, incarnation, nowMs, out);
            }
            return;
        }
        if (!knows(relay)) {
            if (!(message instanceof ToRoom.Detach)) {
                out.add(new RoomEffect.Reply(relay, new ToRelay.WhoAreYou(incarnation)));
            }
            out.add(new RoomEffect.Forget(relay));
            return;
        }
        switch (message) {
            case ToRoom.Attach m -> throw new IllegalStateException("answered above");
            case ToRoom.Roster m -> attendance.roster(room, m, nowMs, out);
            case ToRoom.SessionLeft m -> attendance.left(m, out);
            case ToRoom.Enter m -> attendance.enter(room, m, out);
            case ToRoom.Submits m -> submissions.take(m, attendance.of(relay), out);
            case ToRoom.AskLacking m -> out.add(new RoomEffect.Reply(relay, lacking(room, m)));
            case ToRoom.Pull m -> {
                if (nodesSeen(m.plan()) > room.view().count()) {
                    // Another incarnation made that plan, of a later state: cut to this one it would end with a hole.
                    out.add(new RoomEffect.Superseded(room.seq(), room.seq() + 1));
                } else {
                    out.add(new RoomEffect.MakeChunk(relay, m.number(), m.plan(), m.closed(), room.view(), room.seq()));
                }
            }
            case ToRoom.AskMst m -> treesAsked.add(m);
            case ToRoom.Repair m -> repairs.repair(room, m, attendance.of(relay), out);
            case ToRoom.Lock m -> lock(room, m, out);
            case ToRoom.SetPolicy m -> setPolicy(room, m, out);
            case ToRoom.Announce m ->
                attendance.tellAll(
                        new ToRelay.Announced(m.session(), m.from(), m.to(), m.message(), m.onlyNewest()), out);
            case ToRoom.PresencePut m -> attendance.presence(m, out);
            case ToRoom.PresenceDropped m -> attendance.presence(m, out);
            case ToRoom.PresenceList m -> attendance.presence(m, out);
            case ToRoom.PresenceSwept m -> attendance.presence(m, out);
            case ToRoom.AskParents m -> out.add(new RoomEffect.FindParents(m, room.view()));
            case ToRoom.Detach m -> attendance.gone(room, relay, nowMs, out);
            case ToRoom.Fragment m ->
                // What does not decode is dropped: every message of a relay can be sent again.
                attendance
                        .of(relay)
                        .reassembly
                        .add(m.transfer(), m.index(), m.count(), m.bytes())
                        .ifPresent(whole -> {
                            if (RoomCodec.decodeToRoom(whole) instanceof Decoded.Whole<ToRoom>(ToRoom inner)
                                    && !(inner instanceof ToRoom.Fragment)) {
                                receive(room, inner, nowMs, out);
                            }
                        });
        }
    }

    private void lock(RoomState room, ToRoom.Lock ask, List<RoomEffect> out) {
        switch (rules.decideLock(room, ask.key(), new ControlRequest(ask.session(), ask.number()))) {
            case ControlDecision.Do(List<RoomEvent> events) -> write(new Writing.Lock(ask, events), 0, 0, out);
            case ControlDecision.DoneBefore d -> out.add(answered(ask, true));
            case ControlDecision.Refused r -> out.add(answered(ask, false));
        }
    }

    private static RoomEffect answered(ToRoom.Lock ask, boolean locked) {
        return new RoomEffect.Reply(ask.relay(), new ToRelay.LockAnswered(ask.session(), ask.number(), locked));
    }

    private void setPolicy(RoomState room, ToRoom.SetPolicy ask, List<RoomEffect> out) {
        switch (rules.decidePolicy(room, ask.policy(), new ControlRequest(ask.session(), ask.number()))) {
            case ControlDecision.Do(List<RoomEvent> events) -> write(new Writing.Policy(ask, events), 0, 0, out);
            case ControlDecision.DoneBefore d -> out.add(answered(ask, Optional.empty()));
            case ControlDecision.Refused(String text) -> out.add(answered(ask, Optional.of(text)));
        }
    }

    private static RoomEffect answered(ToRoom.SetPolicy ask, Optional<String> refusal) {
        return new RoomEffect.Reply(ask.relay(), new ToRelay.PolicyAnswered(ask.session(), ask.number(), refusal));
    }

    /** The fewest nodes of the room that whoever asks for this plan was told of. */
    private static int nodesSeen(PullPlan plan) {
        int since = plan.lacks().orElse(null) instanceof PeerLacks.Since(int nodes) ? nodes : 0;
        return Math.max(plan.asOfNodes(), since);
    }

    private static ToRelay lacking(RoomState room, ToRoom.AskLacking ask) {
        List<NodeId> lacking = new ArrayList<>();
        for (NodeId id : ask.ids()) {
            if (!room.view().contains(id)) {
                lacking.add(id);
            }
        }
        return new ToRelay.Lacking(ask.session(), ask.number(), lacking);
    }

    private static ToRelay tree(RoomState room, ToRoom.AskMst ask) {
        List<MstNode> nodes = new ArrayList<>();
        for (String path : ask.paths()) {
            room.index().mst().node(path).ifPresent(nodes::add);
        }
        return new ToRelay.MstAnswer(ask.session(), ask.number(), nodes);
    }

    private void flushLater(List<RoomEffect> out) {
        if (!flushQueued && (submissions.waiting() > 0 || !treesAsked.isEmpty() || attendance.wantsTurn())) {
            flushQueued = true;
            out.add(new RoomEffect.FlushLater());
        }
    }

    /** Decides what waits, up to a turn's nodes. */
    public List<RoomEffect> flush(RoomState room, long nowMs) {
        quiet();
        flushQueued = false;
        List<RoomEffect> out = new ArrayList<>();
        long atMs = time.at(nowMs);
        treeTurn(room, out);
        List<Ingress.Waiting> turn = submissions.turn();
        if (turn.isEmpty()) {
            flushLater(out);
            return out;
        }
        List<ToRoom.Submit> submits = turn.stream().map(Ingress.Waiting::submit).toList();
        Flushed flushed = rules.decide(room, submits, nowMs);
        if (flushed.events().isEmpty()) {
            submissions.answer(turn, flushed, atMs, out);
            flushLater(out);
        } else {
            int nodes = submits.stream().mapToInt(s -> s.candidates().size()).sum();
            write(new Writing.Group(turn, flushed), turn.size(), nodes, out);
        }
        return out;
    }

    /** Hashes some of the room's tree, and once it is up to date answers one who asked and lets some in. */
    private void treeTurn(RoomState room, List<RoomEffect> out) {
        boolean wanted = !treesAsked.isEmpty() || attendance.wantsTurn();
        if (!wanted
                || !room.index().mst().freshen(HASHES_A_NODE * settings.intake().turnNodesMax())) {
            return;
        }
        attendance.turn(room, out);
        Optional<ToRoom.AskMst> asked = treesAsked.stream().findFirst();
        asked.ifPresent(treesAsked::remove);
        asked.filter(ask -> knows(ask.relay()))
                .ifPresent(ask -> out.add(new RoomEffect.Reply(ask.relay(), tree(room, ask))));
    }

    private void write(Writing what, int submits, int nodes, List<RoomEffect> out) {
        writing = Optional.of(what);
        out.add(new RoomEffect.Persist(what.events(), submits, nodes));
    }

    /** The events of the last {@link RoomEffect.Persist} are durable, and {@code room} is the state after them. */
    public List<RoomEffect> persisted(RoomState room, long nowMs) {
        Writing done = writing.orElseThrow(() -> new IllegalStateException("nothing was being written"));
        writing = Optional.empty();
        List<RoomEffect> out = new ArrayList<>();
        switch (done) {
            case Writing.Group(List<Ingress.Waiting> turn, Flushed flushed) ->
                submissions.answer(turn, flushed, time.at(nowMs), out);
            case Writing.Lock(ToRoom.Lock lock, List<RoomEvent> events) -> out.add(answered(lock, true));
            case Writing.Policy(ToRoom.SetPolicy policy, List<RoomEvent> events) ->
                out.add(answered(policy, Optional.empty()));
            case Writing.AdminLock lock -> out.add(new RoomEffect.AdminLockAnswered(true));
        }
        // The ack first, then the step to all: a sender that sees its own run has been answered.
        tellSteps(room, done.events(), out);
        submissions.heal(room, done.events());
        flushLater(out);
        return out;
    }

    private void tellSteps(RoomState room, List<RoomEvent> events, List<RoomEffect> out) {
        long seq = room.seq() - events.size();
        for (RoomEvent event : events) {
            seq++;
            ToRelay.Step step = RoomRules.step(seq, event);
            repairs.add(step);
            attendance.tellAll(step, out);
        }
    }

    /** A {@link RoomEffect.RepairFromJournal} has ended, well or not. May be called at any time. */
    public void repaired(RelayId relay) {
        repairs.ended();
        if (knows(relay)) {
            attendance.of(relay).repairing = false;
        }
    }

    /** Locks the room as its operator; {@link RoomEffect.AdminLockAnswered} says whether it was open. */
    public List<RoomEffect> lock(RoomState room, PeerId key) {
        quiet();
        List<RoomEffect> out = new ArrayList<>();
        rules.decideLock(room, key)
                .ifPresentOrElse(
                        events -> write(new Writing.AdminLock(events), 0, 0, out),
                        () -> out.add(new RoomEffect.AdminLockAnswered(false)));
        return out;
    }

    /** Time passed: relays expire, orphans too, a roster is published, an unused room is put away. */
    public List<RoomEffect> tick(RoomState room, long nowMs) {
        quiet();
        long atMs = time.at(nowMs);
        List<RoomEffect> out = new ArrayList<>();
        submissions.tick(atMs, out);
        attendance.tick(room, atMs, out);
        flushLater(out);
        long idleMs = (room.seq() == 0
                        ? settings.lifetime().emptyTimeout()
                        : settings.lifetime().idleTimeout())
                .toMillis();
        if (unused() && atMs - attendance.idleSinceMs() >= idleMs) {
            out.add(new RoomEffect.Passivate());
        }
        return out;
    }

    /** This life of the room ends, at whatever moment: what dies with it is said to those who count on it. */
    public List<RoomEffect> end() {
        List<RoomEffect> out = new ArrayList<>();
        submissions.end(writing.orElse(null) instanceof Writing.Group group ? group.turn() : List.of(), out);
        return out;
    }

    /** True if nobody is here and nothing is under way. */
    public boolean unused() {
        return attendance.relays() == 0 && submissions.waiting() == 0 && repairs.underWay() == 0;
    }

    private void quiet() {
        if (writing.isPresent()) {
            throw new IllegalStateException("a write is in flight");
        }
    }
}
