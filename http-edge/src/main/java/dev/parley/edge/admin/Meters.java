package dev.parley.edge.admin;

import dev.parley.core.failure.CloseCode;
import dev.parley.core.failure.SyncFailure;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import dev.parley.core.reconcile.Difference;
import dev.parley.core.wire.ReasonClass;
import dev.parley.edge.session.SessionCensus;
import dev.parley.edge.socket.Greetings;
import dev.parley.edge.session.SessionMeters;
import dev.parley.persistence.room.RoomMeters;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;
import java.util.function.Consumer;

/**
 * What a member reports of its rooms and sessions, under the names of spec 04 §10 where it has one.
 *
 * <p>Labels are bounded: rooms, peers and reasons to a thousand values, then {@code other}. Thread-safe.
 */
public final class Meters implements RoomMeters, SessionMeters {
    private static final int LABELS_MAX = 1_000;
    private static final int PEER_LABEL_CHARS = 12;
    private static final Duration[] BUCKETS = {
        micros(50),
        micros(100),
        micros(250),
        micros(500),
        micros(1_000),
        micros(2_500),
        micros(5_000),
        micros(10_000),
        micros(25_000),
        micros(50_000),
        micros(100_000),
        micros(250_000),
        micros(500_000),
        micros(1_000_000),
        micros(2_500_000)
    };

    /** Spec 04 §10: a write to storage has the same steps from 0.1 ms to half a second. */
    private static final Duration[] WRITE_BUCKETS = Arrays.copyOfRange(BUCKETS, 1, BUCKETS.length - 2);

    private final MeterRegistry registry;
    private final LabelCap rooms = new LabelCap(LABELS_MAX);
    private final LabelCap peers = new LabelCap(LABELS_MAX);
    private final LabelCap reasons = new LabelCap(LABELS_MAX);
    private final Set<RoomId> roomsHere = ConcurrentHashMap.newKeySet();
    private final Map<RoomId, Integer> orphans = new ConcurrentHashMap<>();
    private final Map<RoomId, Long> roomBytes = new ConcurrentHashMap<>();
    private final Map<String, AtomicLong> roomBytesByLabel = new ConcurrentHashMap<>();
    private volatile Consumer<RoomId> openRoomWatch = room -> {};

    private final JournalFigures journal;
    private final Timer merge;
    private final Timer persistOne;
    private final Timer persistMany;
    private final Timer recovery;
    private final Timer hello;
    private final Timer verify;
    private final DistributionSummary groupSubmits;
    private final DistributionSummary groupNodes;
    private final DistributionSummary ingress;

    public Meters(MeterRegistry registry) {
        this.registry = registry;
        journal = new JournalFigures(registry);
        merge = timer("nodalmerge_merge_batch_seconds");
        persistOne = writeTimer("node");
        persistMany = writeTimer("nodes_batch");
        recovery = timer("nodalmerge_recovery_seconds");
        hello = timer("nodalmerge_hello_seconds");
        verify = timer("nodalmerge_verify_seconds");
        groupSubmits = registry.summary("nodalmerge_group_submits");
        groupNodes = registry.summary("nodalmerge_group_nodes");
        ingress = registry.summary("nodalmerge_ingress_depth");
        registry.gauge(
                "nodalmerge_orphan_nodes",
                orphans,
                parked -> parked.values().stream().mapToInt(Integer::intValue).sum());
        startAtZero();
    }

    /** What has not happened yet is 0 and not missing, where no label is somebody's name. */
    private void startAtZero() {
        for (String name : List.of(
                "nodalmerge_eviction_total",
                "nodalmerge_sessions_opened_total",
                "nodalmerge_nodes_verified_total",
                "nodalmerge_recovered_events_total",
                "nodalmerge_relayed_messages_total",
                "nodalmerge_relayed_bytes_total")) {
            registry.counter(name);
        }
        for (String reason : List.of("ceiling", "wall_skew")) {
            registry.counter("nodalmerge_lamport_rejected_total", "reason", reason);
        }
    }

    /** Reports how many sessions there are. */
    public void watch(SessionCensus census) {
        registry.gauge("nodalmerge_sessions", census, SessionCensus::sessions);
    }

    /** Is told of each room that is made open to all. */
    public void onOpenRoom(Consumer<RoomId> watch) {
        openRoomWatch = watch;
    }

    /** What the journal reports. */
    public JournalFigures journal() {
        return journal;
    }

    /** Reports the connections that owe a hello, and how many were dropped for others. */
    public Greetings watch(Greetings greetings) {
        registry.gauge("nodalmerge_handshakes", greetings, Greetings::count);
        FunctionCounter.builder("nodalmerge_handshakes_dropped_total", greetings, Greetings::dropped)
                .register(registry);
        return greetings;
    }

    /** Reports what somebody counts. {@code name} is that of a gauge. */
    public <T> void watch(String name, T what, ToDoubleFunction<T> now) {
        Gauge.builder(name, what, now).strongReference(true).register(registry);
    }

    /** The rooms in this member's memory. */
    public Set<RoomId> roomsHere() {
        return Set.copyOf(roomsHere);
    }

    String roomLabel(RoomId room) {
        return rooms.of(room.value());
    }

    private static Duration micros(long micros) {
        return Duration.ofNanos(micros * 1_000);
    }

    private Timer timer(String name, String... tags) {
        return timer(registry, name, tags);
    }

    /** A histogram with the steps of spec 04 §10. */
    static Timer timer(MeterRegistry registry, String name, String... tags) {
        return Timer.builder(name).tags(tags).serviceLevelObjectives(BUCKETS).register(registry);
    }

    private Timer writeTimer(String kind) {
        return Timer.builder("nodalmerge_persistence_write_seconds")
                .tags("kind", kind)
                .serviceLevelObjectives(WRITE_BUCKETS)
                .register(registry);
    }

    private void count(String name, String... tags) {
        registry.counter(name, tags).increment();
    }

    private String label(Optional<RoomId> room) {
        return room.map(this::roomLabel).orElse("");
    }

    // ---- rooms

    @Override
    public void roomStarted(RoomId room) {
        roomsHere.add(room);
    }

    @Override
    public void openRoomMade(RoomId room) {
        openRoomWatch.accept(room);
    }

    @Override
    public void roomStopped(RoomId room) {
        if (roomsHere.remove(room)) {
            count("nodalmerge_eviction_total");
        }
        orphans.remove(room);
        roomBytes(room, 0);
    }

    @Override
    public void recovered(RoomId room, Duration took, long events, int nodes) {
        recovery.record(took);
        registry.counter("nodalmerge_recovered_events_total").increment(events);
    }

    @Override
    public void merged(Duration took, int submits, int nodes) {
        merge.record(took);
        groupSubmits.record(submits);
        groupNodes.record(nodes);
    }

    @Override
    public void accepted(RoomId room, int nodes) {
        registry.counter("nodalmerge_nodes_accepted_total", "room", roomLabel(room))
                .increment(nodes);
    }

    @Override
    public void lamportRejected(String reason) {
        count("nodalmerge_lamport_rejected_total", "reason", reason);
    }

    @Override
    public void journaled(Duration took, int events, int nodes) {
        (nodes == 1 ? persistOne : persistMany).record(took);
    }

    @Override
    public void reconciled(Difference.Strategy strategy, Duration took) {
        timer("nodalmerge_reconcile_seconds", "strategy", strategy.name().toLowerCase(Locale.ROOT))
                .record(took);
    }

    @Override
    public void ingressDepth(RoomId room, int submits) {
        ingress.record(submits);
    }

    @Override
    public void orphans(RoomId room, int nodes) {
        if (nodes == 0) {
            orphans.remove(room);
        } else {
            orphans.put(room, nodes);
        }
    }

    @Override
    public void roomBytes(RoomId room, long bytes) {
        roomBytes.compute(room, (id, before) -> {
            roomBytesByLabel
                    .computeIfAbsent(
                            roomLabel(room),
                            label -> registry.gauge(
                                    "nodalmerge_room_bytes_resident", Tags.of("room", label), new AtomicLong()))
                    .addAndGet(bytes - (before == null ? 0 : before));
            return bytes == 0 ? null : bytes;
        });
    }

    @Override
    public void relayed(int sessions, int bytes) {
        registry.counter("nodalmerge_relayed_messages_total").increment(sessions);
        registry.counter("nodalmerge_relayed_bytes_total").increment((double) sessions * bytes);
    }

    @Override
    public void filtered(RoomId room, FilterStage stage, long nodes, long bytes, long packsDropped) {
        String label = roomLabel(room);
        String at = stage.name().toLowerCase(Locale.ROOT);
        registry.counter("nodalmerge_filtered_nodes_total", "room", label, "stage", at)
                .increment(nodes);
        registry.counter("nodalmerge_filtered_bytes_total", "room", label, "stage", at)
                .increment(bytes);
        if (packsDropped > 0) {
            registry.counter(
                            "nodalmerge_filtered_pack_dropped_total",
                            "room",
                            label,
                            "stage",
                            at,
                            "reason",
                            "empty_after_filter")
                    .increment(packsDropped);
        }
    }

    // ---- sessions

    @Override
    public void opened() {
        count("nodalmerge_sessions_opened_total");
    }

    @Override
    public void ended(Optional<CloseCode> code, Optional<RoomId> room, Optional<PeerId> peer) {
        count(
                "nodalmerge_closes_total",
                "code",
                code.map(c -> Integer.toString(c.number())).orElse("none"),
                "reason",
                code.map(c -> c.name().toLowerCase(Locale.ROOT)).orElse("peer_left"));
        if (code.isEmpty()) {
            return;
        }
        switch (code.get()) {
            case RESYNC_REQUIRED -> count("nodalmerge_broadcast_lagged_total", "room", label(room));
            case TOKEN_EXPIRED -> count("nodalmerge_token_expired_disconnects_total", "room", label(room));
            case RATE_LIMITED ->
                count(
                        "nodalmerge_rate_limit_drops_total",
                        "peer",
                        peer.map(id -> peers.of(id.toHex().substring(0, PEER_LABEL_CHARS)))
                                .orElse(""));
            default -> {}
        }
    }

    @Override
    public void failed(SyncFailure why, Optional<RoomId> room) {
        if (why instanceof SyncFailure.SendStalled) {
            count("nodalmerge_ws_send_timeout_total", "room", label(room));
        }
    }

    @Override
    public void refused(String text) {
        count(
                "nodalmerge_auth_denied_total",
                "reason",
                reasons.of(ReasonClass.of(text).orElse(LabelCap.OTHER)));
    }

    @Override
    public void welcomed(Duration took) {
        hello.record(took);
    }

    @Override
    public void verified(Duration took, int nodes) {
        verify.record(took);
        registry.counter("nodalmerge_nodes_verified_total").increment(nodes);
    }

    @Override
    public void paced() {
        count("nodalmerge_reads_delayed_total");
    }

    @Override
    public void denied(String command, String capability) {
        count(
                "nodalmerge_control_plane_denied_total",
                "command",
                reasons.of(command),
                "required_capability",
                reasons.of(capability));
    }
}
