package dev.parley.sim.world;

import dev.parley.core.id.RoomId;
import dev.parley.sim.check.Invariants;

/** One room of the world: its journal, where it lives, and what is promised of it. */
record SimRoom(RoomId id, int number, SimJournal journal, RoomPlace place, Invariants invariants) {}
