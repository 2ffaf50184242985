package dev.parley.sim.mutate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A source tree with its planted bugs. */
public record Checkout(Path root) {
    private static final Path MUTANTS = Path.of("simulation", "src", "mutants");
    private static final String ENDING = ".mutant";

    /**
     * The checkout that this program was built from: above {@code here}, or above where its classes are.
     *
     * <p>Errors: {@link NoCheckout} when there is none, as with an installed jar.
     */
    public static Checkout find(Path here) throws NoCheckout {
        return find(here, ownPlace());
    }

    static Checkout find(Path here, Optional<Path> classes) throws NoCheckout {
        List<Path> starts = new ArrayList<>(List.of(here.toAbsolutePath()));
        classes.ifPresent(starts::add);
        for (Path start : starts) {
            for (Path folder = start; folder != null; folder = folder.getParent()) {
                if (Files.isDirectory(folder.resolve(MUTANTS))) {
                    return new Checkout(folder);
                }
            }
        }
        throw new NoCheckout("the planted bugs are in the source tree, in " + MUTANTS + ", and none was found above "
                + here.toAbsolutePath() + ": run this in a checkout");
    }

    private static Optional<Path> ownPlace() {
        CodeSource source = Checkout.class.getProtectionDomain().getCodeSource();
        try {
            return source == null
                    ? Optional.empty()
                    : Optional.of(Path.of(source.getLocation().toURI()));
        } catch (URISyntaxException | IllegalArgumentException elsewhere) {
            return Optional.empty();
        }
    }

    /** All planted bugs, by id. */
    public List<Mutant> mutants() {
        try (Stream<Path> files = Files.list(root.resolve(MUTANTS))) {
            return files.filter(file -> file.getFileName().toString().endsWith(ENDING))
                    .sorted()
                    .map(Checkout::read)
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Mutant read(Path file) {
        String name = file.getFileName().toString();
        try {
            return Mutant.parse(name.substring(0, name.length() - ENDING.length()), Files.readString(file));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** The text of the source that this bug is planted in, with the bug. Errors: {@link UnfitMutant}. */
    public String planted(Mutant mutant) {
        Path source = root.resolve(mutant.file());
        if (!Files.isRegularFile(source)) {
            throw new UnfitMutant(mutant.id(), "there is no file " + mutant.file());
        }
        try {
            return mutant.plantIn(Files.readString(source));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
