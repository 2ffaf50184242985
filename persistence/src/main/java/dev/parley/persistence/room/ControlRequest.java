package dev.parley.persistence.room;

import dev.parley.core.id.SessionId;

/**
 * One control command of one session, by the session's own number: the same command said again is the same request, in
 * whatever life of the room it arrives.
 */
public record ControlRequest(SessionId session, long number) {}
