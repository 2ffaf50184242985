package dev.parley.edge.socket;

import dev.parley.core.wire.Encoded;
import java.util.Optional;
import org.apache.pekko.stream.stage.AsyncCallback;

/** The door of one connection: messages wait in its outbox, all else becomes a {@link Wish} to its stage. */
record QueueingDoor(AsyncCallback<Wish> wishes, Outbox outbox, SharedFrames sharedFrames, OutboundBudget budget)
        implements SocketDoor {
    @Override
    public void reply(Encoded message) {
        queued(outbox.reply(alone(message)));
    }

    @Override
    public boolean send(Encoded message) {
        return queued(outbox.offer(alone(message)), true);
    }

    @Override
    public boolean sendShared(Encoded message) {
        return queued(outbox.offer(sharedFrames.of(message)), true);
    }

    @Override
    public void sendDroppable(Encoded message, Optional<String> key) {
        queued(outbox.offerDroppable(sharedFrames.of(message), key));
    }

    @Override
    public void replyThenTell(Encoded message) {
        reply(message);
        wishes.invoke(Wish.TELL_WHEN_DRAINED);
    }

    @Override
    public Queued queued() {
        return outbox.queued();
    }

    @Override
    public void readNext() {
        wishes.invoke(Wish.READ_NEXT);
    }

    @Override
    public void taken() {
        wishes.invoke(Wish.TAKEN);
    }

    @Override
    public void hangUp(int code, String reason) {
        wishes.invoke(new Wish.HangUp(code, reason));
    }

    private static SharedFrames.Shared alone(Encoded message) {
        return new SharedFrames.Shared(message, Frames.text(message));
    }

    private boolean queued(Outbox.Offered offered, boolean counts) {
        if (counts) {
            budget.relieve();
        }
        return queued(offered);
    }

    private boolean queued(Outbox.Offered offered) {
        return switch (offered) {
            case QUEUED -> true;
            case QUEUED_WAKE -> {
                wishes.invoke(Wish.LOOK_AT_QUEUE);
                yield true;
            }
            case FULL -> false;
        };
    }
}
