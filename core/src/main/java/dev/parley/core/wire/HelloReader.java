package dev.parley.core.wire;

import dev.parley.core.access.Capabilities;
import dev.parley.core.access.RoomToken;
import dev.parley.core.history.Decoded;
import dev.parley.core.id.NodeId;
import dev.parley.core.reconcile.Ibf;
import dev.parley.core.reconcile.Summary.TheirSketch;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Reads the fields of {@code hello} (spec 03 §2.2–2.4). */
final class HelloReader {
    private static final Set<String> CAPABILITY_FIELDS = Set.of(
            "supports_ibf",
            "supports_mst",
            "supports_postcard",
            "supports_encryption",
            "supports_webrtc",
            "max_tick_interval_ms",
            "supports_list_crdt",
            "supports_direct_blob_io");
    private static final String TICK = "max_tick_interval_ms";

    private static final Set<String> TOKEN_FIELDS = Set.of(
            "peer_pubkey",
            "peer_pubkey_hex",
            "expiry",
            "expiry_secs",
            "caps",
            "capabilities",
            "sig",
            "sig_hex",
            "capability_profile_version",
            "profile_version",
            "continuity");
    private static final Set<String> CONTINUITY_FIELDS =
            Set.of("predecessor_peer_pubkey", "overlap_not_after", "revoked_predecessors");

    private HelloReader() {}

    static FromPeer.Hello read(JsonFields fields) {
        List<NodeId> heads = MessageReader.ids(fields, "frontier").stream()
                .sorted()
                .distinct()
                .toList();
        Optional<Long> session = fields.unsigned("session_id");
        return new FromPeer.Hello(
                fields.string("pubkey").orElse(""),
                fields.string("room"),
                heads,
                sketch(fields),
                fields.object("caps", CAPABILITY_FIELDS)
                        .map(HelloReader::capabilities)
                        .orElse(Capabilities.DEFAULT),
                MessageReader.patterns(fields, "subscribe"),
                fields.object("token", TOKEN_FIELDS).map(HelloReader::token),
                fields.string("peer_id"),
                fields.string("peer_type"),
                session.isPresent() ? OptionalLong.of(session.get()) : OptionalLong.empty(),
                namesId(fields, "root") && namesId(fields, "mst_root"));
    }

    private static boolean namesId(JsonFields fields, String name) {
        return fields.string(name).flatMap(NodeId::parse).isPresent();
    }

    private static TheirSketch sketch(JsonFields fields) {
        Optional<Optional<byte[]>> text = fields.base64("ibf");
        if (text.isEmpty()) {
            return new TheirSketch.Absent();
        }
        Optional<byte[]> bytes = text.get();
        boolean parses = bytes.isPresent() && Ibf.decode(bytes.get()) instanceof Decoded.Whole<Ibf>;
        return parses ? new TheirSketch.Present(bytes.get()) : new TheirSketch.Bad();
    }

    /** One field of a wrong type makes the whole object count as empty. */
    private static Capabilities capabilities(JsonFields fields) {
        boolean ticks = fields.has(TICK) && !fields.isNull(TICK);
        for (String name : CAPABILITY_FIELDS) {
            boolean fits = name.equals(TICK)
                    ? !ticks || fields.unsigned(name).isPresent()
                    : !fields.has(name) || fields.bool(name).isPresent();
            if (!fits) {
                return Capabilities.DEFAULT;
            }
        }
        Capabilities absent = Capabilities.DEFAULT;
        return new Capabilities(
                fields.bool("supports_ibf").orElse(absent.ibf()),
                fields.bool("supports_mst").orElse(absent.mst()),
                fields.bool("supports_postcard").orElse(absent.postcard()),
                fields.bool("supports_encryption").orElse(absent.encryption()),
                fields.bool("supports_webrtc").orElse(absent.webrtc()),
                ticks ? OptionalLong.of(fields.unsigned(TICK).orElseThrow()) : absent.maxTickIntervalMs(),
                fields.bool("supports_list_crdt").orElse(absent.listCrdt()),
                fields.bool("supports_direct_blob_io").orElse(absent.directBlobIo()));
    }

    /** Of the two spellings of a field the first that has the right type counts. */
    private static RoomToken token(JsonFields fields) {
        return new RoomToken(
                fields.string("peer_pubkey").or(() -> fields.string("peer_pubkey_hex")),
                fields.unsigned("expiry").or(() -> fields.unsigned("expiry_secs")),
                fields.strings(fields.isArray("caps") ? "caps" : "capabilities"),
                fields.string("sig").or(() -> fields.string("sig_hex")),
                fields.string("capability_profile_version").or(() -> fields.string("profile_version")),
                fields.object("continuity", CONTINUITY_FIELDS).map(HelloReader::continuity));
    }

    private static RoomToken.Continuity continuity(JsonFields fields) {
        return new RoomToken.Continuity(
                fields.string("predecessor_peer_pubkey"),
                fields.unsigned("overlap_not_after"),
                fields.strings("revoked_predecessors"));
    }
}
