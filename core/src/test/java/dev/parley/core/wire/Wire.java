package dev.parley.core.wire;

import dev.parley.core.history.Ed25519;
import dev.parley.core.history.Node;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Op;
import dev.parley.core.history.Packs;
import dev.parley.core.history.Signer;
import dev.parley.core.history.Transaction;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** Values that the tests of messages speak of. */
final class Wire {
    static final NodeId NODE_A = id(0xaa);
    static final NodeId NODE_B = id(0xbb);
    static final PeerId PEER = peer(0x22);

    private Wire() {}

    static NodeId id(int fill) {
        return NodeId.of(filled(fill));
    }

    static PeerId peer(int fill) {
        return PeerId.of(filled(fill));
    }

    private static byte[] filled(int fill) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) fill);
        return bytes;
    }

    /** A chain of signed nodes. */
    static List<Node> chain(int length) {
        byte[] seed = filled(7);
        Signer signer = Ed25519.signer(seed);
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            List<NodeId> parents = i == 0 ? List.of() : List.of(nodes.get(i - 1).id());
            Op op = new Op.MapSet("key", new byte[] {(byte) i});
            nodes.add(Nodes.sign(new Transaction(signer.peer(), i + 1, 0, List.of(op), parents), signer));
        }
        return nodes;
    }

    static String base64(List<Node> nodes) {
        return Base64.getEncoder().encodeToString(Packs.encode(nodes));
    }

    /** Reads a text that stands somewhere inside an array, as a socket may hand it over. */
    static FromPeer read(String json) {
        byte[] text = json.getBytes(StandardCharsets.UTF_8);
        byte[] around = new byte[text.length + 7];
        Arrays.fill(around, (byte) '"');
        System.arraycopy(text, 0, around, 3, text.length);
        return MessageReader.read(around, 3, text.length);
    }
}
