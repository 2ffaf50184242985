package dev.parley.sim.world;

import dev.parley.core.history.Node;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Op;
import dev.parley.core.history.Packs;
import dev.parley.core.history.Signer;
import dev.parley.core.history.Transaction;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.pekko.util.ByteString;

/** What hostile peers send. */
final class Weapons {
    private static final int FLOOD_NODES = 250;
    private static final int FLOOD_ROUNDS = 30;
    private static final int HEAVY_BYTES = 120_000;
    private static final int HEAVY_ROUNDS = 80;
    private static final int CHATTER = 100;

    private static final List<String> NONSENSE = List.of(
            "",
            "{",
            "nonsense",
            "[1,2,3]",
            "\"text\"",
            "{\"type\":7}",
            "{\"type\":\"pack\"}",
            "{\"type\":\"pack\",\"nodes\":\"!!\"}",
            "{\"type\":\"pack\",\"nodes\":\"/////w==\"}",
            "{\"type\":\"subscribe\",\"patterns\":{\"a\":1}}",
            "{\"type\":\"mst-request\",\"paths\":[1,\"zz\",\"0\"]}",
            "{\"type\":\"request\",\"known\":[\"x\",3,null]}",
            "{\"type\":\"presence\",\"ttl_ms\":-1}",
            "{\"type\":\"webrtc-ice\",\"to\":5}",
            "{\"type\":\"set-policy\",\"default\":\"deny\"}",
            "{\"type\":\"set-room-key\",\"pubkey\":\"00\"}",
            "{\"type\":\"" + "x".repeat(3_000) + "\"}",
            "[".repeat(2_000));

    private final World world;
    private final Signer signer;
    private final Chance chance;
    private long written;

    Weapons(World world, Signer signer, Chance chance) {
        this.world = world;
        this.signer = signer;
        this.chance = chance;
    }

    /** How many attacks one connection sees. */
    int rounds(PeerKind kind) {
        return switch (kind) {
            case FLOODER -> FLOOD_ROUNDS;
            case BULLY -> HEAVY_ROUNDS;
            default -> (int) chance.between(3, 15);
        };
    }

    void attack(PeerKind kind, SimSocket on) {
        switch (kind) {
            case FLOODER -> on.fromPeer(PeerMessages.pack(flood()));
            case BULLY -> on.fromPeer(PeerMessages.pack(List.of(PeerMessages.broken(node(HEAVY_BYTES)))));
            case CHATTERER -> {
                for (int i = 0; i < CHATTER; i++) {
                    on.fromPeer(
                            chance.percent(50) ? "{\"type\":\"noop\"}" : "{\"type\":\"presence\",\"data\":" + i + "}");
                }
            }
            case BABBLER -> on.fromPeer(babble());
            case VANDAL -> on.fromPeer(vandalism());
            case GIANT -> on.fromPeer(giant());
            case DEAF -> on.fromPeer(chance.percent(50) ? "{\"type\":\"request\"}" : "{\"type\":\"server-info\"}");
            case FORGER -> on.fromPeer(PeerMessages.pack(forged()));
            case INTRUDER ->
                on.fromPeer(
                        chance.percent(50)
                                ? "{\"type\":\"set-policy\",\"default\":\"deny\"}"
                                : "{\"type\":\"set-room-key\",\"pubkey\":\""
                                        + signer.peer().toHex() + "\"}");
            case MUTE, GHOST, STRICT, REPLICA, DOC_32, DOC_64, NPM -> {}
        }
    }

    /** Mostly nodes that are refused after they were counted; a few good ones. */
    private List<Node> flood() {
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < FLOOD_NODES; i++) {
            Node node = node(4);
            nodes.add(i == 0 ? node : PeerMessages.broken(node));
        }
        return nodes;
    }

    private Node node(int valueBytes) {
        byte[] value = new byte[valueBytes];
        Arrays.fill(value, (byte) chance.below(100));
        return Nodes.sign(
                new Transaction(
                        signer.peer(),
                        ++written,
                        world.agenda().wallMs(),
                        List.of(new Op.MapSet("m/hostile", value)),
                        List.of()),
                signer);
    }

    /** A first part of the frame of this message; the rest never comes. */
    ByteString half(String message) {
        ByteString whole = PeerFrames.text(message);
        return ByteString.fromArrayUnsafe(
                whole.take((int) chance.between(1, whole.size() - 1)).toArray());
    }

    String babble() {
        if (chance.percent(40)) {
            byte[] pack = Packs.encode(List.of(node(8)));
            pack[chance.below(pack.length)] ^= (byte) (1 << chance.below(8));
            return PeerMessages.pack(pack);
        }
        return chance.pick(NONSENSE);
    }

    /** A frame that RFC 6455 forbids, or whose text is not UTF-8. */
    private ByteString vandalism() {
        byte[] frame = PeerFrames.frame(PeerFrames.TEXT, "{}".getBytes(StandardCharsets.UTF_8))
                .toArray();
        switch (chance.below(5)) {
            case 0 -> frame[0] |= 0x40; // A reserved bit.
            case 1 -> frame[1] &= 0x7f; // No mask.
            case 2 -> frame[0] = (byte) 0x83; // A reserved opcode.
            case 3 -> frame[0] = (byte) 0x80; // A continuation of nothing.
            default -> frame[frame.length - 1] = (byte) 0xff;
        }
        return ByteString.fromArrayUnsafe(frame);
    }

    /** A little too long, or the start of what is much too long. */
    private ByteString giant() {
        long max = world.plan().bounds().edge().maxMessageBytes();
        if (max < 2 << 20 && chance.percent(50)) {
            return PeerFrames.frame(PeerFrames.TEXT, new byte[(int) max + 1]);
        }
        long announced = 5 * max;
        byte[] header = new byte[14];
        header[0] = (byte) 0x81;
        header[1] = (byte) 0xff;
        for (int i = 0; i < Long.BYTES; i++) {
            header[2 + i] = (byte) (announced >>> (8 * (7 - i)));
        }
        return ByteString.fromArrayUnsafe(header);
    }

    private List<Node> forged() {
        Node real = node(4);
        Transaction mine = real.transaction();
        PeerId other = world.keys().signer(chance.below(5)).peer();
        Transaction theirs = new Transaction(other, mine.lamport(), mine.wallMs(), mine.ops(), mine.parents());
        Node stolen = Nodes.claimed(real.id(), theirs, real.signature());
        Node early =
                Nodes.sign(new Transaction(signer.peer(), 1L << 40, mine.wallMs(), mine.ops(), mine.parents()), signer);
        Node orphan = Nodes.sign(
                new Transaction(
                        signer.peer(),
                        mine.lamport() + 1,
                        mine.wallMs(),
                        mine.ops(),
                        List.of(NodeId.of(chance.bytes(NodeId.SIZE_BYTES)))),
                signer);
        return List.of(stolen, PeerMessages.broken(real), early, orphan);
    }

    /** A token that gives no rights: expired, forged, of another room, of somebody else, or for something else. */
    String token(RoomId room) {
        PeerId self = signer.peer();
        return switch (chance.below(world.rich() ? 6 : 3)) {
            case 3, 4 ->
                Tokens.token(
                        room,
                        world.keys().signer(chance.below(4)).peer(),
                        Tokens.LASTING_SECONDS,
                        List.of(),
                        world.keys().lock(room));
            case 5 ->
                Tokens.token(
                        room,
                        self,
                        Tokens.LASTING_SECONDS,
                        List.of("other.admin"),
                        world.keys().server());
            case 0 ->
                Tokens.token(
                        room,
                        self,
                        1,
                        List.of("room.admin", "policy.admin"),
                        world.keys().lock(room));
            case 1 -> Tokens.token(room, self, Tokens.LASTING_SECONDS, List.of("room.admin", "policy.admin"), signer);
            default ->
                Tokens.token(
                        new RoomId("elsewhere"),
                        self,
                        Tokens.LASTING_SECONDS,
                        List.of("room.admin", "policy.admin"),
                        chance.percent(50)
                                ? world.keys().lock(room)
                                : world.keys().server());
        };
    }
}
