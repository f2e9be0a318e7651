package org.patientsapi.platform.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.patientsapi.platform.files.DurableFile;
import org.patientsapi.platform.lifecycle.StartRefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Access records that wait for the database, one line of JSON each, on disk before they are answered. Used by one thread of
 * one process. Until they are in the database, nothing but the file's permissions guards them. What the database never takes is put
 * aside, in a file beside it.
 */
final class AccessJournal implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AccessJournal.class);

    /** What it does not know is the damaged name of something that it does. */
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** In bytes; some 500 records. */
    private static final int PIECE = 256 * 1024;

    private final Path file;
    private final long limit;
    private final FileChannel channel;

    // Released with the channel.
    @SuppressWarnings("unused")
    private final FileLock lock;

    /** So many bytes of the file are in the database, or put aside. */
    private long taken;

    /** Takes the records into the database. */
    interface Replay {

        /** @return those that it never takes */
        List<Access> store(List<Access> accesses) throws SQLException;
    }

    /**
     * @param limit in bytes
     * @throws StartRefusedException when another process uses the file
     */
    AccessJournal(Path file, long limit) throws IOException {
        this.file = file;
        this.limit = limit;
        this.channel =
                DurableFile.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        // One that an older version made was readable to all.
        Files.setPosixFilePermissions(file, DurableFile.OWNER_ONLY);
        DurableFile.forceName(file);
        FileLock taken = channel.tryLock();
        if (taken == null) {
            throw new StartRefusedException(
                    "The access journal " + file + " is in use by another process: give each node a file"
                            + " of its own with patients.audit.journal.");
        }
        this.lock = taken;
        DurableFile.cutBrokenLine(channel);
    }

    /** False when the journal is full; otherwise the records are on disk. */
    boolean append(List<Access> accesses) throws IOException {
        byte[] bytes = lines(accesses.stream().map(JSON::writeValueAsString));
        if (channel.size() + bytes.length > limit) {
            return false;
        }
        DurableFile.append(channel, bytes);
        return true;
    }

    private static byte[] lines(Stream<String> lines) {
        return lines.map(line -> line + '\n').collect(joining()).getBytes(UTF_8);
    }

    /**
     * Hands over a piece of what waits, and empties the file after the last one. Where it fails, the same piece is handed over the next
     * time, and after a crash all of them: taken twice does no harm.
     *
     * @return whether more waits
     */
    boolean replayPiece(Replay replay) throws IOException, SQLException {
        if (channel.size() == 0) {
            return false;
        }
        byte[] lines = wholeLines();
        replay(new String(lines, UTF_8).lines().toList(), replay);
        taken += lines.length;
        if (taken < channel.size()) {
            return true;
        }
        channel.truncate(0);
        channel.force(true);
        taken = 0;
        LOG.info("The access journal was taken into the database");
        return false;
    }

    /** As many as fit into a piece, of those that were not taken yet. */
    private byte[] wholeLines() throws IOException {
        ByteBuffer piece = ByteBuffer.allocate((int) Math.min(PIECE, channel.size() - taken));
        int read = 1;
        while (read > 0 && piece.hasRemaining()) {
            read = channel.read(piece, taken + piece.position());
        }
        int end = piece.position();
        while (end > 0 && piece.get(end - 1) != '\n') {
            end--;
        }
        // Without an end in so many bytes it is no line, and is put aside.
        return Arrays.copyOf(piece.array(), end > 0 ? end : piece.position());
    }

    private void replay(List<String> lines, Replay replay) throws IOException, SQLException {
        List<String> refused = new ArrayList<>();
        List<Access> accesses = new ArrayList<>();
        for (String line : lines) {
            Access access = access(line);
            if (access == null) {
                refused.add(line);
            } else {
                accesses.add(access);
            }
        }
        replay.store(accesses).stream().map(JSON::writeValueAsString).forEach(refused::add);
        putAside(refused);
    }

    /** {@code null} for a line that the disk has damaged: the others can still be read. */
    private static @Nullable Access access(String line) {
        try {
            Access access = JSON.readValue(line, Access.class);
            // One of no time is of no month, and would keep back the whole piece.
            return access == null || access.at() == null ? null : access;
        } catch (JacksonException damaged) {
            return null;
        }
    }

    private void putAside(List<String> refused) throws IOException {
        if (refused.isEmpty()) {
            return;
        }
        Path aside = file.resolveSibling(file.getFileName() + ".rejected");
        try (FileChannel rejected = DurableFile.open(aside, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            DurableFile.append(rejected, lines(refused.stream()));
        }
        DurableFile.forceName(aside);
        LOG.error("{} lines of the access journal are never taken by the database: look at {}", refused.size(), aside);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
