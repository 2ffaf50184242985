package dev.parley.edge.peer;

import java.io.PrintWriter;
import java.util.List;

/** Where a run speaks: results on standard output, all else on standard error. Safe from any thread. */
final class Voice {
    private final PrintWriter out;
    private final PrintWriter err;

    Voice(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    /** Lines of a result, together. */
    void print(List<String> lines) {
        synchronized (this) {
            lines.forEach(out::println);
            out.flush();
        }
    }

    /** Text of a result without a line's end, such as a prompt. */
    void prompt(String text) {
        synchronized (this) {
            out.print(text);
            out.flush();
        }
    }

    /** A sentence about what goes on. */
    void say(String sentence) {
        synchronized (this) {
            err.println(sentence);
            err.flush();
        }
    }
}
