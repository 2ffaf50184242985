package dev.parley.edge.peer;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The words of the shell; those that the command line has too are its options of the same name. */
enum Verb {
    SET("set", "KEY=VALUE", "sets a map key"),
    DELETE("delete", "KEY", "deletes a map key", "del", "unset"),
    PUSH("push", "LIST=VALUE", "adds an item at the end of a list", "append"),
    INSERT("insert", "LIST@I=VALUE", "adds an item at position I, from 0"),
    PUT("put", "LIST@I=VALUE", "gives item I another value"),
    REMOVE("remove", "LIST@I", "removes item I; -1 is the last one, and an item's 32 hex digits do as well", "rm"),
    MOVE("move", "LIST@I=J", "moves item I to position J", "mv"),
    TYPE("type", "TEXT=WORDS", "types at the end of a text"),
    INSERT_TEXT("insert-text", "TEXT@I=WORDS", "types at position I of a text, from 0"),
    DELETE_TEXT("delete-text", "TEXT@I+N", "deletes N characters of a text from position I on", "erase"),
    GET("get", "KEY", "prints the value of a map key"),
    SHOW("show", "[map | list NAME | text NAME]", "prints what is there; without a word, everything", "ls"),
    STATE("state", "", "prints everything with its hashes as JSON"),
    TAIL("tail", "on|off", "prints changes of others as they come, or stops doing so"),
    WHO("who", "", "lists who is here, and what they show"),
    PRESENCE("presence", "JSON", "shows this to the others, such as {\"cursor\":1}; nothing takes it back"),
    SUBSCRIBE("subscribe", "PATTERN…", "wants keys that match, such as world/**; ** is everything", "sub"),
    SYNC("sync", "", "waits until the server has everything"),
    LOCK("lock", "PUBKEY", "locks the room: from then on every hello needs a token signed by that key"),
    POLICY("policy", "FILE", "sets the write policy: {\"default\":\"allow\",\"rules\":[…]}"),
    SERVER_INFO("server-info", "", "asks for the server's public key"),
    HELP("help", "", "prints this", "?"),
    QUIT("quit", "", "syncs and leaves", "exit", "q");

    private final String word;
    private final String form;
    private final String does;
    private final List<String> aliases;

    Verb(String word, String form, String does, String... aliases) {
        this.word = word;
        this.form = form;
        this.does = does;
        this.aliases = List.of(aliases);
    }

    String word() {
        return word;
    }

    /** What has to follow the word. */
    String form() {
        return form;
    }

    static Optional<Verb> of(String typed) {
        return Arrays.stream(values())
                .filter(verb -> verb.word.equals(typed) || verb.aliases.contains(typed))
                .findFirst();
    }

    /** The word that was perhaps meant: one that begins the same way, or differs in one or two letters. */
    static Optional<String> like(String typed) {
        return Arrays.stream(values())
                .map(Verb::word)
                .filter(word ->
                        typed.length() > 1 && (word.startsWith(typed) || distance(word, typed) <= typed.length() / 2))
                .min((left, right) -> Integer.compare(distance(left, typed), distance(right, typed)));
    }

    private static int distance(String left, String right) {
        int[] row = new int[right.length() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= left.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int change = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[right.length()];
    }

    /** A line for each verb. */
    static List<String> help() {
        return Arrays.stream(values())
                .map(verb -> String.format("  %-36s %s", (verb.word + " " + verb.form).strip(), verb.does))
                .toList();
    }
}
