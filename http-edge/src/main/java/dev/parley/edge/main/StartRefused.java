package dev.parley.edge.main;

/** The server cannot start as things are: an operator's matter, said in the one sentence of {@link #getMessage()}. */
public final class StartRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StartRefused(String sentence) {
        super(sentence);
    }

    public StartRefused(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
