package dev.parley.edge.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.parley.core.id.RoomId;
import dev.parley.edge.log.LogSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Settings that are refused, warned of, or come under another server's names. */
class UnfitSettingsTest {
    private static Settings read(String... assignments) {
        return new SettingsSources(Map.of()).assignments(List.of(assignments)).read();
    }

    @Test
    void whatWouldBreakTheServerIsRefusedInASentence() {
        assertThatThrownBy(() -> read(
                        "pekko.actor.provider=local",
                        "pekko.cluster.sharding.number-of-shards=7",
                        "pekko.http.server.remote-address-attribute=off"))
                .asInstanceOf(type(BadSettings.class))
                .extracting(BadSettings::problems)
                .isEqualTo(List.of(
                        "pekko.actor.provider must stay cluster: the server does not work otherwise",
                        "pekko.http.server.remote-address-attribute must stay on: the server does not work otherwise",
                        "pekko.cluster.sharding.number-of-shards is set by Parley itself, from parley.cluster.shards"));
        assertThat(read("pekko.actor.provider=cluster", "pekko.log-dead-letters=3"))
                .isNotNull();
    }

    @Test
    void whatIsNotSafeEverywhereIsSaid() {
        assertThat(Warnings.of(read())).isEmpty();
        assertThat(Warnings.of(read("edge.host=0.0.0.0", "limits.nodes-per-second=0", "limits.bytes-per-second=0")))
                .satisfiesExactly(
                        open -> assertThat(open).contains("whoever reaches a room that is not locked"),
                        nodes -> assertThat(nodes).contains("parley.limits.nodes-per-second is 0"),
                        bytes -> assertThat(bytes).contains("parley.limits.bytes-per-second is 0"));
        assertThat(Warnings.of(read("edge.admin-host=0.0.0.0")))
                .singleElement()
                .asString()
                .contains("the operators' port can be reached", "without parley.edge.admin-token");
        assertThat(Warnings.of(read("edge.admin-host=0.0.0.0", "edge.admin-token=secret")))
                .singleElement()
                .asString()
                .doesNotContain("secret", "without");
    }

    @Test
    void anOpenRoomThatOthersReachIsSaidFiveTimesAMinuteAtMost() {
        ListAppender<ILoggingEvent> said = new ListAppender<>();
        Logger log = (Logger) LoggerFactory.getLogger(Warnings.class);
        said.start();
        log.addAppender(said);
        try {
            Warnings.ofOpenRooms(read()).accept(new RoomId("on loopback"));
            var watch = Warnings.ofOpenRooms(read("edge.host=0.0.0.0"));
            for (int i = 0; i < 7; i++) {
                watch.accept(new RoomId("room " + i));
            }
        } finally {
            log.detachAppender(said);
        }

        assertThat(said.list)
                .hasSize(5)
                .allSatisfy(line -> assertThat(line.getMessage())
                        .isEqualTo("a room was made that is open: whoever reaches it may write"));
        assertThat(said.list.getFirst().getKeyValuePairs())
                .extracting(pair -> pair.key + "=" + pair.value)
                .containsExactly("room=room 0", "not_logged=0");
    }

    @Test
    void anEmptyNameOfTheOtherServersIsNotSet() {
        Settings settings = new SettingsSources(Map.of(
                        "NODALMERGE_BIND_ADDR",
                        "",
                        "AS_BIND_ADDR",
                        "10.0.0.1:9",
                        "NODALMERGE_CAPABILITY_PROFILE_PATH",
                        "",
                        "ACTIVESYNC_CAPABILITY_PROFILE_PATH",
                        "roles.json"))
                .read();

        assertThat(settings.edge().host()).isEqualTo("10.0.0.1");
        assertThat(settings.access().capabilityProfileFile()).contains(Path.of("roles.json"));
    }

    @Test
    void theNamesOfTheOtherServersAreUnderstood() {
        assertThat(new SettingsSources(Map.of("NODALMERGE_BIND_ADDR", "0.0.0.0:1234", "AS_BIND_ADDR", "10.0.0.1:9"))
                        .read()
                        .edge())
                .satisfies(edge -> assertThat(edge.host()).isEqualTo("0.0.0.0"))
                .satisfies(edge -> assertThat(edge.port()).isEqualTo(1234));
        assertThat(new SettingsSources(Map.of("AS_BIND_ADDR", "[::1]:9", "PARLEY_EDGE_PORT", "10"))
                        .read()
                        .edge())
                .satisfies(edge -> assertThat(edge.host()).isEqualTo("::1"))
                .satisfies(
                        edge -> assertThat(edge.port()).as("our own name wins").isEqualTo(10));
        assertThatThrownBy(() -> new SettingsSources(Map.of("NODALMERGE_BIND_ADDR", "7878")).read())
                .hasMessage("the environment variable NODALMERGE_BIND_ADDR must be host:port, is 7878");
    }

    @Test
    void theLogsSettingsArrive() {
        assertThat(read().log())
                .isEqualTo(new LogSettings(
                        LogSettings.Format.TEXT, LogSettings.Level.INFO, Optional.empty(), 64L << 20, 10));
        assertThat(read(
                                "log.format=json",
                                "log.level=debug",
                                "log.file=/x/y.log",
                                "log.file-size-max=1MiB",
                                "log.files-max=3")
                        .log())
                .isEqualTo(new LogSettings(
                        LogSettings.Format.JSON,
                        LogSettings.Level.DEBUG,
                        Optional.of(Path.of("/x/y.log")),
                        1L << 20,
                        3));
        assertThatThrownBy(() -> read("log.format=xml"))
                .hasMessage("parley.log.format must be one of text|json, is xml");
    }
}
