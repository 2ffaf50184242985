package dev.parley.sim.use;

import dev.parley.sim.world.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One run told to a reader: what it was made of, what happened, and, when a promise broke, which, what came before it, and
 * which faults went on. It makes the run while it is made.
 */
final class Explained {
    private static final int LAST_EVENTS = 40;
    private static final int COLUMNS = 100;
    private static final Pattern AT = Pattern.compile("\\(at (\\d{1,12}) ms\\)");

    private final Job job;
    private final Plan plan;
    private final Optional<String> planFile;
    private final Telling telling;
    private final Story story = new Story();
    private final Ending ending;

    private Explained(Job job, Plan plan, Optional<String> planFile) {
        this.job = job;
        this.plan = plan;
        this.planFile = planFile;
        this.telling = new Telling(number -> peerName(plan, number), number -> roomName(plan, number));
        this.ending = made();
    }

    /** Makes the run of this seed. */
    static Explained of(Job job) {
        return new Explained(job, RulesLayer.plan(job), Optional.empty());
    }

    /** Makes the run of a plan out of a file. */
    static Explained of(Job job, Plan plan, String planFile) {
        return new Explained(job, plan, Optional.of(planFile));
    }

    /** Whatever is thrown belongs to the run and is told, not passed on. */
    private Ending made() {
        try {
            return job.layer().run(job, plan, story);
        } catch (RuntimeException | StackOverflowError | AssertionError bug) {
            String at = java.util.Arrays.stream(bug.getStackTrace())
                    .limit(12)
                    .map(frame -> "  at " + frame)
                    .collect(Collectors.joining("\n"));
            return new Ending.Broke(job, Kinds.of(bug), bug + "\n" + at);
        }
    }

    Ending ending() {
        return ending;
    }

    Plan plan() {
        return plan;
    }

    Timeline timeline() {
        return Picture.of(plan, telling, story, endMs(), ending instanceof Ending.Broke);
    }

    /** When it ended, in virtual time: a break says it, and may be later than what was traced last. */
    private long endMs() {
        return switch (ending) {
            case Ending.Held held -> held.simulatedMs();
            case Ending.Broke broke -> {
                Matcher at = AT.matcher(broke.what());
                yield Math.max(story.endMs(), at.find() ? Long.parseLong(at.group(1)) : 0);
            }
        };
    }

    /** The picture as a file. */
    String svg() {
        return TimelineSvg.draw(timeline(), job + (ending instanceof Ending.Broke broke ? ": " + broke.inShort() : ""));
    }

    /** All that is said of the run; with {@code whole}, every event of it. */
    List<String> lines(boolean whole, Optional<String> revision) {
        List<String> lines = new ArrayList<>();
        lines.add(job + revision.map(commit -> " at revision " + commit).orElse(""));
        lines.add("  " + Minimizer.size(plan) + (plan.realSignatures() ? ", real signatures" : ""));
        lines.add("  peers: " + kinds());
        boolean broke = ending instanceof Ending.Broke;
        // A run that held is told on one screen: its faults stand in the timeline.
        if ((broke || whole) && !plan.faults().isEmpty()) {
            lines.add("faults");
            Faulty.told(plan).forEach(fault -> lines.add("  " + fault));
        }
        if (whole) {
            lines.add("events");
            story.events().forEach(event -> lines.add("  " + line(event)));
        }
        if (ending instanceof Ending.Broke how) {
            broke(how, whole, lines);
        }
        lines.add("");
        lines.addAll(TimelineText.lines(timeline(), COLUMNS));
        lines.add("");
        lines.add(told(revision));
        if (!broke && !whole) {
            lines.add("every promise held (--trace tells the faults and all "
                    + story.events().size() + " events)");
        }
        return lines;
    }

    private void broke(Ending.Broke broke, boolean whole, List<String> lines) {
        if (!whole) {
            lines.add("the last events before the break (--trace prints all "
                    + story.events().size() + ")");
            story.last(LAST_EVENTS).forEach(event -> lines.add("  " + line(event)));
        }
        lines.add("BROKEN at " + endMs() + " ms");
        broke.what().lines().filter(line -> !line.startsWith("replay: ")).forEach(line -> lines.add("  " + line));
        var active = Faulty.activeAt(plan, endMs());
        lines.add(active.isEmpty() ? "no fault went on then" : "faults that went on then, or shortly before");
        active.forEach(fault -> lines.add("  " + Faulty.told(fault)));
    }

    /** The last line: how it ended, or the command that does it again. */
    private String told(Optional<String> revision) {
        return switch (ending) {
            case Ending.Held held -> summary(held);
            case Ending.Broke broke ->
                "replay" + revision.map(commit -> " at revision " + commit).orElse("") + ": "
                        + planFile.map(file -> "./parley simulate --plan " + file)
                                .orElse(job.replayHint());
        };
    }

    /** A run that held, in a line. */
    static String summary(Ending.Held held) {
        return String.format(
                Locale.ROOT,
                "%s: trace %016x, %d events of the rooms, %d nodes, %.1f s simulated",
                held.job(),
                held.traceHash(),
                held.seq(),
                held.nodes(),
                held.simulatedMs() / 1_000.0);
    }

    private String line(Story.Event event) {
        return telling.line(event.atMs(), event.what(), event.details());
    }

    private String kinds() {
        Map<String, Integer> kinds = new TreeMap<>();
        plan.peers().forEach(peer -> kinds.merge(kind(peer), 1, Integer::sum));
        return kinds.entrySet().stream()
                .map(kind -> kind.getValue() + " " + kind.getKey())
                .collect(Collectors.joining(", "));
    }

    private static String kind(Plan.Peer peer) {
        return peer.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String peerName(Plan plan, int number) {
        return plan.peers().stream()
                .filter(peer -> peer.number() == number)
                .findFirst()
                .map(peer -> "peer " + number + " (" + kind(peer) + ")")
                .orElse("peer " + number);
    }

    private static String roomName(Plan plan, int number) {
        return number >= 0 && number < plan.rooms().size()
                ? "room " + plan.rooms().get(number).value()
                : "room " + number;
    }
}
