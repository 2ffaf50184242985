package dev.parley.edge.admin;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import java.util.Map;
import java.util.TreeMap;

/**
 * What each of our metrics says, in a line: the text behind {@code # HELP}, and the table of {@code docs/OPERATIONS.md}. A
 * metric without one is a failure of a test.
 */
public final class MetricHelp {
    private static final Map<String, String> TEXTS = texts();

    private MetricHelp() {}

    /** For a registry before anything is in it: adds its text to each meter that has one here and none of its own. */
    public static MeterFilter filter() {
        return new MeterFilter() {
            @Override
            public Meter.Id map(Meter.Id id) {
                String text = TEXTS.get(id.getName());
                return text == null || id.getDescription() != null
                        ? id
                        : new Meter.Id(
                                id.getName(), Tags.of(id.getTagsAsIterable()), id.getBaseUnit(), text, id.getType());
            }
        };
    }

    private static Map<String, String> texts() {
        Map<String, String> texts = new TreeMap<>();
        texts.put("nodalmerge_sessions", "Sessions of this member.");
        texts.put("nodalmerge_sessions_opened_total", "Sessions that were opened.");
        texts.put("nodalmerge_closes_total", "Sessions that ended, by close code and its name.");
        texts.put("nodalmerge_handshakes", "Connections that owe a hello.");
        texts.put("nodalmerge_handshakes_dropped_total", "Connections without a hello that were dropped for others.");
        texts.put("nodalmerge_reads_delayed_total", "Times a session sent messages so fast that its next one waited.");
        texts.put("nodalmerge_rooms_total", "Rooms in memory.");
        texts.put("nodalmerge_peers_total", "Distinct identities connected to this member, by room.");
        texts.put("nodalmerge_eviction_total", "Rooms that were put away or stopped.");
        texts.put("nodalmerge_hello_seconds", "From the arrival of hello to its welcome.");
        texts.put("nodalmerge_reconcile_seconds", "The room's part of a hello, by how the difference was found.");
        texts.put("nodalmerge_nodes_accepted_total", "Nodes that a room accepted and stored.");
        texts.put("nodalmerge_nodes_verified_total", "Nodes whose hash and signature were checked.");
        texts.put("nodalmerge_verify_seconds", "Checking the nodes of a pack, from the request to the answer.");
        texts.put("nodalmerge_merge_batch_seconds", "Deciding a group of packs in a room.");
        texts.put("nodalmerge_group_submits", "Packs decided together.");
        texts.put("nodalmerge_group_nodes", "Nodes decided together.");
        texts.put("nodalmerge_ingress_depth", "Packs that waited in a room when one came.");
        texts.put("nodalmerge_persistence_write_seconds", "A room's write, from asking for it to durable.");
        texts.put("nodalmerge_journal_commit_seconds", "One transaction of the journal.");
        texts.put("nodalmerge_journal_batch_writes", "Writes of rooms in one transaction.");
        texts.put("nodalmerge_journal_batch_events", "Events in one transaction.");
        texts.put("nodalmerge_journal_queue_writes", "Writes that wait for the next transaction.");
        texts.put("nodalmerge_journal_queue_bytes", "Payload bytes that wait for the next transaction.");
        texts.put("nodalmerge_journal_bytes_total", "Payload bytes committed.");
        texts.put("nodalmerge_journal_failures_total", "Writes that failed, by cause.");
        texts.put("nodalmerge_journal_split_total", "Transactions that failed and were tried again write by write.");
        texts.put("nodalmerge_journal_read_seconds", "Reading a page of events.");
        texts.put("nodalmerge_journal_writable", "1 if the journal can be written, 0 if not.");
        texts.put("nodalmerge_journal_free_bytes", "Free where the embedded journal is; -1 if not known.");
        texts.put("nodalmerge_recovery_seconds", "A room's recovery from the journal.");
        texts.put("nodalmerge_recovered_events_total", "Events replayed by rooms that recovered.");
        texts.put("nodalmerge_snapshot_seconds", "Saving a snapshot of a room's state.");
        texts.put("nodalmerge_snapshot_bytes_total", "Bytes written for snapshots of rooms' states.");
        texts.put("nodalmerge_snapshot_failures_total", "Snapshots that could not be saved.");
        texts.put("nodalmerge_snapshot_skipped_total", "Snapshots that could not be read; the room replayed instead.");
        texts.put("nodalmerge_relayed_messages_total", "Messages of rooms handed to sessions.");
        texts.put("nodalmerge_relayed_bytes_total", "Their bytes.");
        texts.put("nodalmerge_orphan_nodes", "Nodes that wait for a missing parent.");
        texts.put("nodalmerge_lamport_rejected_total", "Nodes refused for their lamport or wall clock.");
        texts.put("nodalmerge_rate_limit_drops_total", "Sessions closed with 4008, by the peer's first 12 digits.");
        texts.put("nodalmerge_broadcast_lagged_total", "Sessions closed with 4001, by room.");
        texts.put("nodalmerge_ws_send_timeout_total", "Sessions closed because a message did not leave in time.");
        texts.put("nodalmerge_token_expired_disconnects_total", "Sessions closed with 4002, by room.");
        texts.put("nodalmerge_auth_denied_total", "Hellos refused for their token, by class of reason.");
        texts.put("nodalmerge_control_plane_denied_total", "Commands refused for want of a capability.");
        texts.put("nodalmerge_room_bytes_resident", "Bytes that a room in memory holds.");
        texts.put("nodalmerge_filtered_nodes_total", "Nodes kept from sessions by their subscriptions.");
        texts.put("nodalmerge_filtered_bytes_total", "Bytes kept from sessions by their subscriptions.");
        texts.put("nodalmerge_filtered_pack_dropped_total", "Packs of which a subscription left nothing.");
        texts.put("nodalmerge_resident_bytes", "Bytes that all rooms in memory hold.");
        texts.put("nodalmerge_rooms_damaged", "Rooms that could not be recovered and are refused for a while.");
        texts.put("nodalmerge_inbound_bytes", "Bytes of messages being received and of packs without an answer.");
        texts.put("nodalmerge_inbound_waiting", "Parts of messages that wait for space before they are read.");
        texts.put("nodalmerge_outbound_bytes", "Bytes that wait to be sent to peers.");
        texts.put("nodalmerge_verify_waiting", "Pieces of work that wait for a thread to decode or verify.");
        texts.put("nodalmerge_chunks_in_flight", "Chunks of history being made or sent.");
        texts.put("nodalmerge_chunks_waiting", "Sessions that wait for their turn to be sent a chunk.");
        return texts;
    }
}
