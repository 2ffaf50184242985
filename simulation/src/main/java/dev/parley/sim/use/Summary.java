package dev.parley.sim.use;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How a batch ended, as lines and as JSON. */
record Summary(long firstSeed, Batch.Tally tally, Optional<String> revision) {
    private static final int BROKEN_LISTED_MAX = 50;
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        List<Ending.Broke> broken = tally.broken();
        if (!broken.isEmpty()) {
            lines.add(
                    "broken" + revision.map(commit -> " at revision " + commit).orElse("") + ":");
            broken.stream().limit(BROKEN_LISTED_MAX).forEach(broke -> {
                lines.add("  " + broke.job() + ": " + broke.kind());
                lines.add("    " + broke.job().replayHint());
            });
            if (broken.size() > BROKEN_LISTED_MAX) {
                lines.add("  and " + (broken.size() - BROKEN_LISTED_MAX) + " more");
            }
        }
        String stopped = tally.done() < tally.asked() ? " (stopped; " + tally.asked() + " were asked for)" : "";
        lines.add(String.format(
                Locale.ROOT,
                "%d runs from seed %d, %d broken, %d traced events, %.1f runs/s%s%s",
                tally.done(),
                firstSeed,
                broken.size(),
                tally.events(),
                tally.runsPerSecond(),
                perCore(),
                stopped));
        return lines;
    }

    private String perCore() {
        return tally.cpuNanos() == 0
                ? ""
                : String.format(Locale.ROOT, ", %.1f per second and core", tally.runsPerCpuSecond());
    }

    String json() {
        ObjectNode root = JSON.createObjectNode();
        root.put("first_seed", firstSeed);
        root.put("runs_asked", tally.asked());
        root.put("runs", tally.done());
        root.put("broken", tally.broken().size());
        root.put("events", tally.events());
        root.put("seconds", tally.seconds());
        root.put("runs_per_second", tally.runsPerSecond());
        root.put("runs_per_cpu_second", tally.runsPerCpuSecond());
        revision.ifPresentOrElse(commit -> root.put("revision", commit), () -> root.putNull("revision"));
        var list = root.putArray("broken_runs");
        for (Ending.Broke broke : tally.broken()) {
            ObjectNode one = list.addObject();
            one.put("layer", broke.job().layer().title());
            one.put("scenario", broke.job().scenario());
            one.put("seed", broke.job().seed());
            one.put("kind", broke.kind());
            one.put("what", broke.what());
            one.put("replay", broke.job().replayHint());
        }
        try {
            return JSON.writeValueAsString(root);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
