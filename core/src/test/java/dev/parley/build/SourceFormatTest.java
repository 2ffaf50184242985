package dev.parley.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SourceFormatTest {
    @Test
    void everySourceFileIsFormatted() throws Exception {
        Path root = Path.of(System.getProperty("parley.root"));

        var unformatted = SourceFormat.unformatted(root);

        assertThat(unformatted)
                .as("not formatted; mend with: mvn -q -pl core test-compile exec:exec@format")
                .isEmpty();
    }
}
