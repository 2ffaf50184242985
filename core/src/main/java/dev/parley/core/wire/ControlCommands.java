package dev.parley.core.wire;

import java.util.Map;
import java.util.Optional;

/** The control commands that are not built, and the capability that each needs (spec 04 §1). */
final class ControlCommands {
    private static final Map<String, String> CAPABILITIES = Map.ofEntries(
            Map.entry("start-tick", "tick.admin"),
            Map.entry("stop-tick", "tick.admin"),
            Map.entry("compact-room", "room.admin"), // None in the reference; spec 04 §8.1 recommends this one.
            Map.entry("query.register", "query.admin"),
            Map.entry("projection.build", "query.admin"),
            Map.entry("projection.invalidate", "query.admin"),
            Map.entry("projection.read", "query.read"),
            Map.entry("projection.list", "query.read"),
            Map.entry("replay.read-range", "query.read"),
            Map.entry("graph.get-frontier", "query.admin"),
            Map.entry("graph.get-causal-parents", "query.admin"),
            Map.entry("graph.get-canonical-resolution", "query.admin"),
            Map.entry("graph.compute-sync-diff", "query.admin"),
            Map.entry("archive.describe", "archive.read"),
            Map.entry("archive.validate", "archive.admin"),
            Map.entry("archive.import", "archive.admin"),
            Map.entry("archive.export", "archive.admin"),
            Map.entry("topology.create-child", "topology.admin"),
            Map.entry("topology.describe-lineage", "topology.admin"),
            Map.entry("topology.list-children", "topology.admin"),
            Map.entry("topology.propose-promotion", "topology.admin"),
            Map.entry("topology.validate-promotion", "topology.admin"),
            Map.entry("topology.apply-promotion", "topology.admin"),
            Map.entry("checkpoint.promote", "query.admin"));

    private ControlCommands() {}

    /** Empty for what is no control command. */
    static Optional<String> capability(String type) {
        return Optional.ofNullable(CAPABILITIES.get(type));
    }
}
