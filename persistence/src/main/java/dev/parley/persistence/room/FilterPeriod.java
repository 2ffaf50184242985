package dev.parley.persistence.room;

import dev.parley.core.access.Subscription;
import dev.parley.core.id.NodeId;
import java.util.Optional;

/** A time during which a session had one subscription; {@code firstAfter} is the first node that came after it, if any. */
public record FilterPeriod(Subscription subscription, Optional<NodeId> firstAfter) {}
