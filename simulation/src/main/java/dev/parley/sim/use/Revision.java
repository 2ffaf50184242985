package dev.parley.sim.use;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.Optional;

/**
 * Which commit the sources beside this program are at, so that a failing seed can be run again where it failed.
 *
 * <p>It reads git's own files and starts nothing: {@code HEAD}, the ref it names, or the packed refs. Empty when there is no
 * repository above, as in an installed copy. It tells nothing of changes that are not committed.
 */
final class Revision {
    private static final int SHORT = 12;

    private Revision() {}

    /** The revision of the checkout that this class was built in. */
    static Optional<String> ofThisBuild() {
        try {
            CodeSource source = Revision.class.getProtectionDomain().getCodeSource();
            return source == null
                    ? Optional.empty()
                    : above(Path.of(source.getLocation().toURI()));
        } catch (URISyntaxException | IllegalArgumentException | java.nio.file.FileSystemNotFoundException elsewhere) {
            return Optional.empty();
        }
    }

    /** The revision of the checkout that {@code place} lies in. */
    static Optional<String> above(Path place) {
        for (Path folder = place.toAbsolutePath(); folder != null; folder = folder.getParent()) {
            Path git = folder.resolve(".git");
            if (Files.exists(git)) {
                try {
                    return head(Files.isDirectory(git) ? git : linked(folder, git));
                } catch (IOException unreadable) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    /** A work tree's {@code .git} is a file that names the place. */
    private static Path linked(Path folder, Path file) throws IOException {
        String text = Files.readString(file).strip();
        return folder.resolve(text.startsWith("gitdir: ") ? text.substring("gitdir: ".length()) : text);
    }

    private static Optional<String> head(Path git) throws IOException {
        String head = Files.readString(git.resolve("HEAD")).strip();
        if (!head.startsWith("ref: ")) {
            return shortened(head);
        }
        String ref = head.substring("ref: ".length());
        Path common = Files.exists(git.resolve("commondir"))
                ? git.resolve(Files.readString(git.resolve("commondir")).strip())
                : git;
        if (Files.exists(common.resolve(ref))) {
            return shortened(Files.readString(common.resolve(ref)).strip());
        }
        Path packed = common.resolve("packed-refs");
        List<String> lines = Files.exists(packed) ? Files.readAllLines(packed) : List.of();
        return lines.stream()
                .filter(line -> line.endsWith(" " + ref))
                .map(line -> line.substring(0, line.indexOf(' ')))
                .findFirst()
                .flatMap(Revision::shortened);
    }

    private static Optional<String> shortened(String commit) {
        return commit.matches("[0-9a-f]{40,64}") ? Optional.of(commit.substring(0, SHORT)) : Optional.empty();
    }
}
