package org.patientsapi.platform.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.patientsapi.platform.files.DurableFile;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * Everything that is sealed, in a file: by which it can be verified without the database, and read by anybody as far as it is
 * not encrypted. A line of JSON for each seal and, after it, for each row of its stretch; before them one for each log with
 * rows that no seal reaches, which keep nobody from exporting the evidence. Compressed where the file's name ends in
 * {@code .gz}. Neither writing nor reading holds more than some rows in memory.
 */
final class AuditExport implements SealedRecord {

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    private final Path file;

    AuditExport(Path file) {
        this.file = file;
    }

    /** One of them: a seal, or a log with the fields of a row, or with how many rows are strays. */
    @JsonInclude(Include.NON_NULL)
    private record Line(
            @Nullable Seal seal,
            @Nullable String log,
            @Nullable Map<String, @Nullable String> row,
            @Nullable Long strays) {}

    /**
     * The file has its name when it is whole.
     *
     * @throws FileAlreadyExistsException rather than to write over an export
     */
    static void write(SealedRecord sealed, Path file) throws IOException, SQLException {
        if (Files.exists(file)) {
            throw new FileAlreadyExistsException(file.toString());
        }
        // Of its own for each process: several may export at once.
        Path half = file.resolveSibling(
                file.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
        try {
            write(sealed, half, isPacked(file));
            Files.move(half, file);
        } finally {
            Files.deleteIfExists(half);
        }
    }

    private static void write(SealedRecord sealed, Path file, boolean isPacked) throws IOException, SQLException {
        try (FileChannel made = DurableFile.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE);
                OutputStream bytes = Channels.newOutputStream(made);
                OutputStream packed = isPacked ? new GZIPOutputStream(bytes) : bytes;
                Writer lines = new BufferedWriter(new OutputStreamWriter(packed, UTF_8))) {
            sealed.tell(new Listener<IOException>() {
                @Override
                public void seal(Seal seal) throws IOException {
                    write(new Line(seal, null, null, null));
                }

                @Override
                public void row(SealedLog log, byte[] leaf) throws IOException {
                    write(new Line(null, log.code(), log.fields(leaf), null));
                }

                @Override
                public void strays(SealedLog log, long count) throws IOException {
                    write(new Line(null, log.code(), null, count));
                }

                @Override
                public void broken(String place) throws IOException {
                    throw new IOException("It cannot be exported: " + place);
                }

                private void write(Line line) throws IOException {
                    lines.write(JSON.writeValueAsString(line));
                    lines.write('\n');
                }
            });
        }
    }

    private static boolean isPacked(Path file) {
        return file.toString().endsWith(".gz");
    }

    @Override
    public <E extends Exception> void tell(Listener<E> listener) throws IOException, E {
        try (InputStream bytes = Files.newInputStream(file);
                InputStream unpacked = isPacked(file) ? new GZIPInputStream(bytes) : bytes;
                BufferedReader lines = new BufferedReader(new InputStreamReader(unpacked, UTF_8))) {
            long number = 0;
            for (String text = lines.readLine(); text != null; text = lines.readLine()) {
                number++;
                tell(text, number, listener);
            }
        }
    }

    private static <E extends Exception> void tell(String text, long number, Listener<E> listener) throws E {
        Seal seal;
        Long strays;
        SealedLog log = null;
        byte[] leaf = null;
        try {
            Line line = JSON.readValue(text, Line.class);
            if (line == null) {
                throw new IllegalArgumentException("The line is the word null");
            }
            seal = line.seal();
            strays = line.strays();
            if (line.log() != null) {
                log = SealedLog.of(line.log());
                leaf = line.row() == null ? null : log.leaf(line.row());
                // Base64 and JSON can be spelt in more ways than one, of which one is ours.
                line = new Line(seal, log.code(), leaf == null ? null : log.fields(leaf), strays);
            }
            if (!JSON.writeValueAsString(line).equals(text)) {
                throw new IllegalArgumentException("Not as it was written");
            }
        } catch (JacksonException | IllegalArgumentException unreadable) {
            listener.broken("line " + number);
            return;
        }
        if (seal != null && log == null && strays == null && seal.isWellFormed()) {
            listener.seal(seal);
        } else if (seal == null && log != null && leaf != null && strays == null) {
            listener.row(log, leaf);
        } else if (seal == null && log != null && leaf == null && strays != null && strays > 0) {
            listener.strays(log, strays);
        } else {
            listener.broken("line " + number);
        }
    }
}
