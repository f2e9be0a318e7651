package org.patientsapi.platform.erasure;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.patientsapi.api.Erasure;
import org.patientsapi.platform.files.DurableFile;
import org.patientsapi.platform.lifecycle.StartRefusedException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * The ledger's copy in a file that is not part of the database, and so survives when an old backup takes the database's
 * place: one line of JSON per entry, a second one when the key was destroyed. A line is on disk before an erasure is
 * answered. Processes may share the file.
 */
final class ErasureJournal {

    /** So many entries are in memory at a time, however long the journal. */
    static final int PIECE = 1000;

    /** What it does not know is the damaged name of something that it does, such as of a hold. */
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .changeDefaultPropertyInclusion(include -> include.withValueInclusion(JsonInclude.Include.NON_NULL))
            .build();

    private final Path file;

    /**
     * Who was read or written here, and whether with a destroyed key: no more of each, since they become more for ever. What others
     * appended meanwhile is not in it, and may be appended twice.
     */
    private final Map<UUID, Boolean> known = new HashMap<>();

    ErasureJournal(Path file) {
        this.file = file.toAbsolutePath();
    }

    /**
     * Hands over all entries in the order in which they were written, at most {@value #PIECE} at a time. Others who share the file
     * wait until they are taken.
     *
     * @throws StartRefusedException when the file cannot be used, or a line is no entry, other than one that a crash broke off at the
     *     end
     */
    synchronized void read(Consumer<List<Erasure>> reader) {
        known.clear();
        if (Files.notExists(file)) {
            return;
        }
        try {
            locked(channel -> read(channel, reader));
        } catch (UncheckedIOException unusable) {
            throw StartRefusedException.unusable(unusable);
        }
    }

    private void read(FileChannel channel, Consumer<List<Erasure>> reader) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(Channels.newInputStream(channel), UTF_8));
        List<Erasure> piece = new ArrayList<>();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            Erasure entry = entry(line);
            note(entry);
            piece.add(entry);
            if (piece.size() == PIECE) {
                reader.accept(List.copyOf(piece));
                piece.clear();
            }
        }
        reader.accept(piece);
    }

    /** Appends what is not in it, and returns when it is on disk. */
    synchronized void append(Collection<Erasure> entries) {
        List<Erasure> fresh = entries.stream()
                .map(Erasure::withoutIndexPurge)
                .filter(this::isNews)
                .toList();
        if (fresh.isEmpty()) {
            return;
        }
        StringBuilder lines = new StringBuilder();
        fresh.forEach(entry -> lines.append(JSON.writeValueAsString(entry)).append('\n'));
        locked(channel -> DurableFile.append(channel, lines.toString().getBytes(UTF_8)));
        fresh.forEach(this::note);
    }

    private void note(Erasure entry) {
        known.merge(UUID.fromString(entry.id()), entry.keyDestroyedAt() != null, Boolean::logicalOr);
    }

    /** An entry that was read before the key was destroyed may come after the one that tells of it. */
    private boolean isNews(Erasure entry) {
        Boolean destroyed = known.get(UUID.fromString(entry.id()));
        return destroyed == null || (!destroyed && entry.keyDestroyedAt() != null);
    }

    private Erasure entry(String line) {
        try {
            Erasure entry = JSON.readValue(line, Erasure.class);
            if (entry != null) {
                return entry.withoutEarlyDestruction();
            }
        } catch (JacksonException noEntry) {
            // Refused below, as the word null is.
        }
        throw new StartRefusedException("The erasure journal " + file + " is damaged: put back its newest copy, or"
                + " whoever was erased may come back to life.");
    }

    private interface Work {
        void on(FileChannel channel) throws IOException;
    }

    private void locked(Work work) {
        try {
            boolean made = Files.notExists(file);
            try (FileChannel channel = DurableFile.open(
                            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                DurableFile.cutBrokenLine(channel);
                work.on(channel);
            }
            if (made) {
                DurableFile.forceName(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The erasure journal " + file + " cannot be used", e);
        }
    }
}
