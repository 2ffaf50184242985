package dev.parley.core.state;

import dev.parley.core.history.OpId;
import dev.parley.core.id.Lamport;
import dev.parley.core.id.PeerId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The characters of a text in their order, in chunks, with an index by id.
 *
 * <p>A character has a slot number, given in order of arrival and never changed; columns by slot hold its id, its scalar
 * value (complemented when deleted) and its chunk. A chunk holds up to 256 slots in text order, knows its place and its
 * least id; how many of its characters show stands in a column by place.
 *
 * <p>Cost, with n characters: an insert or look-up goes through at most n / 128 chunk counters and one chunk, whatever
 * the ids; the scan of spec 05 §4.3 skips a chunk whose least id is greater.
 */
final class TextSequence {
    /** Stands for no predecessor. */
    static final int START = -1;

    private static final int CHUNK_SLOTS = 256;

    private long[] lamports = new long[64];
    private int[] authors = new int[64];
    private int[] scalars = new int[64];
    private Chunk[] homes = new Chunk[64];
    private int size;
    private int visible;

    private int[] slotsByHash = new int[128];

    private final Map<PeerId, Integer> authorNumbers = new HashMap<>();
    private final List<PeerId> authorsByNumber = new ArrayList<>();

    private Chunk[] chunks = {new Chunk()};
    private int[] visibleByPlace = new int[1];
    private int chunkCount = 1;

    TextSequence() {
        Arrays.fill(slotsByHash, -1);
    }

    private static final class Chunk {
        private final int[] slots = new int[CHUNK_SLOTS];
        private int count;
        private int place;
        private int least;

        private int indexOf(int slot) {
            int i = 0;
            while (slots[i] != slot) {
                i++;
            }
            return i;
        }
    }

    int visible() {
        return visible;
    }

    OpId id(int slot) {
        return new OpId(lamports[slot], authorsByNumber.get(authors[slot]));
    }

    boolean deleted(int slot) {
        return scalars[slot] < 0;
    }

    /** The slot of an id, or −1. */
    int slotOf(OpId id) {
        Integer author = authorNumbers.get(id.author());
        if (author == null) {
            return -1;
        }
        int mask = slotsByHash.length - 1;
        for (int i = hash(id.lamport(), author) & mask; slotsByHash[i] >= 0; i = i + 1 & mask) {
            int slot = slotsByHash[i];
            if (lamports[slot] == id.lamport() && authors[slot] == author) {
                return slot;
            }
        }
        return -1;
    }

    /** Puts a character whose id is not here behind that of slot {@code anchor}, past all greater ids; gives its slot. */
    int insertAfter(int anchor, OpId id, int scalar) {
        int slot = newSlot(id, scalar);
        Chunk chunk = anchor == START ? chunks[0] : homes[anchor];
        int index = anchor == START ? 0 : chunk.indexOf(anchor) + 1;
        while (true) {
            while (index < chunk.count && compare(chunk.slots[index], slot) > 0) {
                index++;
            }
            if (index < chunk.count || chunk.place == chunkCount - 1) {
                break;
            }
            int next = chunk.place + 1;
            while (next < chunkCount - 1 && compare(chunks[next].least, slot) > 0) {
                next++;
            }
            if (next == chunk.place + 1 && compare(chunks[next].slots[0], slot) < 0) {
                break; // The end of this chunk is the place.
            }
            chunk = chunks[next];
            index = 0;
        }
        put(chunk, index, slot);
        return slot;
    }

    private void put(Chunk into, int at, int slot) {
        Chunk chunk = into;
        int index = at;
        if (chunk.count == CHUNK_SLOTS) {
            boolean atTheVeryEnd = index == CHUNK_SLOTS && chunk.place == chunkCount - 1;
            int kept = atTheVeryEnd ? CHUNK_SLOTS : CHUNK_SLOTS / 2;
            Chunk upper = split(chunk, kept);
            if (index > kept || atTheVeryEnd) {
                chunk = upper;
                index -= kept;
            }
        }
        System.arraycopy(chunk.slots, index, chunk.slots, index + 1, chunk.count - index);
        chunk.slots[index] = slot;
        chunk.least = chunk.count == 0 || compare(slot, chunk.least) < 0 ? slot : chunk.least;
        chunk.count++;
        homes[slot] = chunk;
        visibleByPlace[chunk.place]++;
        visible++;
    }

    /** Moves what lies behind the first {@code kept} slots into a new chunk right behind. */
    private Chunk split(Chunk chunk, int kept) {
        Chunk upper = new Chunk();
        upper.count = chunk.count - kept;
        System.arraycopy(chunk.slots, kept, upper.slots, 0, upper.count);
        chunk.count = kept;
        chunk.least = leastOf(chunk);
        if (chunkCount == chunks.length) {
            chunks = Arrays.copyOf(chunks, 2 * chunkCount);
            visibleByPlace = Arrays.copyOf(visibleByPlace, 2 * chunkCount);
        }
        int place = chunk.place + 1;
        System.arraycopy(chunks, place, chunks, place + 1, chunkCount - place);
        System.arraycopy(visibleByPlace, place, visibleByPlace, place + 1, chunkCount - place);
        chunks[place] = upper;
        chunkCount++;
        for (int i = place; i < chunkCount; i++) {
            chunks[i].place = i;
        }
        int moved = 0;
        for (int i = 0; i < upper.count; i++) {
            homes[upper.slots[i]] = upper;
            moved += deleted(upper.slots[i]) ? 0 : 1;
        }
        upper.least = leastOf(upper);
        visibleByPlace[place] = moved;
        visibleByPlace[place - 1] -= moved;
        return upper;
    }

    private int leastOf(Chunk chunk) {
        int least = chunk.slots[0];
        for (int i = 1; i < chunk.count; i++) {
            least = compare(chunk.slots[i], least) < 0 ? chunk.slots[i] : least;
        }
        return least;
    }

    /** Hides a character; a hidden one stays hidden. */
    void delete(int slot) {
        if (!deleted(slot)) {
            scalars[slot] = ~scalars[slot];
            visibleByPlace[homes[slot].place]--;
            visible--;
        }
    }

    /** Hides {@code count} visible characters from a visible position on. */
    void deleteVisible(int position, int count) {
        int left = count;
        int skip = position;
        for (int place = 0; place < chunkCount && left > 0; place++) {
            if (skip >= visibleByPlace[place]) {
                skip -= visibleByPlace[place];
                continue;
            }
            Chunk chunk = chunks[place];
            for (int i = 0; i < chunk.count && left > 0; i++) {
                if (!deleted(chunk.slots[i]) && skip-- <= 0) {
                    delete(chunk.slots[i]);
                    left--;
                }
            }
            skip = 0;
        }
    }

    /** The slot of the visible character at a position. Errors: throws {@link IndexOutOfBoundsException}. */
    int slotAt(int position) {
        if (position < 0 || position >= visible) {
            throw new IndexOutOfBoundsException("position " + position + " of " + visible + " characters");
        }
        int place = 0;
        int skip = position;
        while (skip >= visibleByPlace[place]) {
            skip -= visibleByPlace[place++];
        }
        Chunk chunk = chunks[place];
        int i = 0;
        while (deleted(chunk.slots[i]) || skip-- > 0) {
            i++;
        }
        return chunk.slots[i];
    }

    /** How many visible characters stand before this one. */
    int positionOf(int slot) {
        Chunk chunk = homes[slot];
        int position = 0;
        for (int place = 0; place < chunk.place; place++) {
            position += visibleByPlace[place];
        }
        for (int i = 0; chunk.slots[i] != slot; i++) {
            position += deleted(chunk.slots[i]) ? 0 : 1;
        }
        return position;
    }

    String text() {
        StringBuilder text = new StringBuilder(visible);
        for (int place = 0; place < chunkCount; place++) {
            Chunk chunk = chunks[place];
            for (int i = 0; i < chunk.count; i++) {
                int scalar = scalars[chunk.slots[i]];
                if (scalar >= 0) {
                    text.appendCodePoint(scalar);
                }
            }
        }
        return text.toString();
    }

    List<OpId> sequence() {
        List<OpId> ids = new ArrayList<>(size);
        for (int place = 0; place < chunkCount; place++) {
            for (int i = 0; i < chunks[place].count; i++) {
                ids.add(id(chunks[place].slots[i]));
            }
        }
        return ids;
    }

    private int newSlot(OpId id, int scalar) {
        if (size == lamports.length) {
            int capacity = 2 * size;
            lamports = Arrays.copyOf(lamports, capacity);
            authors = Arrays.copyOf(authors, capacity);
            scalars = Arrays.copyOf(scalars, capacity);
            homes = Arrays.copyOf(homes, capacity);
            slotsByHash = new int[2 * capacity];
            Arrays.fill(slotsByHash, -1);
            for (int slot = 0; slot < size; slot++) {
                index(slot);
            }
        }
        int slot = size++;
        lamports[slot] = id.lamport();
        authors[slot] = authorNumber(id.author());
        scalars[slot] = scalar;
        index(slot);
        return slot;
    }

    private int authorNumber(PeerId author) {
        Integer known = authorNumbers.get(author);
        if (known != null) {
            return known;
        }
        authorsByNumber.add(author);
        authorNumbers.put(author, authorsByNumber.size() - 1);
        return authorsByNumber.size() - 1;
    }

    private void index(int slot) {
        int mask = slotsByHash.length - 1;
        int i = hash(lamports[slot], authors[slot]) & mask;
        while (slotsByHash[i] >= 0) {
            i = i + 1 & mask;
        }
        slotsByHash[i] = slot;
    }

    private int compare(int left, int right) {
        int order = Lamport.compare(lamports[left], lamports[right]);
        return order != 0 || authors[left] == authors[right]
                ? order
                : authorsByNumber.get(authors[left]).compareTo(authorsByNumber.get(authors[right]));
    }

    private static int hash(long lamport, int author) {
        long mixed = (lamport + author * 0x9E3779B97F4A7C15L) * 0xC2B2AE3D27D4EB4FL;
        return (int) (mixed >>> 32);
    }
}
