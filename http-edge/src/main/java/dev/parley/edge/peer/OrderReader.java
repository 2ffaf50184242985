package dev.parley.edge.peer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.core.history.ItemId;
import dev.parley.core.history.NodeLimits;
import dev.parley.core.id.Bytes;
import dev.parley.core.id.PeerId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Reads an order: a verb and what follows it. The first {@code =} ends the name of a key, and the last {@code @} before
 * it the name of a list or text.
 *
 * <p>Errors: throws {@link IllegalArgumentException} with a sentence for the user.
 */
final class OrderReader {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private OrderReader() {}

    /** A line of the shell. A value in double quotes is a JSON string; a line that begins with # says nothing. */
    static Order line(String line) {
        String begun = line.stripLeading();
        if (begun.isEmpty() || begun.startsWith("#")) {
            return new Order.Nothing();
        }
        String[] parts = begun.split("\\s+", 2);
        Verb verb = Verb.of(parts[0])
                .orElseThrow(() -> new IllegalArgumentException("There is no command '"
                        + ValueText.line(parts[0], 40) + "'"
                        + Verb.like(parts[0])
                                .map(word -> "; did you mean " + word + "?")
                                .orElse("; help lists them.")));
        String rest = parts.length > 1 ? parts[1] : "";
        boolean valued = verb.form().contains("="); // White space at a value's end belongs to it.
        return order(verb, valued ? rest : rest.strip(), true);
    }

    /** An option and its argument. */
    static Order option(Verb verb, String argument) {
        return order(verb, argument, false);
    }

    private static Order order(Verb verb, String rest, boolean unquotes) {
        return switch (verb) {
            case SET -> {
                Pair pair = pair(verb, rest, unquotes);
                yield new Order.Set(key(pair.name()), value(pair.value()));
            }
            case DELETE -> new Order.Delete(key(wanted(verb, rest)));
            case PUSH -> {
                Pair pair = pair(verb, rest, unquotes);
                yield new Order.Push(key(pair.name()), value(pair.value()));
            }
            case INSERT -> {
                Pair pair = pair(verb, rest, unquotes);
                At at = at(verb, pair.name());
                yield new Order.Insert(at.name(), position(verb, at.place()), value(pair.value()));
            }
            case PUT -> {
                Pair pair = pair(verb, rest, unquotes);
                At at = at(verb, pair.name());
                yield new Order.Put(at.name(), place(verb, at.place()), value(pair.value()));
            }
            case REMOVE -> {
                At at = at(verb, wanted(verb, rest));
                yield new Order.Remove(at.name(), place(verb, at.place()));
            }
            case MOVE -> {
                Pair pair = pair(verb, rest, unquotes);
                At at = at(verb, pair.name());
                yield new Order.Move(at.name(), place(verb, at.place()), position(verb, pair.value()));
            }
            case TYPE -> {
                Pair pair = pair(verb, rest, unquotes);
                yield new Order.Type(key(pair.name()), words(pair.value()));
            }
            case INSERT_TEXT -> {
                Pair pair = pair(verb, rest, unquotes);
                At at = at(verb, pair.name());
                yield new Order.InsertText(at.name(), position(verb, at.place()), words(pair.value()));
            }
            case DELETE_TEXT -> {
                At at = at(verb, wanted(verb, rest));
                int plus = at.place().indexOf('+');
                if (plus < 0) {
                    throw form(verb, rest);
                }
                int chars = position(verb, at.place().substring(plus + 1));
                if (chars == 0) {
                    throw new IllegalArgumentException(verb.word() + ": nothing is to be deleted.");
                }
                yield new Order.DeleteText(at.name(), position(verb, at.place().substring(0, plus)), chars);
            }
            case GET -> new Order.Get(key(wanted(verb, rest)));
            case SHOW -> show(rest);
            case STATE -> alone(verb, rest, new Order.State());
            case TAIL ->
                switch (rest) {
                    case "on", "" -> new Order.Tail(true);
                    case "off" -> new Order.Tail(false);
                    default -> throw form(verb, rest);
                };
            case WHO -> alone(verb, rest, new Order.Who());
            case PRESENCE ->
                new Order.Presence(
                        rest.isEmpty() || rest.equals("null") ? Optional.empty() : Optional.of(ValueText.json(rest)));
            case SUBSCRIBE -> new Order.Subscribe(List.of(wanted(verb, rest).split("\\s+")));
            case SYNC -> alone(verb, rest, new Order.Sync());
            case LOCK -> new Order.Lock(pubkey(wanted(verb, rest)));
            case POLICY -> new Order.Policy(Path.of(wanted(verb, rest)));
            case SERVER_INFO -> alone(verb, rest, new Order.ServerInfo());
            case HELP -> new Order.Help();
            case QUIT -> alone(verb, rest, new Order.Quit());
        };
    }

    private static Order.Show show(String rest) {
        String[] parts = rest.split("\\s+", 2);
        boolean named = parts.length > 1;
        return switch (parts[0]) {
            case "", "all" -> new Order.ShowAll();
            case "map" -> new Order.ShowMap();
            case "list" -> new Order.ShowList(key(named ? parts[1] : ""));
            case "text" -> new Order.ShowText(key(named ? parts[1] : ""));
            default ->
                throw new IllegalArgumentException("show: '" + ValueText.line(parts[0], 40)
                        + "' is neither map, list nor text; a map key is printed by get.");
        };
    }

    private record Pair(String name, String value) {}

    private static Pair pair(Verb verb, String rest, boolean unquotes) {
        int equals = rest.indexOf('=');
        if (equals < 0) {
            throw form(verb, rest);
        }
        String value = rest.substring(equals + 1);
        return new Pair(rest.substring(0, equals), unquotes ? unquoted(value) : value);
    }

    private static String unquoted(String value) {
        String quoted = value.strip();
        if (quoted.length() < 2 || !quoted.startsWith("\"") || !quoted.endsWith("\"")) {
            return value;
        }
        try {
            return "text:" + JSON.readValue(quoted, String.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "The quotes do not fit: a value in double quotes is written as in JSON, \\\" and \\n included.", e);
        }
    }

    private record At(String name, String place) {}

    private static At at(Verb verb, String target) {
        int at = target.lastIndexOf('@');
        if (at < 0) {
            throw form(verb, target);
        }
        return new At(key(target.substring(0, at)), target.substring(at + 1));
    }

    private static int position(Verb verb, String typed) {
        try {
            int position = Integer.parseInt(typed.strip());
            if (position >= 0) {
                return position;
            }
        } catch (NumberFormatException e) {
            // The sentence below says what is wanted.
        }
        throw new IllegalArgumentException(verb.word() + ": '" + ValueText.line(typed, 40)
                + "' is no position: a whole number from 0 on is wanted.");
    }

    private static Order.Place place(Verb verb, String typed) {
        Optional<ItemId> item = Bytes.parseHex(typed, 16)
                .map(ByteBuffer::wrap)
                .map(bytes -> new ItemId(bytes.getLong(), bytes.getLong()));
        if (item.isPresent()) {
            return new Order.Place.Item(item.get());
        }
        try {
            return new Order.Place.Index(Integer.parseInt(typed.strip()));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    verb.word() + ": '" + ValueText.line(typed, 40)
                            + "' names no item: a position such as 0 or -1, or the item's 32 hex digits are wanted.",
                    e);
        }
    }

    private static String key(String typed) {
        if (typed.isEmpty()) {
            throw new IllegalArgumentException("A name is wanted.");
        }
        int most = NodeLimits.DEFAULT.keyBytesMax();
        if (typed.getBytes(StandardCharsets.UTF_8).length > most) {
            throw new IllegalArgumentException("A name has at most " + most + " bytes.");
        }
        return typed;
    }

    private static byte[] value(String typed) {
        byte[] value = ValueText.bytes(typed);
        int most = NodeLimits.DEFAULT.valueBytesMax();
        if (value.length > most) {
            throw new IllegalArgumentException(
                    "A value has at most " + most + " bytes; this one has " + value.length + ".");
        }
        return value;
    }

    private static String words(String typed) {
        String words = ValueText.words(typed);
        if (words.isEmpty()) {
            throw new IllegalArgumentException("There is nothing to type.");
        }
        int most = NodeLimits.DEFAULT.valueBytesMax();
        if (words.getBytes(StandardCharsets.UTF_8).length > most) {
            throw new IllegalArgumentException("At most " + most + " bytes can be typed at once.");
        }
        return words;
    }

    private static String pubkey(String typed) {
        return PeerId.parse(typed)
                .map(PeerId::toHex)
                .orElseThrow(() -> new IllegalArgumentException(
                        "lock: '" + ValueText.line(typed, 80) + "' is no public key: 64 hex digits are wanted."));
    }

    private static String wanted(Verb verb, String rest) {
        if (rest.isEmpty()) {
            throw form(verb, rest);
        }
        return rest;
    }

    private static Order alone(Verb verb, String rest, Order order) {
        if (!rest.isEmpty()) {
            throw new IllegalArgumentException(verb.word() + " stands alone.");
        }
        return order;
    }

    private static IllegalArgumentException form(Verb verb, String given) {
        return new IllegalArgumentException(verb.word() + ": " + verb.form() + " is wanted"
                + (given.isEmpty() ? "" : ", not '" + ValueText.line(given, 60) + "'") + ".");
    }
}
