package dev.parley.edge.log;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads one JSON object that holds texts, whole numbers and claims only. */
final class FlatJson {
    private FlatJson() {}

    static Map<String, Object> read(String text) throws IOException {
        Map<String, Object> fields = new LinkedHashMap<>();
        try (JsonParser parser = new JsonFactory().createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("no object: " + text);
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                Object read = switch (value) {
                    case VALUE_STRING -> parser.getText();
                    case VALUE_NUMBER_INT -> parser.getLongValue();
                    case VALUE_TRUE -> true;
                    case VALUE_FALSE -> false;
                    default -> throw new IOException("not flat: " + text);
                };
                if (fields.put(name, read) != null) {
                    throw new IOException("twice: " + name);
                }
            }
            if (parser.nextToken() != null) {
                throw new IOException("more than an object: " + text);
            }
        }
        return fields;
    }
}
