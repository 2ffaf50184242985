package dev.parley.edge.main;

import dev.parley.core.history.Signatures;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import dev.parley.edge.admin.AdminRoutes;
import dev.parley.edge.admin.JsonAnswer;
import dev.parley.edge.cluster.ClusterReport;
import dev.parley.persistence.entity.RoomEntity;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;

/** Asks and locks rooms for the private port, wherever they are. */
record RoomAdmin(ActorSystem<?> system, Signatures signatures, MemberHealth health, ClusterReport report)
        implements AdminRoutes.Host {
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(20);

    @Override
    public List<AdminRoutes.Unready> unready() {
        return health.reasons();
    }

    @Override
    public CompletionStage<JsonAnswer.Fields> cluster() {
        return report.fields();
    }

    @Override
    public CompletionStage<JsonAnswer.Fields> describe(RoomId room) {
        return ClusterSharding.get(system)
                .entityRefFor(RoomEntity.TYPE_KEY, room.value())
                .ask(RoomEntity.Describe::new, ANSWER_WITHIN)
                .thenApply(RoomAdmin::fields);
    }

    @Override
    public CompletionStage<Boolean> lock(RoomId room, PeerId key) {
        return ClusterSharding.get(system)
                .entityRefFor(RoomEntity.TYPE_KEY, room.value())
                .ask(replyTo -> new RoomEntity.LockRoom(key, replyTo), ANSWER_WITHIN);
    }

    @Override
    public boolean isKey(PeerId key) {
        return signatures.isKey(key);
    }

    private static JsonAnswer.Fields fields(RoomEntity.Description room) {
        return json -> {
            json.writeStringField("room", room.room().value());
            json.writeNumberField("seq", room.seq());
            json.writeNumberField("nodes", room.nodes());
            json.writeNumberField("bytes", room.bytes());
            json.writeArrayFieldStart("frontier");
            for (NodeId head : room.heads()) {
                json.writeString(head.toHex());
            }
            json.writeEndArray();
            json.writeStringField("root", room.root().toHex());
            json.writeFieldName("lamport");
            json.writeNumber(new BigInteger(Long.toUnsignedString(room.clock())));
            json.writeBooleanField("locked", room.locked().isPresent());
            json.writeNumberField("relays", room.relays());
            json.writeNumberField("sessions", room.sessions());
            json.writeNumberField("orphans", room.orphans());
            json.writeNumberField("ingress", room.ingress());
        };
    }
}
