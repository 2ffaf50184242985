package dev.parley.core.access;

import java.util.Set;

/**
 * A right over a room's control commands, as a token carries it: an exact string, without wildcards (spec 01 §12.4, 04
 * §1). Path grants such as {@code read:world/**} are carried too, but nothing enforces them, so they have no constant.
 */
public enum Grant {
    POLICY_ADMIN("policy.admin"),
    ROOM_ADMIN("room.admin"),
    TICK_ADMIN("tick.admin"),
    ARCHIVE_READ("archive.read"),
    ARCHIVE_ADMIN("archive.admin"),
    QUERY_READ("query.read"),
    QUERY_ADMIN("query.admin"),
    TOPOLOGY_ADMIN("topology.admin");

    private final String capability;

    Grant(String capability) {
        this.capability = capability;
    }

    /** The string in a token. */
    public String capability() {
        return capability;
    }

    /** True if these capabilities include this right. */
    public boolean in(Set<String> capabilities) {
        return capabilities.contains(capability);
    }

    /** The text that answers a command without this right; peers parse exactly it (spec 04 §2). */
    public String denial(String command) {
        return "reject.control_plane_forbidden: command=" + command + " requires=" + capability;
    }
}
