package dev.parley.sim.actors;

import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.setup.Setup;

/** How the plugins of a simulated actor system find its store. */
final class StoreSetup extends Setup {
    private final RoomStore store;

    StoreSetup(RoomStore store) {
        this.store = store;
    }

    static RoomStore of(ActorSystem system) {
        return system.settings()
                .setup()
                .get(StoreSetup.class)
                .orElseThrow(() -> new IllegalStateException("the system has no store"))
                .store;
    }
}
