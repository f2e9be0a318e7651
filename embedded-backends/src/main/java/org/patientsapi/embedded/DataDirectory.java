package org.patientsapi.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.patientsapi.embedded.BackendStartException.Reason;

/** The one folder that everything of an instance lives in, held by a lock while this process uses it. */
final class DataDirectory implements AutoCloseable {

    /** Both servers unpacked take 250 MB, an empty cluster 50 MB, its first write-ahead log up to 512 MB. */
    private static final long FRESH_START_BYTES = 1_000_000_000L;

    /** Below this PostgreSQL may stop at its next log segment; Elasticsearch has blocked writes before (500 MB). */
    private static final long LATER_START_BYTES = 250_000_000L;

    /** PostgreSQL gives back a segment of 16 MB that it could not finish. */
    private static final long FULL_BYTES = 32_000_000L;

    private static final String VARIABLE = "PATIENTS_DATA_DIR";

    /** Those of this process. Where it has locked a file, to close it once more would give that lock back. */
    private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

    private final Path root;
    private final FileChannel lockFile;

    private DataDirectory(Path root, FileChannel lockFile) {
        this.root = root;
        this.lockFile = lockFile;
    }

    /**
     * Creates the directory where it is missing and takes it for this process.
     *
     * @throws BackendStartException if it cannot be written, has too little room or is in use
     */
    static DataDirectory open(Path wanted) {
        Path root = wanted.toAbsolutePath().normalize();
        try {
            Files.createDirectories(root);
            root = root.toRealPath();
        } catch (IOException e) {
            throw unusable(root, e);
        }
        if (!OPEN.add(root)) {
            throw inUse(root, Long.toString(ProcessHandle.current().pid()));
        }
        FileChannel lockFile = null;
        try {
            lockFile = FileChannel.open(
                    root.resolve("backends.lock"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            lock(root, lockFile);
            requireSpace(root);
            DataDirectory data = new DataDirectory(root, lockFile);
            data.createParts();
            return data;
        } catch (IOException e) {
            release(root, lockFile);
            throw unusable(root, e);
        } catch (BackendStartException e) {
            release(root, lockFile);
            throw e;
        }
    }

    private void createParts() throws IOException {
        Files.createDirectories(logs());
        Files.createDirectories(postgres());
        Files.createDirectories(elasticsearch());
        createPrivateDirectory(secrets());
    }

    /** Deletes all data; to be called while no server runs. */
    void empty() throws IOException {
        for (Path part : List.of(logs(), postgres(), elasticsearch(), secrets())) {
            FileTrees.delete(part);
        }
        createParts();
    }

    private static void lock(Path root, FileChannel lockFile) throws IOException {
        if (lockFile.tryLock() == null) {
            throw inUse(root, holder(lockFile));
        }
        lockFile.truncate(0);
        lockFile.write(
                ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)), 0);
    }

    private static BackendStartException inUse(Path root, String holder) {
        return new BackendStartException(
                Reason.DATA_DIRECTORY_IN_USE,
                "The data directory " + root + " is in use by another running instance"
                        + (holder.isBlank() ? "" : " (process " + holder + ")")
                        + "; stop that one or choose another folder with " + VARIABLE + ".");
    }

    /** Empty where it has not said so yet. */
    private static String holder(FileChannel lockFile) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(20);
        int length = lockFile.read(content, 0);
        return length <= 0 ? "" : new String(content.array(), 0, length, StandardCharsets.US_ASCII);
    }

    private static void requireSpace(Path root) throws IOException {
        boolean fresh = !Files.exists(root.resolve("postgresql").resolve("cluster"));
        requireSpace(root, Files.getFileStore(root).getUsableSpace(), fresh ? FRESH_START_BYTES : LATER_START_BYTES);
    }

    static void requireSpace(Path root, long usableBytes, long neededBytes) {
        if (usableBytes < neededBytes) {
            throw new BackendStartException(
                    Reason.DISK_FULL,
                    "The disk that holds " + root + " has only " + usableBytes / 1_000_000 + " MB free, and "
                            + neededBytes / 1_000_000
                            + " MB are needed; " + makeRoom(VARIABLE));
        }
    }

    /** Turns a failed file operation into a sentence for the operator. */
    static BackendStartException unusable(Path place, IOException e) {
        return unusable(place, VARIABLE, e);
    }

    /** @param variable by which the operator chooses another place */
    static BackendStartException unusable(Path place, String variable, IOException e) {
        return unusable(place, variable, e, usableBytes(place));
    }

    static BackendStartException unusable(Path place, String variable, IOException e, long usableBytes) {
        // The system's own words are in the operator's language.
        if (usableBytes < FULL_BYTES && !(e instanceof AccessDeniedException)) {
            return new BackendStartException(
                    Reason.DISK_FULL, "The disk that holds " + place + " is full; " + makeRoom(variable), e);
        }
        return new BackendStartException(
                Reason.DATA_DIRECTORY_UNUSABLE,
                "The directory " + place + " cannot be used (" + e.getClass().getSimpleName() + ": " + e.getMessage()
                        + "); make it writable for this user or choose another folder with " + variable + ".",
                e);
    }

    private static String makeRoom(String variable) {
        return "free some space or choose a folder on another disk with " + variable + ".";
    }

    private static long usableBytes(Path place) {
        for (Path there = place; there != null; there = there.getParent()) {
            try {
                long total = Files.getFileStore(there).getTotalSpace();
                // A file system that keeps no files, such as /proc, has no room and is not full.
                return total == 0 ? Long.MAX_VALUE : Files.getFileStore(there).getUsableSpace();
            } catch (IOException notMadeYet) {
                // Its parent is on the same disk.
            }
        }
        return Long.MAX_VALUE;
    }

    Path root() {
        return root;
    }

    Path postgres() {
        return root.resolve("postgresql");
    }

    Path elasticsearch() {
        return root.resolve("elasticsearch");
    }

    Path logs() {
        return root.resolve("logs");
    }

    /** The password of that name, made up on first use and kept in a file that only this user can read. */
    String password(String name) {
        Path file = secretFile(name);
        try {
            if (Files.exists(file)) {
                String kept = Files.readString(file).strip();
                if (kept.isEmpty()) {
                    throw new BackendStartException(
                            Reason.DATA_DIRECTORY_UNUSABLE,
                            "The file " + file + " is empty; put the original file back.");
                }
                return kept;
            }
            byte[] random = new byte[24];
            new SecureRandom().nextBytes(random);
            String password = HexFormat.of().formatHex(random);
            // Renamed into place when it is on disk: whatever ends this start leaves no half-written password.
            Path unfinished = file.resolveSibling(file.getFileName() + ".new");
            writePrivate(unfinished, password);
            moveInto(unfinished, file);
            return password;
        } catch (IOException e) {
            throw unusable(file, e);
        }
    }

    Path secretFile(String name) {
        return secrets().resolve(name + ".password");
    }

    private Path secrets() {
        return root.resolve("secrets");
    }

    static void writePrivate(Path file, String content) throws IOException {
        Files.deleteIfExists(file);
        try (FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    static void createPrivateDirectory(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectory(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
    }

    /** It is on disk under its new name when this returns. */
    static void moveInto(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to);
        }
        Path parent = Objects.requireNonNull(to.getParent(), "a file is in a folder");
        try (FileChannel folder = FileChannel.open(parent, StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    @Override
    public void close() {
        release(root, lockFile);
    }

    private static void release(Path root, @Nullable FileChannel lockFile) {
        try {
            if (lockFile != null) {
                lockFile.close();
            }
        } catch (IOException e) {
            // Closing only gives the lock back, which the end of this process does too.
        }
        OPEN.remove(root);
    }
}
