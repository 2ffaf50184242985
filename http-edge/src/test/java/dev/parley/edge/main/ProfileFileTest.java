package dev.parley.edge.main;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.access.Composition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The capability profile that a server is given. */
class ProfileFileTest {
    @TempDir
    private Path directory;

    private Composition read(String text) throws Exception {
        return ProfileFile.read(Optional.of(Files.writeString(directory.resolve("profile.json"), text)));
    }

    @Test
    void withoutAFileNothingIsComposed() {
        assertThat(ProfileFile.read(Optional.empty())).isEqualTo(Composition.OFF);
    }

    @Test
    void aGoodFileIsInForce() throws Exception {
        assertThat(read("{\"profile_version\":\"v\",\"nodes\":[]}"))
                .isInstanceOfSatisfying(
                        Composition.On.class,
                        on -> assertThat(on.profile().version()).isEqualTo("v"));
    }

    @Test
    void aFileThatCannotBeUsedSaysWhy() throws Exception {
        assertThat(read("{")).isEqualTo(new Composition.Unusable("the profile is not JSON"));
        assertThat(read("{\"nodes\":[]}")).isEqualTo(new Composition.Unusable("profile_version is missing"));
        assertThat(read(" ".repeat((1 << 20) + 1)))
                .isEqualTo(new Composition.Unusable("the profile file is larger than 1048576 bytes"));
        assertThat(ProfileFile.read(Optional.of(directory.resolve("none"))))
                .isEqualTo(new Composition.Unusable("the profile file does not exist"));
        assertThat(ProfileFile.read(Optional.of(directory)))
                .isEqualTo(new Composition.Unusable("the profile file cannot be read"));
    }

    @Test
    void theReferencesNameForItIsUnderstoodAndOursIsStronger() {
        Map<String, String> theirs = Map.of("NODALMERGE_CAPABILITY_PROFILE_PATH", "/theirs");
        Map<String, String> both = Map.of(
                "NODALMERGE_CAPABILITY_PROFILE_PATH", "/theirs", "PARLEY_ACCESS_CAPABILITY_PROFILE_FILE", "/ours");

        assertThat(new SettingsSources(theirs).read().access().capabilityProfileFile())
                .contains(Path.of("/theirs"));
        assertThat(new SettingsSources(both).read().access().capabilityProfileFile())
                .contains(Path.of("/ours"));
        assertThat(new SettingsSources(theirs)
                        .assignments(List.of("access.capability-profile-file=/set"))
                        .read()
                        .access()
                        .capabilityProfileFile())
                .contains(Path.of("/set"));
    }
}
