package dev.parley.core.access;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads a capability profile from its JSON text (spec 04 §3):
 *
 * <pre>
 * {"profile_version": text, "supported_profile_versions": [text, …],
 *  "nodes": [{"capability": name, "inherits": [name, …]}, …]}
 * </pre>
 *
 * <p>{@code supported_profile_versions} and {@code inherits} may be missing. It is an operator's file, so what does not fit
 * is refused and not skipped; fields that we do not know are.
 */
public final class ProfileReader {
    private static final JsonFactory JSON = new JsonFactoryBuilder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private String version;
    private List<String> supported = List.of();
    private Map<String, List<String>> nodes;

    private ProfileReader() {}

    /** A profile, or the reason why the text is none. */
    public sealed interface Read {
        record Whole(CapabilityProfile profile) implements Read {}

        record Broken(String why) implements Read {}
    }

    /** Never throws. Cost: linear in the text. */
    public static Read read(String json) {
        try (JsonParser parser = JSON.createParser(json)) {
            return new Read.Whole(new ProfileReader().profile(parser));
        } catch (Unfit unfit) {
            return new Read.Broken(unfit.getMessage());
        } catch (IOException notJson) {
            return new Read.Broken("the profile is not JSON");
        }
    }

    /** Leaves this class as {@link Read.Broken}. */
    private static final class Unfit extends IOException {
        private static final long serialVersionUID = 1L;

        Unfit(String why) {
            super(why);
        }
    }

    private CapabilityProfile profile(JsonParser parser) throws IOException {
        require(parser.nextToken() == JsonToken.START_OBJECT, "the profile is not a JSON object");
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "profile_version" -> version = text(parser, name);
                case "supported_profile_versions" -> supported = texts(parser, name);
                case "nodes" -> nodes = nodes(parser);
                default -> parser.skipChildren();
            }
        }
        require(parser.nextToken() == null, "the profile goes on after its JSON object");
        require(version != null && !version.isBlank(), "profile_version is missing");
        require(nodes != null, "nodes is missing");
        for (Map.Entry<String, List<String>> node : nodes.entrySet()) {
            for (String inherited : node.getValue()) {
                require(
                        nodes.containsKey(inherited),
                        "'" + node.getKey() + "' inherits '" + inherited + "', which is no node");
            }
        }
        Map<String, Integer> depths =
                CapabilityProfile.depths(nodes).orElseThrow(() -> new Unfit("a capability inherits itself"));
        require(
                depths.values().stream().allMatch(depth -> depth <= CapabilityProfile.DEPTH_MAX),
                "a chain of inheritance is longer than " + CapabilityProfile.DEPTH_MAX);
        return new CapabilityProfile(version, supported, nodes);
    }

    private static Map<String, List<String>> nodes(JsonParser parser) throws IOException {
        require(parser.currentToken() == JsonToken.START_ARRAY, "nodes is not an array");
        Map<String, List<String>> nodes = new HashMap<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            require(parser.currentToken() == JsonToken.START_OBJECT, "a node is not an object");
            String capability = null;
            List<String> inherits = List.of();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                switch (name) {
                    case "capability" -> capability = name(text(parser, name));
                    case "inherits" -> inherits = inherits(texts(parser, name));
                    default -> parser.skipChildren();
                }
            }
            require(capability != null, "a node has no capability");
            require(nodes.putIfAbsent(capability, inherits) == null, "'" + capability + "' is two nodes");
        }
        return nodes;
    }

    private static List<String> inherits(List<String> texts) throws IOException {
        require(
                texts.size() <= CapabilityProfile.INHERITS_MAX,
                "a node inherits more than " + CapabilityProfile.INHERITS_MAX + " names");
        List<String> names = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (String text : texts) {
            String name = name(text);
            require(seen.add(name), "a node inherits '" + name + "' twice");
            names.add(name);
        }
        return names;
    }

    private static String name(String text) throws IOException {
        String name = CapabilityProfile.normal(text);
        require(CapabilityProfile.isName(name), "invalid capability name '" + CapabilityProfile.echo(text) + "'");
        return name;
    }

    private static String text(JsonParser parser, String field) throws IOException {
        require(parser.currentToken() == JsonToken.VALUE_STRING, field + " is not a string");
        return parser.getText();
    }

    private static List<String> texts(JsonParser parser, String field) throws IOException {
        require(parser.currentToken() == JsonToken.START_ARRAY, field + " is not an array");
        List<String> texts = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            texts.add(text(parser, "an entry of " + field));
        }
        return texts;
    }

    private static void require(boolean fits, String why) throws IOException {
        if (!fits) {
            throw new Unfit(why);
        }
    }
}
