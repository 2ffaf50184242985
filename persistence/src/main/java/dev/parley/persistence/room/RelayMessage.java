package dev.parley.persistence.room;

/** Anything a relay can be told; {@link ToRelay} is what rooms say, the shell adds its own. */
public interface RelayMessage {}
