package dev.parley.edge.main;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The options that say where settings come from. */
final class SettingsOptions {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Data directory: journal, lock and server key (default: ./data).")
    private Path data;

    @Option(names = "--config", paramLabel = "FILE", description = "Settings file (HOCON).")
    private Path config;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "One setting, such as limits.nodes-per-second=0; may be repeated.")
    private List<String> assignments = new ArrayList<>();

    SettingsSources sources() {
        SettingsSources sources = new SettingsSources(System.getenv()).assignments(assignments);
        if (config != null) {
            sources.file(config);
        }
        if (data != null) {
            sources.option("parley.journal.directory", data.toString());
        }
        return sources;
    }
}
