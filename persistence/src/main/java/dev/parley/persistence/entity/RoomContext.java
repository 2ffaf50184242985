package dev.parley.persistence.entity;

import dev.parley.core.access.Composition;
import dev.parley.core.history.Signatures;
import dev.parley.core.id.PeerId;
import dev.parley.persistence.room.PolicyBounds;
import dev.parley.persistence.room.RoomMeters;
import dev.parley.persistence.room.RoomSettings;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

/**
 * What the rooms of one member need from outside.
 *
 * <p>{@code server} is the server's own key: its tokens are honoured in open rooms, its snapshot nodes pass the write
 * policy. {@code composition} is what the capabilities of tokens come to. {@code nowMs} is the wall clock in milliseconds
 * since the epoch. {@code ledger} outlives each room. {@code incarnations} gives each life of a room a number that no other
 * has. All of it is thread-safe.
 */
public record RoomContext(
        RoomSettings settings,
        PeerId server,
        Signatures signatures,
        LongSupplier nowMs,
        RoomMeters meters,
        Composition composition,
        PolicyBounds policies,
        RoomLedger ledger,
        LongSupplier incarnations) {
    /** Rooms whose lives are told apart by chance. */
    public RoomContext(
            RoomSettings settings,
            PeerId server,
            Signatures signatures,
            LongSupplier nowMs,
            RoomMeters meters,
            Composition composition,
            PolicyBounds policies,
            RoomLedger ledger) {
        this(
                settings,
                server,
                signatures,
                nowMs,
                meters,
                composition,
                policies,
                ledger,
                () -> ThreadLocalRandom.current().nextLong());
    }

    /** Rooms whose tokens give what they name. */
    public RoomContext(
            RoomSettings settings, PeerId server, Signatures signatures, LongSupplier nowMs, RoomMeters meters) {
        this(
                settings,
                server,
                signatures,
                nowMs,
                meters,
                Composition.OFF,
                PolicyBounds.DEFAULT,
                RoomLedger.unbounded());
    }
}
