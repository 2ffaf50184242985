package dev.parley.edge.peer;

import java.util.Locale;

/**
 * How a connection ended, in words, and what a peer does about it (spec 03 §9.1).
 *
 * <p>{@code why} has no capital and no full stop, so that it can stand in a sentence. {@code hint} is a whole sentence
 * or "": what a person can do.
 */
record Ending(String why, String hint, Next next) {
    enum Next {
        /** Connect again after a wait. */
        RETRY,
        /** Connect again, and send half as fast. */
        RETRY_SLOWER,
        /** Connect again with a token that is newer than the last. */
        FRESH_TOKEN,
        /** It would come again: what the peer is or has is refused. */
        REFUSED,
        /** There is nothing to connect to. */
        UNREACHABLE
    }

    static Ending lost(String why) {
        return new Ending(why, "", Next.RETRY);
    }

    /**
     * What a close means. {@code lastError} is the text of the error envelope that came just before, "" for none: it
     * holds what a close reason has no room for.
     */
    static Ending closed(int code, String reason, String lastError) {
        String quoted = reason.isEmpty() ? "" : " '" + ValueText.line(reason, 130) + "'";
        String closed = "the server closed with " + code + quoted + ": ";
        return switch (code) {
            case 1000 -> new Ending(closed + "it ended this session on request", "", Next.RETRY);
            case 1001 -> new Ending(closed + "it is going away", "", Next.RETRY);
            case 1002, 1003, 1007 ->
                new Ending(closed + "it could not make sense of what this peer sent", "", Next.RETRY);
            case 1006 -> dropped(lastError);
            case 1008 -> refused(closed, lastError.isEmpty() ? reason : lastError);
            case 1009 ->
                new Ending(closed + "a message of this peer is far over its limit", "Send smaller values.", Next.RETRY);
            case 1011 -> new Ending(closed + overload(reason, lastError), "", Next.RETRY);
            case 1012 -> new Ending(closed + "it restarts", "", Next.RETRY);
            case 1013 -> new Ending(closed + "it asks to come back later", "", Next.RETRY);
            case 4001 ->
                new Ending(closed + "this peer fell behind the room; joining again catches it up", "", Next.RETRY);
            case 4002 -> new Ending(closed + "the token is no longer valid", expired(), Next.FRESH_TOKEN);
            case 4008 ->
                new Ending(closed + "this peer sent more than the server's limits allow", "", Next.RETRY_SLOWER);
            default -> new Ending("the server closed with " + code + quoted, "", Next.RETRY);
        };
    }

    /** A server may drop a peer without a close frame right after saying why (spec 03 §2.2). */
    private static Ending dropped(String lastError) {
        String why = "the connection broke without a goodbye";
        if (lastError.startsWith("auth:") || lastError.startsWith("hello.") || lastError.equals("expected hello")) {
            return refused(why + " after the server said '" + ValueText.line(lastError, 200) + "': ", lastError);
        }
        return new Ending(why, "", Next.RETRY);
    }

    private static Ending refused(String closed, String text) {
        String hint;
        if (text.contains("room is locked")) {
            hint = "Get a token for this room and your key, and give it with --token FILE; an operator makes one with"
                    + " ./parley token.";
        } else if (text.contains("does not match connecting peer")) {
            hint = "The token was made for another public key: give the private key it was made for with --key FILE.";
        } else if (text.contains("token has expired")) {
            hint = expired();
        } else if (text.contains("signature verification failed")) {
            hint = "The token was made for another room, or signed with another key than the room's.";
        } else if (text.contains("token")) {
            hint = "The token is not usable as it is; get a new one from ./parley token.";
        } else {
            hint = "";
        }
        String why = closed + "it does not let this peer in as it is";
        return new Ending(why, hint, Next.REFUSED);
    }

    private static String overload(String reason, String lastError) {
        if (reason.startsWith("internal")) {
            return "it failed inside; its log has more";
        }
        return lastError.startsWith("room is not available")
                ? "the room cannot be had at the moment"
                : "it is overloaded, or this peer took nothing in for too long";
    }

    private static String expired() {
        return "Get a new token, for instance with ./parley token.";
    }

    boolean forGood() {
        return next == Next.REFUSED || next == Next.UNREACHABLE;
    }

    /** The whole of it as one or two sentences. */
    String sentence() {
        return sentence(why) + (hint.isEmpty() ? "" : " " + hint);
    }

    static String sentence(String why) {
        if (why.isEmpty()) {
            return "";
        }
        String capital = why.substring(0, 1).toUpperCase(Locale.ROOT) + why.substring(1);
        return capital.endsWith(".") || capital.endsWith("?") ? capital : capital + ".";
    }
}
