package dev.parley.edge.peer;

import dev.parley.core.history.Blake3;
import dev.parley.core.history.Decoded;
import dev.parley.core.history.HistoryView;
import dev.parley.core.history.Node;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Packs;
import dev.parley.core.history.PostcardWriter;
import dev.parley.core.history.Signatures;
import dev.parley.core.history.Verdict;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.RoomId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A file that keeps a replica between runs: what a peer knows and what it wrote while it was offline.
 *
 * <pre>
 * size  field
 * p     a pack of all nodes, parents first; who reads packs may ignore the rest
 * n     room id, UTF-8
 * 2     n, big-endian
 * 17    "parley-replica-v1"
 * 32    BLAKE3 of all before
 * </pre>
 *
 * <p>It is written whole into a file beside it, forced to disk, and moved over the old one, so a crash leaves the old or
 * the new. A lock file beside it keeps a second process out. What it does not hold is lost by kill -9 only.
 *
 * <p>Errors: {@link Unusable}, with a sentence; a file that is not usable is never written over.
 */
final class ReplicaStore implements AutoCloseable {
    private static final byte[] MAGIC = "parley-replica-v1".getBytes(StandardCharsets.US_ASCII);
    private static final int TRAILER_BYTES_MIN = 2 + MAGIC.length + NodeId.SIZE_BYTES;

    private final Path file;
    private final RoomId room;
    private final long bytesMax;
    private final FileChannel lockFile;
    private int saved = -1;

    /** The message is a sentence for the user. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        Unusable(String sentence) {
            super(sentence);
        }
    }

    private ReplicaStore(Path file, RoomId room, long bytesMax, FileChannel lockFile) {
        this.file = file;
        this.room = room;
        this.bytesMax = bytesMax;
        this.lockFile = lockFile;
    }

    /** Opens the store of a room; a file that is not there yet is an empty one. It holds at most {@code bytesMax}. */
    static ReplicaStore open(Path file, RoomId room, long bytesMax) throws Unusable {
        Path absolute = file.toAbsolutePath();
        Path lock = absolute.resolveSibling(absolute.getFileName() + ".lock");
        try {
            FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!locked(channel)) {
                channel.close();
                throw new Unusable("Another peer is using the store " + file + ".");
            }
            return new ReplicaStore(absolute, room, bytesMax, channel);
        } catch (IOException e) {
            throw new Unusable("The store " + file + " cannot be used: " + said(e) + ".");
        }
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false; // Held by this very process.
        }
    }

    /** The nodes of the store, parents first, each with a valid hash and signature. */
    List<Node> load(Signatures signatures) throws Unusable {
        byte[] bytes;
        try {
            if (Files.size(file) > bytesMax) {
                throw new Unusable(
                        "The store " + file + " is larger than --store-max allows (" + bytesMax + " bytes).");
            }
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new Unusable("The store " + file + " cannot be read: " + said(e) + ".");
        }
        int packBytes = packBytes(bytes);
        if (!(Packs.decode(Arrays.copyOf(bytes, packBytes)) instanceof Decoded.Whole<List<Node>>(var nodes))) {
            throw damaged();
        }
        boolean valid = nodes.parallelStream()
                .allMatch(
                        node -> Nodes.verdict(node, signatures) instanceof Verdict.Checked(var computed, var signature)
                                && computed.equals(node.id())
                                && signature == Verdict.SignatureState.VALID);
        Set<NodeId> before = new HashSet<>();
        for (Node node : nodes) {
            valid &= before.containsAll(node.transaction().parents()) && before.add(node.id());
        }
        if (!valid) {
            throw damaged();
        }
        saved = nodes.size();
        return nodes;
    }

    /** Checks what surrounds the pack, and returns the pack's size. */
    private int packBytes(byte[] bytes) throws Unusable {
        int hashAt = bytes.length - NodeId.SIZE_BYTES;
        int magicAt = hashAt - MAGIC.length;
        if (bytes.length < TRAILER_BYTES_MIN || !Arrays.equals(bytes, magicAt, hashAt, MAGIC, 0, MAGIC.length)) {
            throw new Unusable("The file " + file + " is no store of a peer, or only a part of one.");
        }
        if (!Blake3.hash(bytes, 0, hashAt).equals(NodeId.of(bytes, hashAt))) {
            throw damaged();
        }
        int roomBytes = ByteBuffer.wrap(bytes).getShort(magicAt - 2) & 0xFFFF;
        int roomAt = magicAt - 2 - roomBytes;
        if (roomAt < 0) {
            throw damaged();
        }
        String of = new String(bytes, roomAt, roomBytes, StandardCharsets.UTF_8);
        if (!of.equals(room.value())) {
            throw new Unusable(
                    "The store " + file + " is of room '" + ValueText.line(of, 80) + "', not of '" + room + "'.");
        }
        return roomAt;
    }

    private Unusable damaged() {
        return new Unusable("The store " + file + " is damaged; move it away to start with an empty one.");
    }

    /** Keeps this view, unless it is what was kept last. Safe from any thread, one at a time. */
    synchronized void save(HistoryView view) throws Unusable {
        if (view.count() == saved) {
            return;
        }
        byte[] id = room.value().getBytes(StandardCharsets.UTF_8);
        long sizeBytes = view.bytes() + 10 + id.length + TRAILER_BYTES_MIN;
        if (sizeBytes > bytesMax) {
            throw new Unusable("The store " + file + " would need " + sizeBytes
                    + " bytes, more than --store-max allows (" + bytesMax + "); it stays as it was.");
        }
        PostcardWriter writer = new PostcardWriter((int) sizeBytes).u64(view.count());
        for (int number = 0; number < view.count(); number++) {
            view.copyTo(number, writer);
        }
        writer.raw(id)
                .raw(new byte[] {(byte) (id.length >> 8), (byte) id.length})
                .raw(MAGIC);
        byte[] body = writer.toBytes();
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel channel = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            write(channel, body);
            write(channel, Blake3.hash(body).toBytes());
            channel.force(true);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new Unusable("The store " + file + " cannot be written: " + said(e) + ".");
        }
        saved = view.count();
    }

    private static void write(FileChannel channel, byte[] bytes) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) {
            channel.write(left);
        }
    }

    private static String said(IOException e) {
        return e instanceof NoSuchFileException ? "its folder is not there" : String.valueOf(e.getMessage());
    }

    @Override
    public void close() {
        try {
            lockFile.close();
        } catch (IOException e) {
            // The process is about to end, and the lock ends with it.
        }
    }
}
