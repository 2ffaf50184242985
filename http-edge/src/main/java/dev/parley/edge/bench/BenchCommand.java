package dev.parley.edge.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.parley.edge.main.Subcommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./parley bench}: runs scenarios against a server of its own on loopback and prints their figures. */
@Command(
        name = "bench",
        description = "Measures a server started for the purpose, on loopback, with an embedded journal.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Scenarios: hello, ingest, durable, relay-500, relay-1500, rooms-300, flood, flood-limits, hostile, idle,",
            "idle-10000, recovery, or all.",
            "Close other programs first; quote medians and ratios of one run."
        })
public final class BenchCommand implements Subcommand {
    private static final List<Scenario> SCENARIOS = List.of(
            new HelloScenario(),
            new IngestScenario(),
            new DurableScenario(),
            new RelayScenario(500),
            new RelayScenario(1_500),
            new RoomsScenario(),
            FloodScenario.withoutLimits(),
            FloodScenario.withLimits(),
            FloodScenario.hostileAddress(),
            new IdleScenario(2_000),
            new IdleScenario(10_000),
            new RecoveryScenario());

    @Spec
    private CommandSpec spec;

    @Option(names = "--scenario", paramLabel = "NAME", defaultValue = "all", description = "which one; default: all")
    private String scenario;

    @Option(
            names = "--scale",
            paramLabel = "F",
            defaultValue = "1",
            description = "shrinks counts for a quick look, above 0 up to 1; default: 1")
    private double scale;

    @Option(names = "--json", description = "prints one JSON object instead of lines")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        List<Scenario> chosen = SCENARIOS.stream()
                .filter(one -> scenario.equals("all") || one.name().equals(scenario))
                .toList();
        if (chosen.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "there is no scenario '" + scenario + "'");
        }
        if (!(scale > 0 && scale <= 1)) {
            throw new ParameterException(spec.commandLine(), "--scale is above 0 and at most 1");
        }
        Map<String, Object> all = new LinkedHashMap<>();
        for (Scenario one : chosen) {
            System.err.println(one.name() + ": " + one.about());
            Path folder = Files.createTempDirectory("parley-bench");
            try {
                Map<String, Object> figures = one.run(folder, scale);
                all.put(one.name(), figures);
                if (!json) {
                    figures.forEach((name, figure) -> System.out.println(one.name() + "  " + name + " = " + figure));
                }
            } finally {
                deleteBelow(folder);
            }
        }
        if (json) {
            System.out.println(new ObjectMapper()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .writeValueAsString(all));
        }
        return 0;
    }

    private static void deleteBelow(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file :
                    files.sorted((left, right) -> right.compareTo(left)).toList()) {
                Files.delete(file);
            }
        }
    }
}
