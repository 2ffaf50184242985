package dev.parley.edge.main;

import dev.parley.core.history.NodeLimits;
import dev.parley.persistence.room.RoomSettings;
import java.time.Duration;

/** Reads the bounds of each room from {@code parley.room}; {@code reference.conf} explains them. */
final class RoomBounds {
    private static final Duration SHORT = Duration.ofMillis(10);

    private RoomBounds() {}

    static RoomSettings read(SettingsReader in) {
        return new RoomSettings(
                new RoomSettings.Limits(
                        NodeLimits.DEFAULT,
                        false,
                        in.count("parley.room.nodes-max", 1, 1_000_000_000),
                        in.bytes("parley.room.bytes-max", 1 << 10, 1L << 50)),
                new RoomSettings.Orphans(
                        in.count("parley.room.orphan-nodes-max", 0, 10_000_000),
                        in.bytes("parley.room.orphan-bytes-max", 1 << 10, 1L << 40),
                        in.time("parley.room.orphan-ttl", SHORT, Duration.ofDays(1))),
                new RoomSettings.Intake(
                        in.count("parley.room.turn-nodes-max", 1, 1_000_000),
                        (int) in.bytes("parley.room.event-bytes-max", 1 << 10, 16L << 20),
                        in.count("parley.room.ingress-packs-max", 1, 1_000_000),
                        in.bytes("parley.room.ingress-bytes-max", 1 << 10, 1L << 40),
                        in.bytes("parley.room.reassembly-bytes-max", 1 << 20, 1L << 40)),
                new RoomSettings.Repair(
                        in.count("parley.room.recent-events-max", 1, 1_000_000),
                        in.bytes("parley.room.recent-bytes-max", 1 << 10, 1L << 40),
                        in.count("parley.room.repair-events-max", 1, 100_000_000),
                        in.count("parley.room.repair-reads-max", 1, 1_000)),
                new RoomSettings.Rosters(
                        in.time("parley.room.relay-expiry", Duration.ofSeconds(3), Duration.ofMinutes(10)),
                        in.time("parley.room.roster-settle", SHORT, Duration.ofMinutes(1))),
                new RoomSettings.Lifetime(
                        in.time("parley.room.idle-timeout", Duration.ofMillis(100), Duration.ofDays(365)),
                        in.time("parley.room.empty-timeout", Duration.ofMillis(100), Duration.ofDays(365))),
                new RoomSettings.Plans(
                        in.count("parley.room.plans-max", 1, 100_000),
                        in.bytes("parley.room.plan-bytes-max", 1 << 10, 1L << 40)),
                new RoomSettings.Snapshots(
                        in.bytes("parley.room.snapshot-bytes-min", 1 << 10, 1L << 40),
                        in.count("parley.room.snapshot-growth-percent", 0, 10_000)));
    }
}
