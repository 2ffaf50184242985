package dev.parley.core.access;

import dev.parley.core.id.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Roles for tokens: a capability of a token stands for itself and for all that it inherits, directly or not (spec 04 §3).
 *
 * <p>Shape: {@code inherits} has an entry for each name that the profile knows, and every name in a list is one of them; no
 * name inherits itself, however indirectly, and no chain is longer than {@link #DEPTH_MAX}. {@link ProfileReader} sees to
 * that. Names are trimmed and in lower case.
 */
public final class CapabilityProfile {
    /** Longest name, in characters. */
    public static final int NAME_CHARS_MAX = 128;

    /** Most names that one name inherits directly. */
    public static final int INHERITS_MAX = 64;

    /** Longest chain of inheritance, in steps. */
    public static final int DEPTH_MAX = 16;

    /** Most capabilities that a token comes to have. */
    public static final int EXPANDED_MAX = 128;

    /** Most bytes of these, with one separator between two. */
    public static final int EXPANDED_BYTES_MAX = 8_192;

    /** More of a text of a token than this is not said back. */
    private static final int ECHO_CHARS_MAX = 128;

    private final String version;
    private final Set<String> supportedVersions;
    private final Map<String, List<String>> inherits;

    CapabilityProfile(String version, Collection<String> supportedVersions, Map<String, List<String>> inherits) {
        this.version = version;
        this.supportedVersions = Set.copyOf(supportedVersions);
        this.inherits = Map.copyOf(inherits);
    }

    /** What a token's capabilities come to, or why they come to nothing. */
    public sealed interface Expansion {
        /** In order of their UTF-8 bytes. */
        record Whole(List<String> capabilities) implements Expansion {}

        /** {@code why} is the end of a refusal's text. */
        record Failed(String why) implements Expansion {}
    }

    /** The version that tokens should name. */
    public String version() {
        return version;
    }

    /** True for tokens of this version, and of older ones that the profile still takes. */
    public boolean takes(String tokenVersion) {
        return tokenVersion.equals(version) || supportedVersions.contains(tokenVersion);
    }

    /**
     * All that these capabilities give. Names are trimmed and put in lower case; one given twice counts once.
     *
     * <p>Cost: linear in what is reached, which the bounds keep small.
     */
    public Expansion expand(List<String> capabilities) {
        Set<String> reached = new TreeSet<>(Bytes::compareUtf8);
        Deque<String> waiting = new ArrayDeque<>();
        for (String capability : capabilities) {
            String name = normal(capability);
            if (!isName(name)) {
                return new Expansion.Failed("invalid capability name '" + echo(capability) + "'");
            }
            if (!inherits.containsKey(name)) {
                return new Expansion.Failed("unknown capability '" + name + "'");
            }
            waiting.add(name);
        }
        while (!waiting.isEmpty()) {
            String name = waiting.remove();
            if (reached.add(name)) {
                waiting.addAll(inherits.get(name));
                if (reached.size() > EXPANDED_MAX) {
                    return new Expansion.Failed("more than " + EXPANDED_MAX + " capabilities");
                }
            }
        }
        List<String> expanded = List.copyOf(reached);
        if (String.join("\n", expanded).getBytes(StandardCharsets.UTF_8).length > EXPANDED_BYTES_MAX) {
            return new Expansion.Failed("more than " + EXPANDED_BYTES_MAX + " bytes of capabilities");
        }
        return new Expansion.Whole(expanded);
    }

    static String normal(String name) {
        return name.strip().toLowerCase(Locale.ROOT);
    }

    /** 1 to 128 characters of {@code a-z0-9._-}, the first a letter or a digit. */
    static boolean isName(String normal) {
        if (normal.isEmpty() || normal.length() > NAME_CHARS_MAX || !isLetterOrDigit(normal.charAt(0))) {
            return false;
        }
        return normal.chars().allMatch(c -> isLetterOrDigit((char) c) || c == '.' || c == '_' || c == '-');
    }

    private static boolean isLetterOrDigit(char c) {
        return c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
    }

    static String echo(String text) {
        return text.length() <= ECHO_CHARS_MAX ? text : text.substring(0, ECHO_CHARS_MAX) + "…";
    }

    /**
     * The longest chain of inheritance that leads to each name, in steps; empty if a name inherits itself.
     *
     * <p>Cost: linear, however deep: each name is taken once, after all that inherit it.
     */
    static Optional<Map<String, Integer>> depths(Map<String, List<String>> inherits) {
        Map<String, Integer> heirs = new HashMap<>();
        inherits.values().forEach(names -> names.forEach(name -> heirs.merge(name, 1, Integer::sum)));
        Deque<String> free = new ArrayDeque<>();
        inherits.keySet().stream().filter(name -> !heirs.containsKey(name)).forEach(free::add);
        Map<String, Integer> depths = new HashMap<>();
        free.forEach(name -> depths.put(name, 0));
        int seen = 0;
        while (!free.isEmpty()) {
            String name = free.remove();
            seen++;
            for (String inherited : inherits.get(name)) {
                depths.merge(inherited, depths.get(name) + 1, Math::max);
                if (heirs.merge(inherited, -1, Integer::sum) == 0) {
                    free.add(inherited);
                }
            }
        }
        return seen == inherits.size() ? Optional.of(depths) : Optional.empty();
    }
}
