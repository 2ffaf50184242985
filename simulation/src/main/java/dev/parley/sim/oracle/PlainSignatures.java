package dev.parley.sim.oracle;

import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import java.util.Arrays;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** Says whether a signature over an id is its author's. */
@FunctionalInterface
public interface PlainSignatures {
    /** The scheme of simulated runs: the hash of the id under the author's key, then 32 bytes of one. */
    PlainSignatures CHEAP = (author, id, signature) -> {
        byte[] expected = new byte[signature.length];
        Arrays.fill(expected, (byte) 1);
        Plain.keyedHash(author.toBytes(), id.toBytes()).copyTo(expected, 0);
        return Arrays.equals(expected, signature);
    };

    /** Ed25519 over the 32 bytes of the id (spec 01 §5). */
    PlainSignatures REAL = (author, id, signature) ->
            Ed25519.verify(signature, 0, author.toBytes(), 0, id.toBytes(), 0, NodeId.SIZE_BYTES);

    boolean valid(PeerId author, NodeId id, byte[] signature);
}
