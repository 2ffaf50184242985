package dev.parley.edge.main;

import java.util.concurrent.Callable;

/**
 * A command of {@code parley}: a picocli command that the launcher finds by {@link java.util.ServiceLoader}, in whatever module
 * it is. The result is the exit code.
 */
public interface Subcommand extends Callable<Integer> {}
