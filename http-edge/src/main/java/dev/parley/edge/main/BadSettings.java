package dev.parley.edge.main;

import java.util.List;

/** An operator's mistakes in the settings: all of them, a sentence each. */
public final class BadSettings extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    public BadSettings(List<String> problems) {
        super(String.join("; ", problems));
        this.problems = List.copyOf(problems);
    }

    public List<String> problems() {
        return problems;
    }
}
