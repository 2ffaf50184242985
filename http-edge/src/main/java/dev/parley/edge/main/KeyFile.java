package dev.parley.edge.main;

import dev.parley.core.history.Ed25519;
import dev.parley.core.history.Signer;
import dev.parley.core.id.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.Set;

/** A file with a signing key: 32 raw bytes, the Ed25519 seed, or the same as 64 hex digits. */
final class KeyFile {
    private static final int SEED_BYTES = 32;

    /** A line end may follow the hex digits. */
    private static final int SIZE_BYTES_MAX = 2 * SEED_BYTES + 2;

    private KeyFile() {}

    /** The file is no key, cannot be read or cannot be made. The message is a sentence for whoever named it. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        Unusable(String sentence) {
            super(sentence);
        }
    }

    static Signer read(Path file) throws Unusable {
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(SIZE_BYTES_MAX + 1);
        } catch (IOException e) {
            throw new Unusable("the key " + file + " cannot be read: " + reason(e));
        }
        return Ed25519.signer(seed(content)
                .orElseThrow(() -> new Unusable("the key " + file + " must hold 32 raw bytes or 64 hex digits")));
    }

    private static Optional<byte[]> seed(byte[] content) {
        return content.length == SEED_BYTES
                ? Optional.of(content)
                : Bytes.parseHex(new String(content, StandardCharsets.ISO_8859_1).stripTrailing(), SEED_BYTES);
    }

    /** Makes a key that its owner alone can read. Never overwrites anything. */
    static Signer make(Path file, SecureRandom random) throws Unusable {
        byte[] seed = new byte[SEED_BYTES];
        random.nextBytes(seed);
        try (FileChannel channel = FileChannel.open(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly(file))) {
            ByteBuffer bytes = ByteBuffer.wrap(seed);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        } catch (FileAlreadyExistsException taken) {
            throw new Unusable("there is a file " + file + " already; a key is never overwritten");
        } catch (IOException e) {
            throw new Unusable("the key " + file + " cannot be made: " + reason(e));
        }
        return Ed25519.signer(seed);
    }

    private static FileAttribute<?>[] ownerOnly(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        return Files.getFileStore(directory).supportsFileAttributeView("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    private static String reason(IOException e) {
        return switch (e) {
            case AccessDeniedException denied -> "permission denied";
            case NoSuchFileException missing -> "there is no such file or directory";
            default -> e.getMessage();
        };
    }
}
