package dev.parley.edge.trace;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Traces as JSON, plain or gzipped; which one is seen from the first bytes.
 *
 * <pre>
 * sequential  {"startContent","endContent","txns":[{"patches":[[position, deleted, inserted],…]},…]}
 * concurrent  {"kind":"concurrent","endContent","numAgents","txns":[{"parents":[index,…],"agent":n,"patches":[…]},…]}
 * </pre>
 *
 * Unknown fields are skipped. Errors: {@link IOException} whose message says what is wrong with the file.
 */
public final class TraceFile {
    private static final JsonFactory JSON = new JsonFactory();

    private TraceFile() {}

    public static Trace read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return read(in);
        }
    }

    /** Reads to the end of the stream; the caller closes it. */
    public static Trace read(InputStream in) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(in, 1 << 16);
        buffered.mark(2);
        boolean gzip = buffered.read() == 0x1f && buffered.read() == 0x8b;
        buffered.reset();
        try (JsonParser parser = JSON.createParser(gzip ? new GZIPInputStream(buffered, 1 << 16) : buffered)) {
            return new Reading(parser).trace();
        } catch (JsonProcessingException e) {
            throw new IOException("not a trace: " + e.getOriginalMessage(), e);
        } catch (EOFException e) {
            throw new IOException("not a trace: its compressed content ends early", e);
        }
    }

    /** Writes gzipped JSON in the form that fits the number of agents; equal traces give equal bytes. */
    public static void write(Trace trace, OutputStream out) throws IOException {
        try (GZIPOutputStream gzip = new GZIPOutputStream(out);
                JsonGenerator json = JSON.createGenerator(gzip)) {
            boolean concurrent = trace.agents() > 1;
            json.writeStartObject();
            if (concurrent) {
                json.writeStringField("kind", "concurrent");
            } else {
                json.writeStringField("startContent", trace.startContent());
            }
            json.writeStringField("endContent", trace.endContent());
            if (concurrent) {
                json.writeNumberField("numAgents", trace.agents());
            }
            json.writeArrayFieldStart("txns");
            for (Trace.Edit edit : trace.edits()) {
                write(edit, concurrent, json);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    private static void write(Trace.Edit edit, boolean concurrent, JsonGenerator json) throws IOException {
        json.writeStartObject();
        if (concurrent) {
            json.writeArrayFieldStart("parents");
            for (int parent : edit.parents()) {
                json.writeNumber(parent);
            }
            json.writeEndArray();
            json.writeNumberField("agent", edit.agent());
        }
        json.writeArrayFieldStart("patches");
        for (Trace.Patch patch : edit.patches()) {
            json.writeStartArray();
            json.writeNumber(patch.position());
            json.writeNumber(patch.deleted());
            json.writeString(patch.inserted());
            json.writeEndArray();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static final class Reading {
        private final JsonParser parser;
        private String startContent = "";
        private Optional<String> endContent = Optional.empty();
        private boolean concurrent;
        private int agents = 1;
        private final List<Trace.Edit> edits = new ArrayList<>();

        private Reading(JsonParser parser) {
            this.parser = parser;
        }

        private Trace trace() throws IOException {
            expect(parser.nextToken(), JsonToken.START_OBJECT, "an object");
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                JsonToken value = parser.nextToken();
                switch (field) {
                    case "kind" -> concurrent = "concurrent".equals(parser.getText());
                    case "startContent" -> startContent = text(value, field);
                    case "endContent" -> endContent = Optional.of(text(value, field));
                    case "numAgents" -> agents = number(value, field);
                    case "txns" -> edits(value);
                    default -> parser.skipChildren();
                }
            }
            if (endContent.isEmpty() || edits.isEmpty()) {
                throw new IOException("not a trace: endContent or txns are missing");
            }
            return new Trace(startContent, endContent.get(), concurrent ? agents : 1, checked());
        }

        private void edits(JsonToken value) throws IOException {
            expect(value, JsonToken.START_ARRAY, "txns as an array");
            while (parser.nextToken() == JsonToken.START_OBJECT) {
                edits.add(edit());
            }
        }

        private Trace.Edit edit() throws IOException {
            int agent = 0;
            List<Integer> parents = edits.isEmpty() ? List.of() : List.of(edits.size() - 1);
            List<Trace.Patch> patches = List.of();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                JsonToken value = parser.nextToken();
                switch (field) {
                    case "agent" -> agent = number(value, field);
                    case "parents" -> parents = numbers(value);
                    case "patches" -> patches = patches(value);
                    default -> parser.skipChildren();
                }
            }
            return new Trace.Edit(agent, parents, patches);
        }

        private List<Integer> numbers(JsonToken value) throws IOException {
            expect(value, JsonToken.START_ARRAY, "parents as an array");
            List<Integer> numbers = new ArrayList<>(2);
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                numbers.add(number(parser.currentToken(), "parents"));
            }
            return numbers;
        }

        private List<Trace.Patch> patches(JsonToken value) throws IOException {
            expect(value, JsonToken.START_ARRAY, "patches as an array");
            List<Trace.Patch> patches = new ArrayList<>(1);
            while (parser.nextToken() == JsonToken.START_ARRAY) {
                int position = number(parser.nextToken(), "a patch's position");
                int deleted = number(parser.nextToken(), "a patch's deleted count");
                String inserted = text(parser.nextToken(), "a patch's inserted text");
                patches.add(new Trace.Patch(position, deleted, inserted));
                expect(parser.nextToken(), JsonToken.END_ARRAY, "patches of three values");
            }
            return patches;
        }

        private List<Trace.Edit> checked() throws IOException {
            for (int i = 0; i < edits.size(); i++) {
                int index = i;
                Trace.Edit edit = edits.get(i);
                if (edit.agent() >= (concurrent ? agents : 1)) {
                    throw new IOException("not a trace: edit " + i + " names agent " + edit.agent());
                }
                if (edit.parents().stream().anyMatch(parent -> parent >= index)) {
                    throw new IOException("not a trace: edit " + i + " comes before one of its parents");
                }
            }
            return edits;
        }

        private String text(JsonToken token, String what) throws IOException {
            expect(token, JsonToken.VALUE_STRING, what + " as text");
            return parser.getText();
        }

        private int number(JsonToken token, String what) throws IOException {
            expect(token, JsonToken.VALUE_NUMBER_INT, what + " as a number");
            int number = parser.getIntValue();
            if (number < 0) {
                throw new IOException("not a trace: " + what + " is negative");
            }
            return number;
        }

        private static void expect(JsonToken token, JsonToken wanted, String what) throws IOException {
            if (token != wanted) {
                throw new IOException("not a trace: expected " + what);
            }
        }
    }
}
