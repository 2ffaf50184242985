package dev.parley.edge.main;

import dev.parley.core.access.Composition;
import dev.parley.core.access.ProfileReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The capability profile of a server, read once at start (spec 04 §3).
 *
 * <p>A file that cannot be used does not stop the server: open rooms and open sessions go on. But it lets nobody into a
 * locked room, so that no token gives more than its operator meant, and says so in the log.
 */
final class ProfileFile {
    private static final Logger LOG = LoggerFactory.getLogger(ProfileFile.class);

    /** Far above any profile whose expansions fit their bounds. */
    private static final int SIZE_BYTES_MAX = 1 << 20;

    private ProfileFile() {}

    static Composition read(Optional<Path> file) {
        if (file.isEmpty()) {
            return Composition.OFF;
        }
        Composition composition = composition(file.get());
        if (composition instanceof Composition.Unusable(String why)) {
            LOG.atError()
                    .setMessage(
                            "the capability profile cannot be used, so nobody is let into a locked room until it is put"
                                    + " right and the server is started again")
                    .addKeyValue("file", file.get())
                    .addKeyValue("why", why)
                    .log();
        }
        return composition;
    }

    private static Composition composition(Path file) {
        byte[] text;
        try (InputStream in = Files.newInputStream(file)) {
            text = in.readNBytes(SIZE_BYTES_MAX + 1);
        } catch (NoSuchFileException missing) {
            return new Composition.Unusable("the profile file does not exist");
        } catch (AccessDeniedException denied) {
            return new Composition.Unusable("the profile file may not be read");
        } catch (IOException unreadable) {
            return new Composition.Unusable("the profile file cannot be read");
        }
        if (text.length > SIZE_BYTES_MAX) {
            return new Composition.Unusable("the profile file is larger than " + SIZE_BYTES_MAX + " bytes");
        }
        return switch (ProfileReader.read(new String(text, StandardCharsets.UTF_8))) {
            case ProfileReader.Read.Whole(var profile) -> new Composition.On(profile);
            case ProfileReader.Read.Broken(String why) -> new Composition.Unusable(why);
        };
    }
}
