/**
 * Coverage-guided fuzzing: what all fuzz tests share.
 *
 * <p>Read {@link dev.parley.core.fuzz.FuzzRun}, {@link dev.parley.core.fuzz.InputRandom},
 * {@link dev.parley.core.fuzz.Corpus}. The fuzz tests themselves lie beside what they test, in its package, and are
 * called {@code …FuzzTest}; what they promise is theirs.
 */
package dev.parley.core.fuzz;
