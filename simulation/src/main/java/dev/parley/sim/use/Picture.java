package dev.parley.sim.use;

import dev.parley.sim.fault.Fault;
import dev.parley.sim.world.Plan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Draws the timeline of a run from its story: a lane a member, a room and a peer's sessions, and one for each fault.
 *
 * <p>It reads the story by the texts of its events; what it does not know it leaves out.
 */
final class Picture {
    private static final Pattern KIND_TWICE = Pattern.compile("\\b(member|room|peer|session) \\{\\1\\}");

    /** Two faults in one row are at least such a part of the whole run apart, so that they can be told apart. */
    private static final int GAP_OF = 50;

    private final Plan plan;
    private final Telling telling;
    private final long untilMs;
    private final Map<String, List<Timeline.Span>> faults = new TreeMap<>();
    private final Map<Long, Timeline.LaneBuilder> members = new TreeMap<>();
    private final Map<Long, Timeline.LaneBuilder> rooms = new TreeMap<>();
    private final Map<Long, Timeline.LaneBuilder> peers = new TreeMap<>();
    private final Map<Long, Long> peerOfSession = new HashMap<>();
    /** The peers whose session has joined the feed. */
    private final Set<Long> joined = new HashSet<>();
    /** When each fault struck, by its place in the plan. */
    private final Map<Long, Long> struck = new HashMap<>();

    private Picture(Plan plan, Telling telling, long untilMs) {
        this.plan = plan;
        this.telling = telling;
        this.untilMs = untilMs;
    }

    /** The timeline of {@code story}, which ended at {@code untilMs}: with a break, or well. */
    static Timeline of(Plan plan, Telling telling, Story story, long untilMs, boolean broke) {
        return new Picture(plan, telling, untilMs).drawn(story, broke);
    }

    private Timeline drawn(Story story, boolean broke) {
        for (int number = 0; number < plan.members(); number++) {
            lane(members, "members", Telling.memberName(number), number).begin(0, Timeline.Kind.UP, "up");
        }
        for (int number = 0; number < plan.rooms().size(); number++) {
            lane(rooms, "rooms", telling.room().apply(number), number);
        }
        for (Plan.Peer peer : plan.peers()) {
            lane(peers, "peers and their sessions", telling.peer().apply(peer.number()), peer.number());
        }
        story.events().forEach(this::take);
        for (int place = 0; place < plan.faults().size(); place++) {
            fault(plan.faults().get(place), struck.get((long) place));
        }
        List<Timeline.Lane> lanes = new ArrayList<>();
        for (var group : List.of(members, rooms, peers)) {
            group.values().forEach(lane -> lanes.add(lane.build(untilMs)));
        }
        faults.forEach((name, spans) ->
                rows(spans).forEach(row -> lanes.add(new Timeline.Lane("faults", name, row, List.of()))));
        return new Timeline(untilMs, broke ? untilMs : -1, lanes);
    }

    private static Timeline.LaneBuilder lane(
            Map<Long, Timeline.LaneBuilder> lanes, String group, String name, long number) {
        return lanes.computeIfAbsent(number, n -> new Timeline.LaneBuilder(group, name));
    }

    /** A fault that never struck is not shown. */
    private void fault(Fault fault, Long struckMs) {
        if (struckMs == null) {
            return;
        }
        Record record = (Record) fault;
        long lasts = Records.numbers(record).contains("forMs") ? Records.number(record, "forMs") : 0;
        long end = Math.clamp(struckMs + lasts, struckMs, Math.max(struckMs, Math.min(plan.activeMs(), untilMs)));
        faults.computeIfAbsent(fault.getClass().getSimpleName(), name -> new ArrayList<>())
                .add(new Timeline.Span(struckMs, end, Timeline.Kind.FAULT, Faulty.told(fault)));
    }

    /** Faults of a kind share a row as long as they do not meet. */
    private List<List<Timeline.Span>> rows(List<Timeline.Span> spans) {
        long apartMs = untilMs / GAP_OF;
        List<List<Timeline.Span>> rows = new ArrayList<>();
        for (Timeline.Span span : spans.stream()
                .sorted(Comparator.comparingLong(Timeline.Span::fromMs))
                .toList()) {
            rows.stream()
                    .filter(row -> row.getLast().untilMs() + apartMs < span.fromMs())
                    .findFirst()
                    .orElseGet(() -> {
                        rows.add(new ArrayList<>());
                        return rows.getLast();
                    })
                    .add(span);
        }
        return rows;
    }

    private void take(Story.Event event) {
        long at = event.atMs();
        String what = KIND_TWICE.matcher(event.what()).replaceAll("{$1}");
        if (what.startsWith("{member}")) {
            member(at, what, members.get(event.detail(0)));
        } else if (what.contains("{room}")) {
            room(event, what);
        } else if (what.startsWith("{peer} connects")) {
            peer(event.detail(0), lane -> lane.begin(at, Timeline.Kind.STARTING, "connecting"));
        } else if (what.startsWith("{peer} says hello") || what.startsWith("{peer} attacks as")) {
            peerOfSession.put(event.detail(1), event.detail(0));
            peer(event.detail(0), lane -> lane.begin(at, Timeline.Kind.STARTING, "session " + event.detail(1)));
        } else if (what.startsWith("{peer} is welcome")) {
            peer(event.detail(0), lane -> {
                if (!joined.contains(event.detail(0))) {
                    lane.begin(at, Timeline.Kind.UP, "catching up");
                }
            });
        } else if (what.startsWith("{session} join")) {
            Long peer = peerOfSession.get(event.detail(0));
            if (peer != null) {
                joined.add(peer);
                peer(peer, lane -> lane.begin(at, Timeline.Kind.LIVE, "session " + event.detail(0) + " live"));
            }
        } else if (what.startsWith("{session} closes with") && event.details().length > 1) {
            Long peer = peerOfSession.get(event.detail(0));
            if (peer != null) {
                peer(peer, lane -> lane.mark(at, 'c', "closed by the server"));
            }
        } else if (what.startsWith("{peer} is disconnected")) {
            joined.remove(event.detail(0));
            peer(event.detail(0), lane -> lane.end(at).mark(at, '/', "disconnected"));
        } else if (what.startsWith("fault: ") && event.details().length > 0) {
            struck.putIfAbsent(event.detail(0), at);
        }
    }

    private void peer(long number, Consumer<Timeline.LaneBuilder> draw) {
        Timeline.LaneBuilder lane = peers.get(number);
        if (lane != null) {
            draw.accept(lane);
        }
    }

    private static void member(long at, String what, Timeline.LaneBuilder lane) {
        if (lane == null) {
            return;
        }
        if (what.contains(" leaves")) {
            lane.mark(at, 'l', "leaves");
        } else if (what.contains("dies") || what.contains("died")) {
            lane.begin(at, Timeline.Kind.DOWN, "down");
        } else if (what.contains("is back") || what.contains("is up")) {
            lane.begin(at, Timeline.Kind.UP, "up");
        } else if (what.contains("given up") || what.contains("minority")) {
            lane.mark(at, 'g', "given up by the others");
        }
    }

    private void room(Story.Event event, String what) {
        long at = event.atMs();
        int place = 0;
        for (int open = what.indexOf('{');
                open >= 0 && !what.startsWith("{room}", open);
                open = what.indexOf('{', open + 1)) {
            place++;
        }
        Timeline.LaneBuilder lane = place < event.details().length ? rooms.get(event.detail(place)) : null;
        if (lane == null) {
            return;
        }
        String told = telling.sentence(what, event.details());
        if (what.contains("{room} begins on") || what.contains(" starts")) {
            lane.begin(at, Timeline.Kind.STARTING, told).mark(at, '[', "a life of the room begins");
        } else if (what.contains(" recovered")) {
            lane.begin(at, Timeline.Kind.LIVE, told);
        } else if (what.contains(" stops") || what.contains(" stopped") || what.contains("put away")) {
            lane.end(at).mark(at, ']', "a life of the room ends");
        } else if (what.contains(" moves ") || what.contains(" leaves ")) {
            lane.mark(at, 'm', "moves");
        } else if (what.contains(" split ")) {
            lane.mark(at, '%', "split");
        }
    }
}
