package dev.parley.persistence.room;

import dev.parley.core.history.Node;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.SessionId;
import java.util.List;

/** Nodes of one event that one session brought: receivers get them as one pack {@code from} that peer. */
public record Run(SessionId origin, PeerId from, List<Node> nodes) {
    public Run {
        nodes = List.copyOf(nodes);
    }
}
