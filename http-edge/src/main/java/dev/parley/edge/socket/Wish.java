package dev.parley.edge.socket;

/** What a session wants of its connection, from another thread. */
public sealed interface Wish {
    Wish READ_NEXT = new ReadNext();
    Wish TAKEN = new Taken();
    Wish LOOK_AT_QUEUE = new LookAtQueue();
    Wish TELL_WHEN_DRAINED = new TellWhenDrained();

    Wish READ_ON = new ReadOn();
    Wish END_MESSAGE = new EndMessage();
    Wish FELL_BEHIND = new FellBehind();

    record ReadNext() implements Wish {}

    /** The session counts itself what it keeps of the last message. */
    record Taken() implements Wish {}

    record LookAtQueue() implements Wish {}

    record TellWhenDrained() implements Wish {}

    /** There is space again for the message being read, or for a first one. */
    record ReadOn() implements Wish {}

    /** The message being read has held space for so long that others have it now. */
    record EndMessage() implements Wish {}

    /** The queue was ended for the member's sake. */
    record FellBehind() implements Wish {}

    /** A close frame after the queue. */
    record HangUp(int code, String reason) implements Wish {}

    /** The peer broke RFC 6455 in a way that only reading the message showed: nothing more is understood. */
    record GiveUp(int code, String what) implements Wish {}
}
