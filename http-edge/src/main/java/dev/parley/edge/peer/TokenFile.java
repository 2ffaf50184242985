package dev.parley.edge.peer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.core.id.PeerId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** A room token as {@code ./parley token} prints it, from a file that is read again before each connection. */
final class TokenFile implements PeerConnection.Tokens {
    private static final int BYTES_MAX = 64 << 10;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Optional<Path> file;
    private final String first;

    private TokenFile(Optional<Path> file, String first) {
        this.file = file;
        this.first = first;
    }

    /** A file's name, or {@code -} for standard input. Errors: {@link IllegalArgumentException} with a sentence. */
    static TokenFile of(String name, InputStream in) {
        try {
            if (name.equals("-")) {
                return new TokenFile(Optional.empty(), read("standard input", in));
            }
            Path file = Path.of(name);
            return new TokenFile(Optional.of(file), read(file));
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("There is no token file " + name + ".", e);
        } catch (IOException e) {
            throw new IllegalArgumentException("The token cannot be read: " + e.getMessage() + ".", e);
        }
    }

    private static String read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return read(file.toString(), in);
        }
    }

    private static String read(String name, InputStream in) throws IOException {
        String text = new String(in.readNBytes(BYTES_MAX), StandardCharsets.UTF_8);
        try {
            JsonNode token = JSON.readTree(text);
            if (!token.isObject()) {
                throw new IllegalArgumentException(name + " holds no room token: a JSON object is wanted.");
            }
            return JSON.writeValueAsString(token);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(name + " holds no room token: it is not JSON.", e);
        }
    }

    /** The token as it was at the start. */
    String first() {
        return first;
    }

    @Override
    public Optional<String> newest() {
        if (file.isEmpty()) {
            return Optional.of(first);
        }
        try {
            return Optional.of(read(file.get()));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty(); // Perhaps just being written: the one in use stays.
        }
    }

    /** Why this token will not do for this peer, as far as can be seen without asking; "" when nothing is wrong. */
    String doubt(PeerId peer, long nowSeconds) {
        try {
            JsonNode token = JSON.readTree(first);
            String owner = token.path("peer_pubkey")
                    .asText(token.path("peer_pubkey_hex").asText());
            JsonNode expiry = token.has("expiry") ? token.path("expiry") : token.path("expiry_secs");
            if (PeerId.parse(owner).filter(peer::equals).isEmpty()) {
                return owner.isEmpty()
                        ? "The token names no peer_pubkey."
                        : "The token is for the peer " + ValueText.line(owner, 64) + ", but this one is " + peer
                                + ": give that peer's private key with --key FILE.";
            }
            return expiry.canConvertToLong() && expiry.asLong() <= nowSeconds ? "The token has expired." : "";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
