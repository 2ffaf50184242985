package dev.parley.persistence.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;

/**
 * A data directory that this process holds: as long as this is open, no other server can claim it.
 *
 * <p>The lock on {@code parley.lock} is the operating system's, so it ends with the process however that ends; the file
 * stays, and says who held it last.
 */
public final class DataDirectory implements AutoCloseable {
    private static final String LOCK_FILE = "parley.lock";

    private final Path path;
    private FileChannel channel;
    private Object lockFile;

    private DataDirectory(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
        this.lockFile = key(path.resolve(LOCK_FILE));
    }

    /**
     * Makes the directory if it is missing, and locks it.
     *
     * <p>Errors: {@link JournalUnusable} with reason {@code IN_USE}, naming the holder, or {@code UNWRITABLE}.
     */
    public static DataDirectory claim(Path directory, Instant now) {
        try {
            Files.createDirectories(directory);
            FileChannel channel = FileChannel.open(
                    directory.resolve(LOCK_FILE),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            try {
                if (!lock(channel)) {
                    String holder = read(channel);
                    throw new JournalUnusable(
                            JournalUnusable.Reason.IN_USE,
                            "the data directory " + directory + " is in use by another server"
                                    + (holder.isEmpty() ? "" : " (" + holder + ")")
                                    + "; stop that one or choose another directory");
                }
                write(channel, "process " + ProcessHandle.current().pid() + ", since " + now);
                return new DataDirectory(directory, channel);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw new JournalUnusable(
                    JournalUnusable.Reason.UNWRITABLE,
                    "the data directory " + directory + " cannot be written: " + reason(e),
                    e);
        }
    }

    private static String reason(IOException e) {
        return switch (e) {
            case AccessDeniedException denied -> "permission denied";
            case FileAlreadyExistsException file -> "a file is in its place";
            case FileSystemException other when other.getReason() != null -> other.getReason();
            default -> e.getMessage();
        };
    }

    private static boolean lock(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false; // Held within this very process.
        }
    }

    private static Object key(Path file) {
        try {
            Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
            return key == null ? "no key on this system" : key;
        } catch (IOException gone) {
            return "none";
        }
    }

    /**
     * Makes sure that the directory is still held: somebody may have removed the lock's file, with the lock in it. Then it
     * is claimed again, unless another server was quicker. Says what is wrong, or nothing.
     */
    synchronized String hold() {
        if (!channel.isOpen() || key(path.resolve(LOCK_FILE)).equals(lockFile)) {
            return "";
        }
        try {
            DataDirectory again = claim(path, Instant.now());
            FileChannel old = channel;
            channel = again.channel;
            lockFile = again.lockFile;
            old.close(); // Another file by now, so this lets go of nothing.
            return "";
        } catch (JournalUnusable refused) {
            return refused.getMessage();
        } catch (IOException e) {
            return "the lock on " + path + " was not let go: " + e.getMessage();
        }
    }

    private static String read(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(200);
        channel.read(text, 0);
        return new String(text.array(), 0, text.position(), StandardCharsets.UTF_8).strip();
    }

    private static void write(FileChannel channel, String holder) throws IOException {
        channel.truncate(0);
        channel.write(StandardCharsets.UTF_8.encode(holder + "\n"), 0);
    }

    public Path path() {
        return path;
    }

    /** Lets go of the directory. */
    @Override
    public synchronized void close() throws IOException {
        channel.close();
    }
}
