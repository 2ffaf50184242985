package dev.parley.persistence.room;

import dev.parley.core.id.PeerId;
import dev.parley.core.id.SessionId;

/** A session that is in the room, as its relay tells the room. */
public record RosterEntry(SessionId session, PeerId peer, String peerId, String peerType) {}
