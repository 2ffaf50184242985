package dev.parley.persistence.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Where the SQLite driver unpacks its native library. It removes the file when the process ends in order; a kill leaves it
 * behind, a megabyte in the folder for temporary files each time.
 */
public final class NativeLibrary {
    static final String FOLDER_PROPERTY = "org.sqlite.tmpdir";
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

    private NativeLibrary() {}

    /**
     * Has the library unpacked in a folder that belongs to {@code directory}: one for each data directory, among the
     * temporary files, since a data directory may lie where nothing may be executed. This process holds the data directory,
     * so whatever lies in that folder was left by one that was killed, and is removed.
     *
     * <p>Does nothing if the operator has chosen a folder. Never fails: where the folder cannot be had for this user alone,
     * the driver takes the one for temporary files.
     */
    public static void keepFor(Path directory) {
        if (System.getProperty(FOLDER_PROPERTY) != null) {
            return;
        }
        try {
            Path folder = folder(directory);
            if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            }
            if (isOursAlone(folder)) {
                removeLeft(folder);
                System.setProperty(FOLDER_PROPERTY, folder.toString());
            }
        } catch (IOException | SecurityException | UnsupportedOperationException unusable) {
            // The default serves as well, but for what a kill leaves.
        }
    }

    static Path folder(Path directory) throws IOException {
        int of = directory.toRealPath().toString().hashCode();
        return Path.of(System.getProperty("java.io.tmpdir"), "parley-native-" + Integer.toHexString(of));
    }

    /** Somebody else could have made it, and would put a library of his own there. */
    private static boolean isOursAlone(Path folder) throws IOException {
        return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                && Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS)
                        .equals(folder.getFileSystem()
                                .getUserPrincipalLookupService()
                                .lookupPrincipalByName(System.getProperty("user.name")))
                && Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS)
                        .equals(OWNER_ONLY);
    }

    private static void removeLeft(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(NativeLibrary::isDrivers).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static boolean isDrivers(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith("sqlite-") && name.contains("sqlitejdbc");
    }
}
