package dev.parley.sim.world;

import dev.parley.core.history.Signer;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The room tokens of one peer, as an application hands them out (spec 03 §2.3), apart from the server's own code.
 *
 * <p>In a room that is locked at some time every peer brings a token signed by the lock key from the start, which an
 * open room ignores; who is to lock it or to set its policy brings one signed by the server's key until it is refused.
 */
public final class Tokens {
    /** An expiry that no run reaches. */
    static final long LASTING_SECONDS = 4_000_000_000L;

    private static final String PREFIX = "nodalmerge-room-token-v1";

    private final World world;
    private final RoomId room;
    private final PeerId peer;
    private final Chance chance;
    private final boolean lockable;
    private final boolean operator;
    private boolean refused;

    Tokens(World world, Plan.Peer peer, Chance chance) {
        this.world = world;
        this.room = world.roomId(peer.room());
        this.peer = world.keys().signer(peer.key()).peer();
        this.chance = chance;
        Plan plan = world.plan();
        List<Integer> company = plan.peers().stream()
                .filter(other -> other.room() == peer.room())
                .map(Plan.Peer::number)
                .toList();
        this.lockable = plan.actions().stream()
                .anyMatch(action -> action.act() instanceof Act.Lock && company.contains(action.peer()));
        this.operator = plan.actions().stream()
                .anyMatch(action -> (action.act() instanceof Act.Lock || action.act() instanceof Act.Rule)
                        && action.peer() == peer.number());
    }

    RoomId room() {
        return room;
    }

    boolean needed() {
        return lockable || operator;
    }

    /** The peer's connection ended with this reason. */
    void ended(String reason) {
        refused = reason.startsWith("auth:") != refused;
    }

    /** The token for the next hello, as JSON, if one is needed; now and then it ends soon. */
    Optional<String> next() {
        if (!needed()) {
            return Optional.empty();
        }
        long nowSeconds = world.agenda().wallMs() / 1_000;
        boolean faulty = world.agenda().nowMs() < world.plan().activeMs();
        long expiry = faulty && chance.percent(40) ? nowSeconds + chance.between(2, 12) : LASTING_SECONDS;
        boolean asOperator = operator && (!lockable || !refused);
        return Optional.of(
                asOperator
                        ? token(
                                room,
                                peer,
                                expiry,
                                List.of("room.admin", "policy.admin"),
                                world.keys().server())
                        : token(room, peer, expiry, List.of(), world.keys().lock(room)));
    }

    /** One that never ends, if one is needed. */
    Optional<String> lasting() {
        return needed()
                ? Optional.of(token(
                        room, peer, LASTING_SECONDS, List.of(), world.keys().lock(room)))
                : Optional.empty();
    }

    /** A token for {@code peer} in {@code room}. */
    static String token(RoomId room, PeerId peer, long expirySeconds, List<String> caps, Signer signer) {
        String sig = HexFormat.of().formatHex(signer.signOver(signed(room, peer, expirySeconds, caps)));
        return "{\"peer_pubkey\":\"" + peer.toHex() + "\",\"expiry\":" + expirySeconds + ",\"caps\":"
                + caps.stream().map(cap -> '"' + cap + '"').collect(Collectors.joining(",", "[", "]")) + ",\"sig\":\""
                + sig + "\"}";
    }

    private static byte[] signed(RoomId room, PeerId peer, long expirySeconds, List<String> caps) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(PREFIX.getBytes(StandardCharsets.US_ASCII));
        bytes.write(0);
        bytes.writeBytes(room.value().getBytes(StandardCharsets.UTF_8));
        bytes.write(0);
        bytes.writeBytes(peer.toBytes());
        bytes.writeBytes(ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(expirySeconds)
                .array());
        bytes.write(0);
        bytes.writeBytes(
                caps.stream().sorted().collect(Collectors.joining("\n")).getBytes(StandardCharsets.UTF_8));
        return bytes.toByteArray();
    }
}
