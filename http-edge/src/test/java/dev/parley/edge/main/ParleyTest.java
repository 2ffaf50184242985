package dev.parley.edge.main;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParleyTest {
    @ParameterizedTest
    @CsvSource({
        "serv, parley: there is no command 'serv'",
        "nonsense x, parley: there is no command 'nonsense'",
        "--bogus, parley: Unknown option: '--bogus'",
        "rooms x, parley: Unmatched argument at index 1: 'x'"
    })
    void aBadLineIsASentenceAndLeadsToTheHelp(String line, String sentence) {
        StringWriter said = new StringWriter();

        int exitCode = Parley.commandLine().setErr(new PrintWriter(said, true)).execute(line.split(" "));

        assertThat(exitCode).isEqualTo(2);
        assertThat(said.toString()).startsWith(sentence).contains("Try: parley ");
    }
}
