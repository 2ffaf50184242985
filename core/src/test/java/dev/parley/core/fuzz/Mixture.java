package dev.parley.core.fuzz;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Several fuzz tests as one: the first byte of an input names the one that gets the rest. A fuzzer takes longer to start
 * than most fuzz tests take for thousands of inputs, so a build starts few.
 */
public final class Mixture {
    /** A fuzz test with the seeds that its class gives. */
    private record Part(Class<?> type, Method method) {
        static Part of(String target) {
            int hash = target.indexOf('#');
            try {
                Class<?> type = Class.forName(target.substring(0, hash));
                Method method = type.getDeclaredMethod(target.substring(hash + 1), byte[].class);
                method.setAccessible(true);
                return new Part(type, method);
            } catch (ReflectiveOperationException none) {
                throw new IllegalArgumentException("no fuzz test " + target, none);
            }
        }

        @SuppressWarnings("unchecked")
        Stream<byte[]> seeds() {
            try {
                Method seeds = type.getDeclaredMethod("seeds");
                seeds.setAccessible(true);
                return (Stream<byte[]>) seeds.invoke(null);
            } catch (ReflectiveOperationException none) {
                throw new IllegalStateException("no seeds of " + type, none);
            }
        }

        void run(byte[] input) throws Throwable {
            try {
                var constructor = type.getDeclaredConstructor();
                constructor.setAccessible(true);
                method.invoke(constructor.newInstance(), (Object) input);
            } catch (InvocationTargetException failed) {
                throw failed.getCause();
            }
        }
    }

    private final List<Part> parts;

    /** Of fuzz tests as {@code class#method}, whose classes have a {@code seeds()}. */
    public Mixture(String... targets) {
        parts = Arrays.stream(targets).map(Part::of).toList();
    }

    /** All their seeds. */
    public Stream<byte[]> seeds() {
        return IntStream.range(0, parts.size())
                .boxed()
                .flatMap(part -> parts.get(part).seeds().map(seed -> {
                    byte[] input = new byte[seed.length + 1];
                    input[0] = part.byteValue();
                    System.arraycopy(seed, 0, input, 1, seed.length);
                    return input;
                }));
    }

    /** Runs the one that the input names. */
    public void run(byte[] input) throws Throwable {
        if (input.length > 0) {
            parts.get((input[0] & 0xFF) % parts.size()).run(Arrays.copyOfRange(input, 1, input.length));
        }
    }
}
