package dev.parley.edge.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.core.history.Decoded;
import dev.parley.core.history.Ed25519;
import dev.parley.core.history.History;
import dev.parley.core.history.Node;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Packs;
import dev.parley.core.history.Signatures;
import dev.parley.core.id.RoomId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicaStoreTest {
    private static final RoomId ROOM = new RoomId("räum");
    private static final long BYTES_MAX = 1 << 20;
    private static final Signatures SIGNATURES = Ed25519.best();

    @TempDir
    private Path folder;

    private final Replica replica =
            new Replica(ROOM, Ed25519.signer(new byte[32]), SIGNATURES, ReplicaSettings.DEFAULT);

    private Path file() {
        return folder.resolve("r.peer");
    }

    @Test
    void whatWasKeptComesBack() throws Exception {
        replica.type("t", 0, "kept", 0);
        save();

        List<Node> nodes = load();

        assertThat(nodes).hasSize(4);
        Replica next = new Replica(ROOM, Ed25519.signer(new byte[32]), SIGNATURES, ReplicaSettings.DEFAULT);
        nodes.forEach(next::offer);
        assertThat(next.view().root()).isEqualTo(replica.view().root());
        next.set("k", new byte[0], 0);
        assertThat(next.view().lamport(4)).isEqualTo(5);
        assertThat(folder.resolve("r.peer.new")).doesNotExist();
    }

    @Test
    void theFileIsAPackToWhoeverReadsPacks() throws Exception {
        replica.type("t", 0, "ab", 0);
        save();

        assertThat(Packs.decode(Files.readAllBytes(file())))
                .isEqualTo(new Decoded.Whole<>(
                        List.of(replica.view().node(0), replica.view().node(1))));
    }

    @Test
    void noFileIsAnEmptyStore() throws Exception {
        assertThat(load()).isEmpty();
        assertThat(file()).doesNotExist();
    }

    @Test
    void everyTruncationAndEveryFlippedBitIsFound() throws Exception {
        replica.set("k", new byte[] {1}, 0);
        save();
        byte[] good = Files.readAllBytes(file());

        for (int length = 0; length < good.length; length++) {
            Files.write(file(), Arrays.copyOf(good, length));
            assertThatThrownBy(this::load).as("length %d", length).isInstanceOf(ReplicaStore.Unusable.class);
        }
        for (int bit = 0; bit < good.length * 8; bit += 7) {
            byte[] flipped = good.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file(), flipped);
            assertThatThrownBy(this::load).as("bit %d", bit).isInstanceOf(ReplicaStore.Unusable.class);
        }
    }

    @Test
    void aNodeThatIsNotSignedByItsAuthorIsNotTakenIn() throws Exception {
        Node good = replica.set("k", new byte[] {1}, 0);
        History history = new History();
        history.append(Nodes.claimed(good.id(), good.transaction(), new byte[64]));
        try (ReplicaStore store = ReplicaStore.open(file(), ROOM, BYTES_MAX)) {
            store.save(history.view());
        }

        assertThatThrownBy(this::load).hasMessageContaining("damaged");
    }

    @Test
    void theStoreOfAnotherRoomIsRefused() throws Exception {
        replica.set("k", new byte[] {1}, 0);
        save();

        try (ReplicaStore store = ReplicaStore.open(file(), new RoomId("other"), BYTES_MAX)) {
            assertThatThrownBy(() -> store.load(SIGNATURES)).hasMessageContaining("is of room 'räum', not of 'other'");
        }
    }

    @Test
    void aStoreIsBoundedBothWays() throws Exception {
        replica.set("k", new byte[1_000], 0);
        save();
        byte[] before = Files.readAllBytes(file());
        replica.set("k", new byte[1_001], 0);

        try (ReplicaStore store = ReplicaStore.open(file(), ROOM, 1_500)) {
            assertThat(store.load(SIGNATURES)).hasSize(1);
            assertThatThrownBy(() -> store.save(replica.view())).hasMessageContaining("stays as it was");
        }
        try (ReplicaStore store = ReplicaStore.open(file(), ROOM, 1_000)) {
            assertThatThrownBy(() -> store.load(SIGNATURES)).hasMessageContaining("--store-max");
        }
        assertThat(Files.readAllBytes(file())).isEqualTo(before);
    }

    @Test
    void oneProcessAtATimeUsesAStore() throws Exception {
        try (ReplicaStore held = ReplicaStore.open(file(), ROOM, BYTES_MAX)) {
            assertThat(held.load(SIGNATURES)).isEmpty();
            assertThatThrownBy(() -> ReplicaStore.open(file(), ROOM, BYTES_MAX))
                    .hasMessageContaining("Another peer is using the store");
        }
        ReplicaStore.open(file(), ROOM, BYTES_MAX).close();
    }

    @Test
    void aStoreThatCannotBeWrittenSaysSo() throws IOException {
        assertThatThrownBy(() -> ReplicaStore.open(folder.resolve("none/r.peer"), ROOM, BYTES_MAX))
                .hasMessageContaining("cannot be used: its folder is not there");
    }

    private void save() throws ReplicaStore.Unusable {
        try (ReplicaStore store = ReplicaStore.open(file(), ROOM, BYTES_MAX)) {
            store.save(replica.view());
        }
    }

    private List<Node> load() throws ReplicaStore.Unusable {
        try (ReplicaStore store = ReplicaStore.open(file(), ROOM, BYTES_MAX)) {
            return store.load(SIGNATURES);
        }
    }
}
