package dev.parley.persistence.room;

/** The fields of each {@link ToRoom} on the wire, in order. */
final class ToRoomForm {
    private static final int ATTACH = 1;
    private static final int ROSTER = 2;
    private static final int SESSION_LEFT = 3;
    private static final int ENTER = 4;
    private static final int SUBMITS = 5;
    private static final int ASK_LACKING = 6;
    private static final int PULL = 7;
    private static final int ASK_MST = 8;
    private static final int REPAIR = 9;
    private static final int LOCK = 10;
    private static final int ANNOUNCE = 11;
    private static final int DETACH = 12;
    private static final int FRAGMENT = 13;

    private static final int SET_POLICY = 24;

    private static final int ATTACH_WITH_PRESENCE = 30;
    private static final int ANNOUNCE_ONLY_NEWEST = 31;
    private static final int PRESENCE_PUT = 32;
    private static final int PRESENCE_DROPPED = 33;
    private static final int PRESENCE_LIST = 34;
    private static final int PRESENCE_SWEPT = 35;
    private static final int ASK_PARENTS = 36;
    private static final int PULL_CLOSED = 37;

    private ToRoomForm() {}

    static void write(WireWriter to, ToRoom message) {
        switch (message) {
            case ToRoom.Attach m -> {
                boolean presence = m.presenceVersion() != 0 || m.presenceSeq() != 0;
                start(to, presence ? ATTACH_WITH_PRESENCE : ATTACH, m)
                        .word(m.cursor())
                        .number(m.nextSubmit())
                        .number(m.rosterVersion())
                        .word(m.rosterSeq());
                WireValues.relays(to, m.knownRelays());
                if (presence) {
                    to.number(m.presenceVersion()).word(m.presenceSeq());
                }
            }
            case ToRoom.Roster m -> start(to, ROSTER, m).number(m.version()).list(m.sessions(), WireValues::entry);
            case ToRoom.SessionLeft m -> {
                start(to, SESSION_LEFT, m).number(m.version());
                WireValues.session(to, m.session());
            }
            case ToRoom.Enter m -> {
                start(to, ENTER, m).number(m.number()).number(m.version());
                WireValues.entry(to, m.entry());
                WireValues.summary(to, m.summary());
                WireValues.subscription(to, m.subscription());
                to.bool(m.mst()).optional(m.token(), WireValues::token);
            }
            case ToRoom.Submits m -> start(to, SUBMITS, m).number(m.first()).list(m.submits(), WireValues::submit);
            case ToRoom.AskLacking m -> {
                start(to, ASK_LACKING, m);
                WireValues.session(to, m.session());
                to.number(m.number()).ids(m.ids());
            }
            case ToRoom.Pull m -> {
                start(to, m.closed() ? PULL_CLOSED : PULL, m).number(m.number());
                WireValues.plan(to, m.plan());
            }
            case ToRoom.AskMst m -> {
                start(to, ASK_MST, m);
                WireValues.session(to, m.session());
                to.number(m.number()).list(m.paths(), WireWriter::text);
            }
            case ToRoom.Repair m -> start(to, REPAIR, m).word(m.afterSeq());
            case ToRoom.Lock m -> {
                start(to, LOCK, m);
                WireValues.session(to, m.session());
                to.number(m.number()).key(m.key());
            }
            case ToRoom.SetPolicy m -> {
                start(to, SET_POLICY, m);
                WireValues.session(to, m.session());
                WireValues.policy(to.number(m.number()), m.policy());
            }
            case ToRoom.Announce m -> {
                start(to, m.onlyNewest() ? ANNOUNCE_ONLY_NEWEST : ANNOUNCE, m);
                WireValues.session(to, m.session());
                to.key(m.from()).optional(m.to(), WireWriter::key).text(m.message());
            }
            case ToRoom.PresencePut m -> WireValues.presence(start(to, PRESENCE_PUT, m), m.value());
            case ToRoom.PresenceDropped m -> {
                start(to, PRESENCE_DROPPED, m).number(m.version());
                WireValues.session(to, m.session());
                to.bool(m.stale());
            }
            case ToRoom.PresenceList m ->
                start(to, PRESENCE_LIST, m).number(m.version()).list(m.values(), WireValues::presence);
            case ToRoom.PresenceSwept m -> start(to, PRESENCE_SWEPT, m).list(m.marks(), WireValues::mark);
            case ToRoom.AskParents m ->
                start(to, ASK_PARENTS, m)
                        .number(m.number())
                        .list(m.periods(), WireValues::period)
                        .id(m.before())
                        .ids(m.wanted())
                        .number(m.bytesMax());
            case ToRoom.Detach m -> start(to, DETACH, m);
            case ToRoom.Fragment m ->
                start(to, FRAGMENT, m)
                        .word(m.transfer())
                        .number(m.index())
                        .number(m.count())
                        .bytes(m.bytes());
        }
    }

    private static WireWriter start(WireWriter to, int octet, ToRoom message) {
        return to.octet(octet).word(message.relay().value());
    }

    static ToRoom read(WireReader from) {
        int octet = from.octet();
        RelayId relay = new RelayId(from.word());
        return switch (octet) {
            case ATTACH ->
                new ToRoom.Attach(
                        relay, from.word(), from.number(), from.number(), from.word(), WireValues.relays(from));
            case ATTACH_WITH_PRESENCE ->
                new ToRoom.Attach(
                        relay,
                        from.word(),
                        from.number(),
                        from.number(),
                        from.word(),
                        WireValues.relays(from),
                        from.number(),
                        from.word());
            case ANNOUNCE_ONLY_NEWEST ->
                new ToRoom.Announce(
                        relay, WireValues.session(from), from.key(), from.optional(WireReader::key), from.text(), true);
            case PRESENCE_PUT -> new ToRoom.PresencePut(relay, WireValues.presence(from));
            case PRESENCE_DROPPED ->
                new ToRoom.PresenceDropped(relay, from.number(), WireValues.session(from), from.bool());
            case PRESENCE_LIST -> new ToRoom.PresenceList(relay, from.number(), from.list(WireValues::presence));
            case PRESENCE_SWEPT -> new ToRoom.PresenceSwept(relay, from.list(WireValues::mark));
            case ASK_PARENTS ->
                new ToRoom.AskParents(
                        relay, from.number(), from.list(WireValues::period), from.id(), from.ids(), from.number());
            case ROSTER -> new ToRoom.Roster(relay, from.number(), from.list(WireValues::entry));
            case SESSION_LEFT -> new ToRoom.SessionLeft(relay, from.number(), WireValues.session(from));
            case ENTER ->
                new ToRoom.Enter(
                        relay,
                        from.number(),
                        from.number(),
                        WireValues.entry(from),
                        WireValues.summary(from),
                        WireValues.subscription(from),
                        from.bool(),
                        from.optional(WireValues::token));
            case SUBMITS -> new ToRoom.Submits(relay, from.number(), from.list(WireValues::submit));
            case ASK_LACKING -> new ToRoom.AskLacking(relay, WireValues.session(from), from.number(), from.ids());
            case PULL -> new ToRoom.Pull(relay, from.number(), WireValues.plan(from));
            case PULL_CLOSED -> new ToRoom.Pull(relay, from.number(), WireValues.plan(from), true);
            case ASK_MST ->
                new ToRoom.AskMst(relay, WireValues.session(from), from.number(), from.list(WireReader::text));
            case REPAIR -> new ToRoom.Repair(relay, from.word());
            case LOCK -> new ToRoom.Lock(relay, WireValues.session(from), from.number(), from.key());
            case SET_POLICY ->
                new ToRoom.SetPolicy(relay, WireValues.session(from), from.number(), WireValues.policy(from));
            case ANNOUNCE ->
                new ToRoom.Announce(
                        relay, WireValues.session(from), from.key(), from.optional(WireReader::key), from.text());
            case DETACH -> new ToRoom.Detach(relay);
            case FRAGMENT -> new ToRoom.Fragment(relay, from.word(), from.count(), from.count(), from.bytes());
            default -> throw from.broken("unknown message");
        };
    }
}
