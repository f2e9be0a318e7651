package org.patientsapi.platform.erasure;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.patientsapi.api.Erasure;
import org.patientsapi.platform.files.DurableFile;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * The ledger's copy in a file that is not part of the database, and so survives when an old backup takes the database's
 * place: one line of JSON per entry, a second one when the key was destroyed. A line is on disk before an erasure is
 * answered. Processes may share the file.
 */
final class ErasureJournal {

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .changeDefaultPropertyInclusion(include -> include.withValueInclusion(JsonInclude.Include.NON_NULL))
            .build();

    private final Path file;

    /** As last read or written here. What others appended meanwhile is not in it, and may be appended twice. */
    private final Map<String, Erasure> known = new LinkedHashMap<>();

    ErasureJournal(Path file) {
        this.file = file.toAbsolutePath();
    }

    /**
     * The newest entry of each patient, in the order of their erasures.
     *
     * @throws ErasureJournalException when a line is no entry, other than one that a crash broke off at the end
     */
    synchronized List<Erasure> read() {
        known.clear();
        if (Files.exists(file)) {
            locked(channel -> {
                ByteBuffer content = ByteBuffer.allocate(Math.toIntExact(channel.size()));
                while (content.hasRemaining() && channel.read(content, content.position()) >= 0) {
                    // until all is read
                }
                new String(content.array(), 0, content.position(), UTF_8)
                        .lines()
                        .forEach(line -> {
                            Erasure entry = entry(line);
                            known.put(entry.id(), entry);
                        });
            });
        }
        return List.copyOf(known.values());
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
        fresh.forEach(entry -> known.put(entry.id(), entry));
    }

    /** An entry that was read before the key was destroyed may come after the one that tells of it. */
    private boolean isNews(Erasure entry) {
        Erasure newest = known.get(entry.id());
        return newest == null || (newest.keyDestroyedAt() == null && !entry.equals(newest));
    }

    private Erasure entry(String line) {
        try {
            return JSON.readValue(line, Erasure.class);
        } catch (JacksonException e) {
            throw new ErasureJournalException("The erasure journal " + file
                    + " is damaged: put back its newest copy, or" + " whoever was erased may come back to life.");
        }
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
