package dev.parley.edge.socket;

import dev.parley.core.wire.Encoded;
import java.util.Optional;
import java.util.function.Consumer;

/** The door of one connection: messages wait in its outbox, all else becomes a {@link Wish} to it. */
record QueueingDoor(Consumer<Wish> wishes, Outbox outbox, SharedFrames sharedFrames, OutboundBudget budget)
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
        wishes.accept(Wish.TELL_WHEN_DRAINED);
    }

    @Override
    public Queued queued() {
        return outbox.queued();
    }

    @Override
    public void readNext() {
        wishes.accept(Wish.READ_NEXT);
    }

    @Override
    public void taken() {
        wishes.accept(Wish.TAKEN);
    }

    @Override
    public void hangUp(int code, String reason) {
        wishes.accept(new Wish.HangUp(code, reason));
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
                wishes.accept(Wish.LOOK_AT_QUEUE);
                yield true;
            }
            case FULL -> false;
        };
    }
}
