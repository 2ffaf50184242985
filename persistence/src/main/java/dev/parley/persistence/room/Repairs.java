package dev.parley.persistence.room;

import java.util.List;

/** What relays missed: from memory as far as that goes, else from the journal, a few relays at a time. */
final class Repairs {
    private final RoomSettings settings;
    private final RecentSteps recent;
    private int underWay;

    Repairs(RoomSettings settings) {
        this.settings = settings;
        this.recent = new RecentSteps(
                settings.repair().recentEventsMax(), settings.repair().recentBytesMax());
    }

    void add(ToRelay.Step step) {
        recent.add(step);
    }

    long bytesHeld() {
        return recent.bytesHeld();
    }

    int stepsHeld() {
        return recent.size();
    }

    int underWay() {
        return underWay;
    }

    /** A relay that gets no answer asks again: one repair of it is under way, or too many are. */
    void repair(RoomState room, ToRoom.Repair repair, Attached asking, List<RoomEffect> out) {
        RelayId relay = repair.relay();
        long firstHeld = recent.firstSeq(room.seq() + 1);
        if (repair.afterSeq() + 1 >= firstHeld) {
            recent.after(repair.afterSeq()).forEach(step -> out.add(new RoomEffect.Reply(relay, step)));
        } else if (repair.afterSeq() < 0
                || room.seq() - repair.afterSeq() > settings.repair().eventsMax()) {
            out.add(new RoomEffect.Reply(relay, new ToRelay.CannotRepair(room.seq())));
        } else if (!asking.repairing && underWay < settings.repair().readsMax()) {
            asking.repairing = true;
            underWay++;
            out.add(new RoomEffect.RepairFromJournal(relay, repair.afterSeq() + 1, room.seq()));
        }
    }

    void ended() {
        underWay--;
    }
}
