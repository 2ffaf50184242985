package dev.parley.edge.admin;

import dev.parley.core.id.RoomId;
import dev.parley.edge.session.SessionCensus;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Map;
import java.util.TreeMap;

/**
 * The text of {@code /metrics}. Two gauges of spec 04 §10 end in {@code _total}, which the registry keeps for counters, so they
 * are written here.
 */
final class Exposition {
    private Exposition() {}

    static String of(PrometheusMeterRegistry registry, Meters meters, SessionCensus census) {
        StringBuilder text = new StringBuilder(registry.scrape());
        text.append("# HELP nodalmerge_rooms_total Rooms in memory.\n# TYPE nodalmerge_rooms_total gauge\n")
                .append("nodalmerge_rooms_total ")
                .append(meters.roomsHere().size())
                .append('\n');
        text.append("# HELP nodalmerge_peers_total Distinct identities.\n# TYPE nodalmerge_peers_total gauge\n");
        Map<String, Integer> byLabel = new TreeMap<>();
        for (Map.Entry<RoomId, Integer> room : census.peersByRoom().entrySet()) {
            byLabel.merge(meters.roomLabel(room.getKey()), room.getValue(), Integer::sum);
        }
        byLabel.forEach((label, peers) -> text.append("nodalmerge_peers_total{room=\"")
                .append(label.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"))
                .append("\"} ")
                .append(peers)
                .append('\n'));
        return text.toString();
    }
}
