package dev.parley.core.fuzz;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The inputs that a fuzz test starts from, and that it runs as an ordinary test.
 *
 * <p>Layout of a file {@code NAME.corpus} beside the test, in its resources: one input a line as base64; lines that
 * start with {@code #} say what the next ones are. What once failed is there for ever; the rest is what a long run
 * found to reach more code than the seeds.
 */
public final class Corpus {
    private Corpus() {}

    /** The inputs of a file; none when there is no such file. */
    public static Stream<byte[]> of(Class<?> test, String name) {
        try (InputStream in = test.getResourceAsStream(name + ".corpus")) {
            if (in == null) {
                return Stream.empty();
            }
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(Base64.getDecoder()::decode);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Inputs by chance, for plays that are steered by their input. */
    public static Stream<byte[]> random(int inputs, int sizeBytes) {
        return IntStream.range(0, inputs).mapToObj(seed -> {
            byte[] input = new byte[sizeBytes];
            new Random(seed).nextBytes(input);
            return input;
        });
    }

    /** Each text as UTF-8. */
    public static Stream<byte[]> texts(String... texts) {
        return Stream.of(texts).map(text -> text.getBytes(StandardCharsets.UTF_8));
    }
}
