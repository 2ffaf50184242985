package dev.parley.edge.peer;

import dev.parley.core.history.ItemId;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What a user orders, by an option or by a line of the shell. Positions count from 0; arrays are kept: read only. */
sealed interface Order {
    /** Changes the room: one transaction each. */
    sealed interface Edit extends Order {}

    record Set(String key, byte[] value) implements Edit {}

    record Delete(String key) implements Edit {}

    /** Adds an item at the end. */
    record Push(String list, byte[] value) implements Edit {}

    record Insert(String list, int index, byte[] value) implements Edit {}

    /** Gives an item another value. */
    record Put(String list, Place place, byte[] value) implements Edit {}

    record Remove(String list, Place place) implements Edit {}

    /** Moves an item so that it stands at {@code index} afterwards. */
    record Move(String list, Place place, int index) implements Edit {}

    /** Types at the end. */
    record Type(String text, String words) implements Edit {}

    record InsertText(String text, int position, String words) implements Edit {}

    record DeleteText(String text, int position, int chars) implements Edit {}

    /** Which item of a list. */
    sealed interface Place {
        /** Negative ones count from the end: −1 is the last. */
        record Index(int index) implements Place {}

        record Item(ItemId id) implements Place {}
    }

    /** Prints what the room holds. */
    sealed interface Show extends Order {}

    record Get(String key) implements Show {}

    record ShowMap() implements Show {}

    record ShowList(String list) implements Show {}

    record ShowText(String text) implements Show {}

    record ShowAll() implements Show {}

    /** All of it with hashes, as JSON. */
    record State() implements Show {}

    record Who() implements Show {}

    /** Asks the server for something that it answers. */
    sealed interface Control extends Order {}

    record Lock(String pubkey) implements Control {}

    record Policy(Path file) implements Control {}

    record ServerInfo() implements Control {}

    /** What others see of this peer, as JSON; empty for nothing. */
    record Presence(Optional<String> dataJson) implements Order {}

    record Subscribe(List<String> patterns) implements Order {}

    record Tail(boolean on) implements Order {}

    /** Waits until everything is acknowledged. */
    record Sync() implements Order {}

    record Help() implements Order {}

    record Quit() implements Order {}

    /** An empty line, or a comment. */
    record Nothing() implements Order {}
}
