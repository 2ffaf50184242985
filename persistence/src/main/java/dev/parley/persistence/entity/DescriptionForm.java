package dev.parley.persistence.entity;

import dev.parley.core.history.Decoded;
import dev.parley.core.history.PostcardReader;
import dev.parley.core.history.PostcardWriter;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The bytes of a {@link RoomEntity.Description}: its fields in order, as postcard writes them. */
final class DescriptionForm {
    private DescriptionForm() {}

    static byte[] encode(RoomEntity.Description room) {
        PostcardWriter out = new PostcardWriter(512)
                .string(room.room().value())
                .u64(room.seq())
                .u64(room.nodes())
                .u64(room.bytes())
                .u64(room.clock())
                .u64(room.heads().size());
        room.heads().forEach(out::id);
        out.id(room.root()).option(room.locked().isPresent());
        room.locked().ifPresent(out::peer);
        return out.u64(room.relays())
                .u64(room.sessions())
                .u64(room.orphans())
                .u64(room.ingress())
                .toBytes();
    }

    static Decoded<RoomEntity.Description> decode(byte[] bytes) {
        PostcardReader in = new PostcardReader(bytes);
        String room = in.string();
        long seq = in.u64();
        int nodes = (int) in.u64();
        long size = in.u64();
        long clock = in.u64();
        int count = in.count(NodeId.SIZE_BYTES);
        List<NodeId> heads = new ArrayList<>();
        for (int i = 0; i < count && in.ok(); i++) {
            heads.add(in.id());
        }
        NodeId root = in.id();
        Optional<PeerId> locked = in.option() ? Optional.of(in.peer()) : Optional.empty();
        int relays = (int) in.u64();
        int sessions = (int) in.u64();
        int orphans = (int) in.u64();
        int ingress = (int) in.u64();
        if (!in.ok() || RoomId.parse(room).isEmpty()) {
            return in.ok() ? new Decoded.Broken<>("not a room id", 0) : in.<RoomEntity.Description>result(null);
        }
        return new Decoded.Whole<>(new RoomEntity.Description(
                new RoomId(room), seq, nodes, size, clock, heads, root, locked, relays, sessions, orphans, ingress));
    }
}
