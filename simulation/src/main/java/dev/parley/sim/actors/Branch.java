package dev.parley.sim.actors;

import java.util.function.Consumer;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** An actor that starts others for whoever has none of his own to start them in. */
final class Branch {
    /** Something to be done in the actor's turn. */
    record Turn(Consumer<ActorContext<Turn>> task) {}

    private Branch() {}

    static Behavior<Turn> create() {
        return Behaviors.setup(actor -> Behaviors.receiveMessage(turn -> {
            turn.task().accept(actor);
            return Behaviors.same();
        }));
    }
}
