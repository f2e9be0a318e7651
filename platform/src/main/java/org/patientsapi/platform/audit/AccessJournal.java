package org.patientsapi.platform.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.patientsapi.platform.files.DurableFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Access records that wait for the database, one line of JSON each, on disk before they are answered. Used by one thread of
 * one process. Until they are in the database, nothing but the file's permissions guards them. What the database never takes is put
 * aside, in a file beside it.
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

        /** @return those that it never takes */
        List<Access> store(List<Access> accesses) throws SQLException;
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

    /** Hands over what waits, and empties the file when all of it was taken or put aside. Taken twice does no harm. */
    void replay(Replay replay) throws IOException, SQLException {
        if (channel.size() == 0) {
            return;
        }
        List<String> refused = new ArrayList<>();
        List<Access> batch = new ArrayList<>();
        // Not by another channel: to close that one would give up the lock.
        InputStream content = Channels.newInputStream(channel.position(0));
        BufferedReader lines = new BufferedReader(new InputStreamReader(content, UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            // Where the disk has damaged a line, the others can still be read.
            try {
                batch.add(JSON.readValue(line, Access.class));
            } catch (JacksonException damaged) {
                refused.add(line);
            }
            if (batch.size() == BATCH) {
                store(batch, replay, refused);
            }
        }
        store(batch, replay, refused);
        putAside(refused);
        channel.truncate(0);
        channel.force(true);
        LOG.info("The access journal was taken into the database");
    }

    private static void store(List<Access> batch, Replay replay, List<String> refused) throws SQLException {
        replay.store(batch).stream().map(JSON::writeValueAsString).forEach(refused::add);
        batch.clear();
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
