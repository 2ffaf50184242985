package dev.parley.sim.actors;

import dev.parley.sim.check.Violation;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.event.Logging;
import org.apache.pekko.persistence.typed.internal.JournalFailureException;

/** The logger of a simulated actor system: an actor that fails for anything but its journal ends the run. */
public final class ErrorWatch extends AbstractActor {
    @Override
    public Receive createReceive() {
        return receiveBuilder()
                .match(Logging.InitializeLogger.class, begin -> sender().tell(Logging.loggerInitialized(), self()))
                .match(Logging.Error.class, this::heard)
                .matchAny(other -> {})
                .build();
    }

    private void heard(Logging.Error error) {
        if (!(error.cause() instanceof JournalFailureException)) {
            ((VirtualScheduler) context().system().scheduler()).loop().broken(why(error));
        }
    }

    private static RuntimeException why(Logging.Error error) {
        return error.cause() instanceof Violation violation
                ? violation
                : new IllegalStateException(
                        "an actor failed: " + error.logSource() + ": " + error.message() + " " + error.cause(),
                        error.cause());
    }
}
