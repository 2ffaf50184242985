package dev.parley.edge.main;

import dev.parley.core.history.Ed25519;
import dev.parley.core.history.Signer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server's own key: a file of 32 raw bytes, the Ed25519 seed, readable by its owner only. */
final class ServerKey {
    private static final Logger LOG = LoggerFactory.getLogger(ServerKey.class);
    private static final int SEED_BYTES = 32;

    private ServerKey() {}

    /**
     * Reads the key, or makes it when there is none.
     *
     * <p>Errors: {@link StartRefused} when it cannot be read or is no key: another key would be another server, so
     * nothing is overwritten.
     */
    static Signer loadOrMake(Path file, SecureRandom random) {
        try {
            if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                make(file, random);
            }
            byte[] seed = Files.readAllBytes(file);
            if (seed.length != SEED_BYTES) {
                throw new StartRefused("the server key " + file + " must hold 32 bytes, but holds " + seed.length
                        + "; put the right file back, or move it away to get a new identity");
            }
            if (isOpenToOthers(file)) {
                LOG.atWarn()
                        .setMessage(
                                "the server key can be read by other users of this machine, it should have mode 0600")
                        .addKeyValue("file", file)
                        .log();
            }
            return Ed25519.signer(seed);
        } catch (IOException e) {
            throw new StartRefused("the server key " + file + " cannot be read or made: " + reason(e), e);
        }
    }

    /** Whole or not at all: a crash leaves no short key behind. */
    private static void make(Path file, SecureRandom random) throws IOException {
        byte[] seed = new byte[SEED_BYTES];
        random.nextBytes(seed);
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(draft);
        Files.createFile(draft, ownerOnly(draft));
        try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(seed));
            channel.force(true);
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    }

    static FileAttribute<?>[] ownerOnly(Path file) throws IOException {
        return Files.getFileStore(file.toAbsolutePath().getParent()).supportsFileAttributeView("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    static boolean isOpenToOthers(Path file) throws IOException {
        return Files.getFileStore(file).supportsFileAttributeView("posix")
                && Files.getPosixFilePermissions(file).stream()
                        .anyMatch(permission -> !permission.name().startsWith("OWNER_"));
    }

    private static String reason(IOException e) {
        return switch (e) {
            case java.nio.file.AccessDeniedException denied -> "permission denied";
            case java.nio.file.NoSuchFileException missing -> "its directory does not exist";
            default -> e.getMessage();
        };
    }
}
