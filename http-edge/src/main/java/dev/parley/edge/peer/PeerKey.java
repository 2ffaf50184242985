package dev.parley.edge.peer;

import dev.parley.core.history.Blake3;
import dev.parley.core.history.Ed25519;
import dev.parley.core.history.Signer;
import dev.parley.core.id.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Optional;

/** The private key of a peer: 32 seed bytes, and the keys of the authors of a trace that are derived from it. */
final class PeerKey {
    private static final int SEED_BYTES = 32;

    private final byte[] seed;

    PeerKey(byte[] seed) {
        this.seed = seed;
    }

    static PeerKey random() {
        byte[] seed = new byte[SEED_BYTES];
        new SecureRandom().nextBytes(seed);
        return new PeerKey(seed);
    }

    /**
     * The key in a file of 32 raw bytes or 64 hex digits; a file that is not there is made, for its owner only.
     *
     * <p>Errors: {@link IOException} whose message says what is wrong.
     */
    static PeerKey of(Path file) throws IOException {
        try {
            byte[] bytes = Files.readAllBytes(file);
            if (bytes.length == SEED_BYTES) {
                return new PeerKey(bytes);
            }
            Optional<byte[]> hex = Bytes.parseHex(new String(bytes, StandardCharsets.US_ASCII).strip(), SEED_BYTES);
            return new PeerKey(
                    hex.orElseThrow(() -> new IOException(file + " holds neither 32 bytes nor 64 hex digits")));
        } catch (NoSuchFileException e) {
            return made(file);
        }
    }

    private static PeerKey made(Path file) throws IOException {
        PeerKey key = random();
        try {
            if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                Files.write(file, key.seed);
            } else {
                Files.write(file, key.seed, StandardOpenOption.CREATE_NEW);
            }
            return key;
        } catch (FileAlreadyExistsException e) {
            return of(file); // Another process made it at the same moment.
        }
    }

    Signer signer() {
        return Ed25519.signer(seed);
    }

    /** The key of author {@code agent} of a trace; number 0 is this key itself. */
    Signer agent(int agent) {
        if (agent == 0) {
            return signer();
        }
        byte[] name = ("parley trace agent " + agent).getBytes(StandardCharsets.US_ASCII);
        return Ed25519.signer(Blake3.hash(seed, name).toBytes());
    }
}
