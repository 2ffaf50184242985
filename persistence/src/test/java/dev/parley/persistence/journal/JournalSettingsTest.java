package dev.parley.persistence.journal;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JournalSettingsTest {
    private final List<String> problems = new ArrayList<>();

    private JournalSettings read(String changes) {
        Config config = ConfigFactory.parseString(changes)
                .withFallback(ConfigFactory.defaultReference())
                .getConfig("parley.journal");
        return JournalSettings.read(config, problems::add);
    }

    @Test
    void theSettingsFileHasTheDefaultsOfTheCode() {
        assertThat(read("")).isEqualTo(JournalSettings.embedded(Path.of("data")));
        assertThat(problems).isEmpty();
    }

    @Test
    void eachSettingArrives() {
        JournalSettings settings = read("""
                parley.journal {
                  kind = postgres, directory = "d", file = "f", busy-timeout = 1s, write-timeout = 2s
                  queue-max = 3, queue-bytes-max = 4MiB, batch-max = 5, batch-bytes-max = 6MiB, readers-max = 7
                  free-bytes-min = 8MiB
                  postgres { url = "jdbc:postgresql://h/d", user = "u", password = "p", pool-size = 8, socket-timeout = 9s }
                }""");

        assertThat(problems).isEmpty();
        assertThat(settings)
                .isEqualTo(new JournalSettings(
                        JournalSettings.Kind.POSTGRES,
                        Path.of("d"),
                        "f",
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        3,
                        4L << 20,
                        5,
                        6L << 20,
                        7,
                        8L << 20,
                        new JournalSettings.Postgres("jdbc:postgresql://h/d", "u", "p", 8, Duration.ofSeconds(9))));
        assertThat(settings.toString()).doesNotContain("password=p");
    }

    @Test
    void allProblemsAreListedAtOnce() {
        read("parley.journal { kind = mysql, queue-max = 0, write-timeout = soon, batch-bytes-max = 1 }");

        assertThat(problems)
                .satisfiesExactlyInAnyOrder(
                        problem -> assertThat(problem).contains("parley.journal.kind", "embedded or postgres"),
                        problem -> assertThat(problem).contains("parley.journal.queue-max", "must be from 1"),
                        problem -> assertThat(problem).contains("parley.journal.write-timeout"),
                        problem -> assertThat(problem).contains("parley.journal.batch-bytes-max"));
    }

    @Test
    void aDatabaseNeedsAUrl() {
        read("parley.journal.kind = postgres");

        assertThat(problems).containsExactly("parley.journal.postgres.url must begin with jdbc:postgresql:");
    }
}
