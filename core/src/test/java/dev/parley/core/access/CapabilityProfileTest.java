package dev.parley.core.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.parley.core.access.CapabilityProfile.Expansion;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Roles, and every bound of spec 04 §3. */
class CapabilityProfileTest {
    private static final String OWNER = """
            {"profile_version":"capprof-v3","supported_profile_versions":["capprof-v2"],"comment":{"a":[1]},
             "nodes":[{"capability":"role.owner","inherits":["policy.admin","room.admin"]},
                      {"capability":" Role.Root ","inherits":["ROLE.OWNER","query.read"]},
                      {"capability":"policy.admin"},{"capability":"room.admin","inherits":[],"note":5},
                      {"capability":"query.read"}]}
            """;

    @Test
    void aRoleGivesAllThatItInherits() {
        CapabilityProfile profile = profile(OWNER);

        assertThat(profile.expand(List.of("role.owner"))).isEqualTo(whole("policy.admin", "role.owner", "room.admin"));
        assertThat(profile.expand(List.of(" ROLE.root\t", "query.read", "Query.Read")))
                .isEqualTo(whole("policy.admin", "query.read", "role.owner", "role.root", "room.admin"));
        assertThat(profile.expand(List.of("room.admin"))).isEqualTo(whole("room.admin"));
        assertThat(profile.expand(List.of())).isEqualTo(whole());
    }

    @Test
    void itsOwnVersionAndTheOnesItNamesAreTaken() {
        CapabilityProfile profile = profile(OWNER);

        assertThat(profile.version()).isEqualTo("capprof-v3");
        assertThat(profile.takes("capprof-v3")).isTrue();
        assertThat(profile.takes("capprof-v2")).isTrue();
        assertThat(profile.takes("capprof-v1")).isFalse();
        assertThat(profile.takes("CAPPROF-V3")).isFalse();
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "read:world/**|invalid capability name 'read:world/**'",
                "''|invalid capability name ''",
                "' '|invalid capability name ' '",
                ".a|invalid capability name '.a'",
                "é|invalid capability name 'é'",
                "role.king|unknown capability 'role.king'",
            })
    void oneNameThatIsNoneFailsThemAll(String name, String why) {
        assertThat(profile(OWNER).expand(List.of("role.owner", name))).isEqualTo(new Expansion.Failed(why));
    }

    @Test
    void namesHaveTheirBounds() {
        String longest = "0" + "a".repeat(126) + "-";

        assertThat(profile(nodes("{\"capability\":\"" + longest + "\"}")).expand(List.of(longest)))
                .isEqualTo(whole(longest));
        assertThat(profile(OWNER).expand(List.of(longest + "x")))
                .isEqualTo(new Expansion.Failed("invalid capability name '" + longest + "…'"));
    }

    @Test
    void anExpansionHasItsBounds() {
        assertThat(roles(127)).isInstanceOf(Expansion.Whole.class);
        assertThat(roles(128)).isEqualTo(new Expansion.Failed("more than 128 capabilities"));
        // 65 names of 125 bytes and the separators between them are 8,189 bytes.
        assertThat(longNames(65, 125)).isInstanceOf(Expansion.Whole.class);
        assertThat(longNames(65, 126)).isEqualTo(new Expansion.Failed("more than 8192 bytes of capabilities"));
    }

    /** A role of {@code count} names beside itself, over two levels since one has its own bound. */
    private static Expansion roles(int count) {
        List<String> nodes = new ArrayList<>();
        List<String> names = IntStream.range(0, count).mapToObj(i -> "c" + i).toList();
        int half = Math.min(63, count);
        List<String> first = new ArrayList<>(names.subList(0, half));
        first.add(names.get(half));
        nodes.add(node("role", first));
        nodes.add(node(names.get(half), names.subList(half + 1, Math.min(count, half + 65))));
        List<String> rest = names.subList(Math.min(count, half + 65), count);
        nodes.add(node("spare", rest));
        names.stream().filter(name -> !name.equals(names.get(half))).forEach(name -> nodes.add(node(name, List.of())));
        List<String> asked = new ArrayList<>(rest);
        asked.add("role");
        return profile(nodes(String.join(",", nodes))).expand(asked);
    }

    private static Expansion longNames(int count, int chars) {
        List<String> names = IntStream.range(0, count)
                .mapToObj(i -> String.format("%03d", i) + "x".repeat(chars - 3))
                .toList();
        String nodes = names.stream().map(name -> node(name, List.of())).collect(Collectors.joining(","));
        return profile(nodes(nodes)).expand(names);
    }

    static Stream<Arguments> brokenProfiles() {
        return Stream.of(
                arguments("", "the profile is not a JSON object"),
                arguments("{", "the profile is not JSON"),
                arguments("[]", "the profile is not a JSON object"),
                arguments("{\"profile_version\":\"v\",\"nodes\":[]} 5", "the profile goes on after its JSON object"),
                arguments("{\"nodes\":[]}", "profile_version is missing"),
                arguments("{\"profile_version\":\" \",\"nodes\":[]}", "profile_version is missing"),
                arguments("{\"profile_version\":3,\"nodes\":[]}", "profile_version is not a string"),
                arguments("{\"profile_version\":\"v\"}", "nodes is missing"),
                arguments("{\"profile_version\":\"v\",\"nodes\":{}}", "nodes is not an array"),
                arguments(
                        "{\"profile_version\":\"v\",\"supported_profile_versions\":\"v1\",\"nodes\":[]}",
                        "supported_profile_versions is not an array"),
                arguments(
                        "{\"profile_version\":\"v\",\"supported_profile_versions\":[1],\"nodes\":[]}",
                        "an entry of supported_profile_versions is not a string"),
                arguments(
                        "{\"profile_version\":\"v\",\"profile_version\":\"w\",\"nodes\":[]}",
                        "the profile is not JSON"),
                arguments(nodes("5"), "a node is not an object"),
                arguments(nodes("{}"), "a node has no capability"),
                arguments(nodes("{\"capability\":5}"), "capability is not a string"),
                arguments(nodes("{\"capability\":\"a b\"}"), "invalid capability name 'a b'"),
                arguments(nodes("{\"capability\":\"a\"},{\"capability\":\" A\"}"), "'a' is two nodes"),
                arguments(nodes("{\"capability\":\"a\",\"inherits\":\"b\"}"), "inherits is not an array"),
                arguments(nodes(node("a", List.of("b"))), "'a' inherits 'b', which is no node"),
                arguments(
                        nodes(node("a", List.of("b", "B")) + "," + node("b", List.of())), "a node inherits 'b' twice"),
                arguments(nodes(node("a", List.of("a"))), "a capability inherits itself"),
                arguments(
                        nodes(node("a", List.of("b")) + "," + node("b", List.of("c")) + ","
                                + node("c", List.of("a", "d")) + "," + node("d", List.of())),
                        "a capability inherits itself"),
                arguments(nodes(wide(65)), "a node inherits more than 64 names"),
                arguments(nodes(chain(17)), "a chain of inheritance is longer than 16"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("brokenProfiles")
    void aProfileThatDoesNotFitIsRefusedAndSaysWhy(String json, String why) {
        assertThat(ProfileReader.read(json)).isEqualTo(new ProfileReader.Read.Broken(why));
    }

    @Test
    void whatFitsJustSoIsTaken() {
        assertThat(ProfileReader.read(nodes(wide(64)))).isInstanceOf(ProfileReader.Read.Whole.class);
        assertThat(profile(nodes(chain(16))).expand(List.of("n0")))
                .isInstanceOfSatisfying(
                        Expansion.Whole.class,
                        all -> assertThat(all.capabilities()).hasSize(17));
        // Two ways to one name are no cycle.
        assertThat(profile(nodes(node("a", List.of("b", "c")) + "," + node("b", List.of("d")) + ","
                                + node("c", List.of("d")) + "," + node("d", List.of())))
                        .expand(List.of("a")))
                .isEqualTo(whole("a", "b", "c", "d"));
    }

    @Test
    void deeplyNestedTextIsBrokenAndNothingElse() {
        assertThat(ProfileReader.read("[".repeat(100_000))).isInstanceOf(ProfileReader.Read.Broken.class);
        assertThat(ProfileReader.read("{\"x\":" + "[".repeat(100_000))).isInstanceOf(ProfileReader.Read.Broken.class);
    }

    private static String wide(int inherits) {
        List<String> names = IntStream.range(0, inherits).mapToObj(i -> "n" + i).toList();
        return node("all", names) + ","
                + names.stream().map(name -> node(name, List.of())).collect(Collectors.joining(","));
    }

    /** {@code n0} inherits {@code n1}, and so on, for so many steps. */
    private static String chain(int steps) {
        return IntStream.rangeClosed(0, steps)
                .mapToObj(i -> node("n" + i, i == steps ? List.of() : List.of("n" + (i + 1))))
                .collect(Collectors.joining(","));
    }

    private static String node(String name, List<String> inherits) {
        return "{\"capability\":\"" + name + "\",\"inherits\":["
                + inherits.stream().map(it -> '"' + it + '"').collect(Collectors.joining(",")) + "]}";
    }

    private static String nodes(String nodes) {
        return "{\"profile_version\":\"v\",\"nodes\":[" + nodes + "]}";
    }

    private static CapabilityProfile profile(String json) {
        ProfileReader.Read read = ProfileReader.read(json);
        assertThat(read).isInstanceOf(ProfileReader.Read.Whole.class);
        return ((ProfileReader.Read.Whole) read).profile();
    }

    private static Expansion whole(String... capabilities) {
        return new Expansion.Whole(List.of(capabilities));
    }
}
