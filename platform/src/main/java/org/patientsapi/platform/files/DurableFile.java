package org.patientsapi.platform.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;

/** How files are written that hold what the database must not or cannot: for their owner's eyes, and on disk when it is said. */
public final class DurableFile {

    public static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private DurableFile() {}

    /** Makes the folder too. The file is made for its owner only; one that is there keeps its permissions. */
    public static FileChannel open(Path file, OpenOption... options) throws IOException {
        Files.createDirectories(folder(file));
        return FileChannel.open(file, Set.of(options), PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    }

    /** Puts all of it on disk behind what is there, or nothing: what follows must not be glued to half a record. */
    public static void append(FileChannel channel, byte[] content) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(content);
        long before = channel.size();
        channel.position(before);
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        } catch (IOException e) {
            channel.truncate(before);
            throw e;
        }
    }

    /**
     * Makes the file or takes its place, and is on disk when this returns. A crash leaves what was there or what is given, never half
     * of it. Before the move it has one name: what a crash leaves may hold keys, and the next one takes its place, so that no
     * destroyed key outlives it.
     */
    public static void replace(Path file, byte[] content) throws IOException {
        Path half = file.resolveSibling(file.getFileName() + ".tmp");
        Files.deleteIfExists(half);
        try (FileChannel channel = open(half, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            append(channel, content);
        }
        Files.move(half, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        forceName(file);
    }

    /** Of a line that a crash broke off nothing was answered yet, and the next one must not be glued to it. */
    public static void cutBrokenLine(FileChannel channel) throws IOException {
        ByteBuffer last = ByteBuffer.allocate(1);
        long end = channel.size();
        while (end > 0 && channel.read(last.clear(), end - 1) == 1 && last.get(0) != '\n') {
            end--;
        }
        channel.truncate(end);
    }

    /** Puts on disk that the file is there, and under this name. */
    public static void forceName(Path file) throws IOException {
        try (FileChannel folder = FileChannel.open(folder(file), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    private static Path folder(Path file) {
        return Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file is in a folder");
    }
}
