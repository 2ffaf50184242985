package dev.parley.edge.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.7, 192.0.2.7",
        "::ffff:192.0.2.7, 192.0.2.7",
        "2001:db8:1:2::1, 2001:db8:1:2::/64",
        "2001:db8:1:2:ffff:ffff:ffff:ffff, 2001:db8:1:2::/64",
        "2001:db8:1:3::1, 2001:db8:1:3::/64",
        "::1, 0:0:0:0::/64",
    })
    void anAddressCountsByItselfOrByItsFirst64Bits(String address, String group) {
        assertThat(AddressGroup.of(address(address))).isEqualTo(group);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "localhost",
                "example.org",
                "a",
                "1",
                "1.2.3",
                "1.2.3.256",
                "999.1.1.1",
                "1.2.3.4.5",
                "01.2.3.4",
                "::g",
                ":::",
                ".:",
                "1::2::3",
                "[::1",
                "[1.2.3.4",
                "[example.org]",
                "1.2.3.4:port",
                "1.2.3.4:123456",
                "fe80::1%eth0",
                "１.2.3.4",
                "cafe"
            })
    void whatIsNoAddressIsNeverLookedUpAsAName(String text) {
        assertThat(AddressGroup.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1.2.3.4:80, 1.2.3.4", "[::1]:80, ::1", "[::1], ::1", "[2001:db8::2], 2001:db8::2"})
    void proxiesMayWritePortsAndBrackets(String text, String address) {
        assertThat(AddressGroup.parse(text)).contains(address(address));
    }

    @Test
    void onlyAProxyIsBelievedAndOnlyWhatItAddedItself() {
        TrustedProxies proxies = TrustedProxies.parse(List.of("10.0.0.0/8", "192.0.2.1", "2001:db8::/32"))
                .orElseThrow();

        assertThat(origin(proxies, "198.51.100.1", "1.1.1.1")).isEqualTo("198.51.100.1");
        assertThat(origin(proxies, "10.9.9.9", "1.1.1.1")).isEqualTo("1.1.1.1");
        assertThat(origin(proxies, "10.9.9.9", "1.1.1.1, 2.2.2.2")).isEqualTo("2.2.2.2");
        assertThat(origin(proxies, "10.9.9.9", "1.1.1.1, 2.2.2.2, 192.0.2.1,10.1.1.1"))
                .isEqualTo("2.2.2.2");
        assertThat(origin(proxies, "10.9.9.9", "1.1.1.1, unknown")).isEqualTo("10.9.9.9");
        assertThat(origin(proxies, "10.9.9.9", "unknown, 10.1.1.1")).isEqualTo("10.1.1.1");
        assertThat(origin(proxies, "10.9.9.9", "")).isEqualTo("10.9.9.9");
        assertThat(origin(proxies, "2001:db8:5::5", "[2001:dead::1]:443")).isEqualTo("2001:dead:0:0::/64");
        assertThat(AddressGroup.of(proxies.origin(address("10.9.9.9"), Optional.empty())))
                .isEqualTo("10.9.9.9");
        assertThat(origin(TrustedProxies.NONE, "127.0.0.1", "1.1.1.1")).isEqualTo("127.0.0.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"proxy.example", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "::/129", "10.0.0.0/8/8", ""})
    void aListWithAnythingElseIsRefused(String entry) {
        assertThat(TrustedProxies.parse(List.of("10.0.0.1", entry))).isEmpty();
    }

    private static String origin(TrustedProxies proxies, String connection, String forwardedFor) {
        return AddressGroup.of(proxies.origin(address(connection), Optional.of(forwardedFor)));
    }

    private static InetAddress address(String text) {
        return AddressGroup.parse(text).orElseThrow();
    }
}
