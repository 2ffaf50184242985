package dev.parley.core.history;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Checks with Amazon's native provider, where it loads. Cost: some 35 µs a check.
 *
 * <p>The provider recomputes R exactly, as the reference does, but takes canonical keys only. For the 40 loose
 * spellings of a key that the reference takes besides, {@link ExactEd25519} decides, for some 2 ms a check at most.
 *
 * <p>Each thread keeps one checker and the keys it met last, bounded in number.
 */
final class NativeEd25519 implements Signatures {
    private static final int KEYS_KEPT_MAX = 256;
    /** Without it the provider has no key factory for Ed25519. It must be set before the provider's class is loaded. */
    private static final String KEY_FACTORY = "com.amazon.corretto.crypto.provider.registerEdKeyFactory";
    /** What precedes the 32 bytes of a key in its X.509 form (RFC 8410). */
    private static final byte[] X509_HEAD = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};

    private final Provider provider;
    private final Ed25519Keys keys = new Ed25519Keys();
    private final ThreadLocal<Checker> checkers = ThreadLocal.withInitial(this::newChecker);

    private NativeEd25519(Provider provider) {
        this.provider = provider;
    }

    /** The checker, or empty where the provider does not load or does not pass its own check of a signature. */
    static Optional<NativeEd25519> load() {
        try {
            System.setProperty(KEY_FACTORY, "true");
            Provider provider = AmazonCorrettoCryptoProvider.INSTANCE;
            NativeEd25519 checker = new NativeEd25519(provider);
            return checker.works() ? Optional.of(checker) : Optional.empty();
        } catch (LinkageError | RuntimeException notHere) {
            return Optional.empty();
        }
    }

    private boolean works() {
        Signer signer = Ed25519.signer(new byte[32]);
        byte[] message = {1, 2, 3};
        byte[] signature = signer.signOver(message);
        boolean accepts = validOver(signer.peer(), message, signature);
        signature[40] ^= 1;
        return accepts && !validOver(signer.peer(), message, signature);
    }

    @Override
    public boolean valid(PeerId author, NodeId id, byte[] signature) {
        return Ed25519Encoding.sBelowOrder(signature) && checkers.get().valid(author, id.toBytes(), signature);
    }

    @Override
    public boolean validOver(PeerId key, byte[] message, byte[] signature) {
        return Ed25519Encoding.strictSignature(signature)
                && keys.isKey(key)
                && checkers.get().valid(key, message, signature);
    }

    @Override
    public boolean isKey(PeerId key) {
        return keys.isKey(key);
    }

    private Checker newChecker() {
        try {
            return new Checker(KeyFactory.getInstance("EdDSA", provider), Signature.getInstance("EdDSA", provider));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("the provider has no Ed25519", missing);
        }
    }

    /** One thread's part. */
    private static final class Checker {
        private final KeyFactory factory;
        private final Signature verifier;
        private final Map<PeerId, Key> keys = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<PeerId, Key> eldest) {
                return size() > KEYS_KEPT_MAX;
            }
        };

        Checker(KeyFactory factory, Signature verifier) {
            this.factory = factory;
            this.verifier = verifier;
        }

        /** As the reference judges it; S must be below the group order. */
        boolean valid(PeerId peer, byte[] message, byte[] signature) {
            return switch (key(peer)) {
                case Key.Loose(byte[] spelling) -> ExactEd25519.valid(spelling, message, signature);
                case Key.Canonical(PublicKey key) -> valid(key, message, signature);
            };
        }

        private boolean valid(PublicKey key, byte[] message, byte[] signature) {
            try {
                verifier.initVerify(key);
                verifier.update(message);
                return verifier.verify(signature);
            } catch (SignatureException refused) {
                return false;
            } catch (GeneralSecurityException broken) {
                throw new IllegalStateException("a key was not taken: " + key, broken);
            }
        }

        private Key key(PeerId peer) {
            Key known = keys.get(peer);
            if (known == null) {
                byte[] raw = peer.toBytes();
                known = Ed25519Encoding.loose(raw) ? new Key.Loose(raw) : new Key.Canonical(publicKey(raw));
                keys.put(peer, known);
            }
            return known;
        }

        /** The provider takes any 32 bytes here and refuses those that are no point when it checks a signature. */
        private PublicKey publicKey(byte[] raw) {
            byte[] encoded = Arrays.copyOf(X509_HEAD, X509_HEAD.length + raw.length);
            System.arraycopy(raw, 0, encoded, X509_HEAD.length, raw.length);
            try {
                return factory.generatePublic(new X509EncodedKeySpec(encoded));
            } catch (GeneralSecurityException broken) {
                throw new IllegalStateException("a key was not taken: " + PeerId.of(raw), broken);
            }
        }
    }

    /** What claims to be a key, by who can check with it. */
    private sealed interface Key {
        record Canonical(PublicKey key) implements Key {}

        record Loose(byte[] spelling) implements Key {}
    }
}
