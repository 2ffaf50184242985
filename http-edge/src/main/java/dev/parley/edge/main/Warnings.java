package dev.parley.edge.main;

import dev.parley.core.id.RoomId;
import dev.parley.persistence.journal.WarningBudget;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an operator should know about settings that are allowed, but not safe everywhere: one sentence each. */
final class Warnings {
    private static final Logger LOG = LoggerFactory.getLogger(Warnings.class);

    private static final int OPEN_ROOMS_SAID = 5;
    private static final Duration OPEN_ROOMS_PERIOD = Duration.ofMinutes(1);

    private Warnings() {}

    static void log(Settings settings) {
        for (String warning : of(settings)) {
            LOG.atWarn()
                    .setMessage("a setting is not safe everywhere")
                    .addKeyValue("what", warning)
                    .log();
        }
    }

    /** Says of rooms as they are made that anyone may write there; nothing when only this machine reaches them. */
    static Consumer<RoomId> ofOpenRooms(Settings settings) {
        if (isLoopback(settings.edge().host())) {
            return room -> {};
        }
        WarningBudget budget = new WarningBudget(OPEN_ROOMS_SAID, OPEN_ROOMS_PERIOD);
        return room -> budget.take(System.nanoTime())
                .ifPresent(before -> LOG.atWarn()
                        .setMessage("a room was made that is open: whoever reaches it may write")
                        .addKeyValue("room", room)
                        .addKeyValue("not_logged", before)
                        .log());
    }

    static List<String> of(Settings settings) {
        List<String> warnings = new ArrayList<>();
        Settings.Edge edge = settings.edge();
        Settings.Limits limits = settings.limits();
        if (!isLoopback(edge.host())) {
            warnings.add(
                    "peers can connect from other machines, and whoever reaches a room that is not locked may read and"
                            + " write it: lock rooms, or keep the port private");
        }
        if (!isLoopback(edge.adminHost())) {
            warnings.add(
                    edge.adminToken().isEmpty()
                            ? "the operators' port can be reached from other machines: whoever reaches it may read metrics, rooms"
                                    + " and peers' addresses; changes are refused without parley.edge.admin-token"
                            : "the operators' port can be reached from other machines: whoever reaches it may read metrics, rooms"
                                    + " and peers' addresses");
        }
        if (limits.nodesPerSecond() == 0) {
            warnings.add("parley.limits.nodes-per-second is 0: one session may send as many nodes as it can");
        }
        if (limits.bytesPerSecond() == 0) {
            warnings.add("parley.limits.bytes-per-second is 0: one session may send as many bytes as it can");
        }
        return warnings;
    }

    /** False for a name that is not known: then the bind says so. */
    static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException unknown) {
            return false;
        }
    }
}
