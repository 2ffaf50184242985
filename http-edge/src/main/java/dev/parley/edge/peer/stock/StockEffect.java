package dev.parley.edge.peer.stock;

/** What a stock client wants done. */
public sealed interface StockEffect {
    /** Send this message. {@code nodes} is how many a pack has, else 0. */
    record Send(String json, Cause cause, int nodes) implements StockEffect {}

    /** Open a socket now; the former one is gone. */
    record Open() implements StockEffect {}

    /** Close the socket with 1000. */
    record Close() implements StockEffect {}

    /** Ask the application for a token. */
    record FetchToken() implements StockEffect {}

    /** Let the application know. */
    record Tell(StockNews news) implements StockEffect {}

    /** What made a client send something. Those that follow from a defect say so. */
    enum Cause {
        HELLO("says hello"),
        BLOB_UPLOAD("uploads all its blobs again"),
        BLOB_REQUEST("asks for blobs it lacks"),
        PRESENCE("tells its presence"),
        SIGNALLING("opens a direct connection to a peer"),
        ALL_BUT_MISSING("defect: sends everything EXCEPT what the server asked for"),
        ALL_BUT_FRONTIER("defect: the roots differ, so it sends nearly its whole graph"),
        CHUNKED("sends its whole graph in chunks, since welcome named no root"),
        REQUEST_ALL("asks for what it lacks, naming all its ids"),
        MST_REQUEST("goes down the server's tree"),
        MST_DONE("asks for what its descent found"),
        AFTER_DESCENT("defect: repairs its upload by sending nearly its whole graph"),
        EDIT("sends an edit"),
        OUTBOX("sends what it kept while it was offline"),
        RESEND("defect: the ack was short, so it sends the same nodes again at once"),
        CONTROL("sends a control message");

        private final String sentence;

        Cause(String sentence) {
            this.sentence = sentence;
        }

        /** What the client does, to follow its name. */
        public String sentence() {
            return sentence;
        }

        /** True for what a correct client would not send. */
        public boolean defect() {
            return sentence.startsWith("defect");
        }
    }
}
