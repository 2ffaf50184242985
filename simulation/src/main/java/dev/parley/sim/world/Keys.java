package dev.parley.sim.world;

import dev.parley.core.history.Ed25519;
import dev.parley.core.history.Signatures;
import dev.parley.core.history.Signer;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import java.util.HashMap;
import java.util.Map;

/** The identities of a run and how they sign: by the cheap scheme, or really. */
public final class Keys {
    private static final int SEED_SIZE_BYTES = 32;

    private final long seed;
    private final boolean real;
    private final Signatures signatures;
    /** A real key costs as much as a signature, so each is made once. */
    private final Map<Integer, Signer> signers = new HashMap<>();

    private final Map<RoomId, Signer> locks = new HashMap<>();

    public Keys(long seed, boolean real) {
        this.seed = seed;
        this.real = real;
        this.signatures = real ? Ed25519.best() : CheapSignatures.INSTANCE;
    }

    public Signatures signatures() {
        return signatures;
    }

    /** Who signs with key number {@code key}; the same in each run of this seed. */
    public Signer signer(int key) {
        return signers.computeIfAbsent(key, this::drawn);
    }

    private Signer drawn(int key) {
        byte[] bytes = Chance.of(seed, "key", key).bytes(SEED_SIZE_BYTES);
        return real ? Ed25519.signer(bytes) : CheapSignatures.signer(PeerId.of(bytes));
    }

    /** Who signs as the server: operators. Only the cheap scheme has one, as {@link World#SERVER} is no real key. */
    Signer server() {
        return CheapSignatures.signer(World.SERVER);
    }

    /** Who signs the tokens of {@code room} once it is locked. Its key is a point of the curve in either scheme. */
    Signer lock(RoomId room) {
        return locks.computeIfAbsent(room, this::drawnLock);
    }

    private Signer drawnLock(RoomId room) {
        Signer onCurve =
                Ed25519.signer(Chance.of(seed, "lock of " + room.value(), 0).bytes(SEED_SIZE_BYTES));
        return real ? onCurve : CheapSignatures.signer(onCurve.peer());
    }
}
