package dev.parley.sim.actors;

import java.util.function.UnaryOperator;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.BehaviorInterceptor;
import org.apache.pekko.actor.typed.TypedActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Shows somebody what an actor is told, just before it is, who may put something else in its place. */
final class Watching<T> extends BehaviorInterceptor<T, T> {
    private final UnaryOperator<T> watch;

    private Watching(Class<T> type, UnaryOperator<T> watch) {
        super(type);
        this.watch = watch;
    }

    static <T> Behavior<T> around(Class<T> type, UnaryOperator<T> watch, Behavior<T> actor) {
        return Behaviors.intercept(() -> new Watching<>(type, watch), actor);
    }

    @Override
    public Behavior<T> aroundReceive(TypedActorContext<T> context, T message, ReceiveTarget<T> target) {
        return target.apply(context, watch.apply(message));
    }
}
