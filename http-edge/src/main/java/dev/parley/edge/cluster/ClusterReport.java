package dev.parley.edge.cluster;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.edge.admin.JsonAnswer;
import dev.parley.edge.cluster.MemberFigures.Figures;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The JSON of {@code GET /cluster}: every member as this one sees it, with what it last told of itself. */
public final class ClusterReport {
    private final ClusterSettings settings;
    private final Membership membership;
    private final MemberFigures figures;

    public ClusterReport(ClusterSettings settings, Membership membership, MemberFigures figures) {
        this.settings = settings;
        this.membership = membership;
        this.figures = figures;
    }

    public CompletionStage<JsonAnswer.Fields> fields() {
        return figures.known().thenApply(known -> json -> write(json, known));
    }

    private void write(JsonGenerator json, Map<String, Figures> known) throws IOException {
        json.writeStringField("self", membership.self());
        json.writeNumberField("shards", settings.shards());
        Optional<String> trouble = membership.trouble();
        json.writeBooleanField("majority", trouble.isEmpty());
        if (trouble.isPresent()) {
            json.writeStringField("trouble", trouble.get());
        }
        json.writeArrayFieldStart("members");
        for (Membership.Seen member : membership.members()) {
            json.writeStartObject();
            json.writeStringField("address", member.address());
            json.writeStringField("status", member.status());
            json.writeBooleanField("reachable", member.reachable());
            json.writeBooleanField("self", member.self());
            json.writeBooleanField("leader", member.leader());
            Figures told = known.get(member.address());
            if (told != null) {
                json.writeNumberField("sessions", told.sessions());
                json.writeNumberField("rooms", told.rooms());
                json.writeStringField("version", told.version());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
