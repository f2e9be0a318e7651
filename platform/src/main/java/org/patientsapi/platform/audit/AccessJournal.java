package org.patientsapi.platform.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.patientsapi.platform.files.DurableFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Access records that wait for the database, one line of JSON each, on disk before they are answered. Used by one thread of
 * one process. Until they are in the database, nothing but the file's permissions guards them.
 */
final class AccessJournal implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AccessJournal.class);
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int BATCH = 500;

    private final Path file;
    private final long limit;
    private final FileChannel channel;

    // Released with the channel.
    @SuppressWarnings("unused")
    private final FileLock lock;

    /** Takes the records into the database. */
    interface Replay {
        void store(List<Access> accesses) throws SQLException;
    }

    /**
     * @param limit in bytes
     * @throws IllegalStateException when another process uses the file
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
            throw new IllegalStateException("The access journal " + file + " is in use by another process");
        }
        this.lock = taken;
    }

    /** False when the journal is full; otherwise the records are on disk. */
    boolean append(List<Access> accesses) throws IOException {
        StringBuilder lines = new StringBuilder();
        accesses.forEach(access -> lines.append(JSON.writeValueAsString(access)).append('\n'));
        byte[] bytes = lines.toString().getBytes(UTF_8);
        if (channel.size() + bytes.length > limit) {
            return false;
        }
        DurableFile.append(channel, bytes);
        return true;
    }

    /** Hands over what waits, and empties the file when all of it was taken. Taken twice does no harm. */
    void replay(Replay replay) throws IOException, SQLException {
        if (channel.size() == 0) {
            return;
        }
        List<Access> batch = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            Access access = read(line);
            if (access != null) {
                batch.add(access);
            }
            if (batch.size() == BATCH) {
                replay.store(batch);
                batch.clear();
            }
        }
        if (!batch.isEmpty()) {
            replay.store(batch);
        }
        channel.truncate(0);
        channel.force(true);
        LOG.info("The access journal was taken into the database");
    }

    private static @Nullable Access read(String line) {
        try {
            return JSON.readValue(line, Access.class);
        } catch (JacksonException e) {
            LOG.warn("A line of the access journal is no record: one that a crash cut off was never answered");
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
