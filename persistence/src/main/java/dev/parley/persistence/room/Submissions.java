package dev.parley.persistence.room;

import dev.parley.core.session.Input;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The way of submits through a room: taken, decided in turns, answered; and the orphans among their nodes. */
final class Submissions {
    private final long incarnation;
    private final RoomSettings settings;
    private final Predicate<RelayId> isAttached;
    private final Ingress ingress;
    private final ParkedOrphans orphans;
    private long nextOwnSubmit;

    /** Who is not attached is told nothing. */
    Submissions(long incarnation, RoomSettings settings, Predicate<RelayId> isAttached) {
        this.incarnation = incarnation;
        this.settings = settings;
        this.isAttached = isAttached;
        this.ingress =
                new Ingress(settings.intake().packsMax(), settings.intake().bytesMax());
        this.orphans = new ParkedOrphans(settings);
    }

    int waiting() {
        return ingress.submits();
    }

    int lanes() {
        return ingress.lanes();
    }

    long ingressBytes() {
        return ingress.bytesHeld();
    }

    long orphanBytes() {
        return orphans.bytes();
    }

    long bytesHeld() {
        return ingress.bytesHeld() + orphans.bytes();
    }

    int orphans() {
        return orphans.nodes();
    }

    void take(ToRoom.Submits batch, Attached from, List<RoomEffect> out) {
        RelayId relay = batch.relay();
        if (batch.first() > from.expects) {
            out.add(new RoomEffect.Reply(relay, new ToRelay.ResendFrom(from.expects)));
            return;
        }
        // A batch received again is decided again: its answer may be lost. Not so what still waits here.
        List<Ingress.Waiting> taken = new ArrayList<>();
        long bytes = 0;
        long number = batch.first();
        for (ToRoom.Submit submit : batch.submits()) {
            if (!ingress.contains(relay, number)) {
                long sizeBytes = MessageSize.of(submit);
                taken.add(new Ingress.Waiting(relay, number, false, submit, sizeBytes));
                bytes += sizeBytes;
            }
            number++;
        }
        if (!ingress.fits(taken.size(), bytes)) {
            return; // Not taken; the relay sends it again.
        }
        taken.forEach(ingress::add);
        from.expects = Math.max(from.expects, number);
    }

    /** What is to be decided now; it waits here no more. */
    List<Ingress.Waiting> turn() {
        return ingress.turn(settings.intake().turnNodesMax());
    }

    /** Answers a turn, once what it stored is durable, and parks its orphans. */
    void answer(List<Ingress.Waiting> turn, Flushed flushed, long nowMs, List<RoomEffect> out) {
        Map<RelayId, TreeMap<Long, Input.PackAnswer>> answers = new LinkedHashMap<>();
        List<RoomEffect> dropped = new ArrayList<>();
        for (int i = 0; i < turn.size(); i++) {
            Ingress.Waiting waiting = turn.get(i);
            Flushed.Decided decided = flushed.decided().get(i);
            ParkedOrphans.Origin origin = new ParkedOrphans.Origin(
                    waiting.relay(), waiting.submit().origin(), waiting.submit().from());
            if (waiting.healed()) {
                // Its ack was given when it was parked; what is refused now counts as dropped.
                orphans.resolved(origin, waiting.submit().candidates().size());
                tellDropped(new ParkedOrphans.Dropped(origin, decided.answer().rejected()), dropped);
            } else {
                answers.computeIfAbsent(waiting.relay(), relay -> new TreeMap<>())
                        .put(waiting.number(), decided.answer());
            }
            orphans.park(origin, decided.parked(), nowMs).forEach(gone -> tellDropped(gone, dropped));
        }
        answers.forEach((relay, byNumber) -> answer(relay, byNumber, out));
        out.addAll(dropped);
        tellParked(out);
    }

    /** So that a relay can tell its sessions what is lost if this life of the room ends without a word. */
    private void tellParked(List<RoomEffect> out) {
        orphans.changes().forEach((sender, nodes) -> {
            if (isAttached.test(sender.relay())) {
                out.add(new RoomEffect.Reply(
                        sender.relay(), new ToRelay.OrphansParked(incarnation, sender.session(), nodes)));
            }
        });
    }

    /** One message for each row of consecutive numbers. */
    private void answer(RelayId relay, TreeMap<Long, Input.PackAnswer> byNumber, List<RoomEffect> out) {
        if (!isAttached.test(relay)) {
            return;
        }
        long first = byNumber.firstKey();
        List<Input.PackAnswer> row = new ArrayList<>();
        for (Map.Entry<Long, Input.PackAnswer> next : byNumber.entrySet()) {
            if (next.getKey() != first + row.size()) {
                out.add(new RoomEffect.Reply(relay, new ToRelay.Answered(first, row)));
                first = next.getKey();
                row = new ArrayList<>();
            }
            row.add(next.getValue());
        }
        out.add(new RoomEffect.Reply(relay, new ToRelay.Answered(first, row)));
    }

    /** What was missing has come: the room asks itself what waited for it, under its original sender. */
    void heal(RoomState room, List<RoomEvent> events) {
        for (RoomEvent event : events) {
            if (event instanceof RoomEvent.NodesAppended appended) {
                appended.runs().forEach(run -> heal(room, run));
            }
        }
    }

    private void heal(RoomState room, Run run) {
        for (ParkedOrphans.Healed healed : orphans.healedBy(run.nodes(), room.view())) {
            ParkedOrphans.Origin origin = healed.origin();
            ToRoom.Submit submit = new ToRoom.Submit(origin.session(), origin.from(), healed.candidates());
            ingress.add(new Ingress.Waiting(origin.relay(), nextOwnSubmit++, true, submit, MessageSize.of(submit)));
        }
    }

    /** Drops orphans whose time is over. */
    void tick(long nowMs, List<RoomEffect> out) {
        orphans.expire(nowMs).forEach(dropped -> tellDropped(dropped, out));
        tellParked(out);
    }

    /** The room's end: orphans are dropped, and those that {@code turn} and the next ones were to let in. */
    void end(List<Ingress.Waiting> turn, List<RoomEffect> out) {
        orphans.dropAll().forEach(dropped -> tellDropped(dropped, out));
        List<Ingress.Waiting> unsaved = new ArrayList<>(turn);
        unsaved.addAll(ingress.turn(Integer.MAX_VALUE));
        for (Ingress.Waiting waiting : unsaved) {
            if (waiting.healed()) {
                ParkedOrphans.Origin origin = new ParkedOrphans.Origin(
                        waiting.relay(),
                        waiting.submit().origin(),
                        waiting.submit().from());
                tellDropped(
                        new ParkedOrphans.Dropped(
                                origin, waiting.submit().candidates().size()),
                        out);
            }
        }
    }

    private void tellDropped(ParkedOrphans.Dropped dropped, List<RoomEffect> out) {
        RelayId relay = dropped.origin().relay();
        if (dropped.nodes() > 0 && isAttached.test(relay)) {
            out.add(new RoomEffect.Reply(
                    relay, new ToRelay.OrphansDropped(dropped.origin().session(), dropped.nodes())));
        }
    }
}
