package dev.parley.edge.bench;

import java.nio.file.Path;
import java.util.Map;

/** One measurement. It starts what it needs, bounds itself in count and time, and returns named figures with units. */
interface Scenario {
    String name();

    /** One sentence for the help text. */
    String about();

    /** Runs below an empty folder. {@code scale} is 1 for the documented figures, less for a quick look. */
    Map<String, Object> run(Path folder, double scale) throws Exception;
}
