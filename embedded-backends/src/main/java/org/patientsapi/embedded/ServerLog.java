package org.patientsapi.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The file a server's output goes to, and what its current run has said in it.
 *
 * @param offset where in the file the current run begins, in bytes
 */
record ServerLog(Path file, long offset) {

    private static final long KEPT_BYTES = 10_000_000;
    private static final int QUOTED_CHARACTERS = 300;
    private static final Pattern PLAIN_CAUSE = Pattern.compile(
            "No space left on device|Address already in use|insufficient memory|Cannot allocate memory|Too small");
    private static final Pattern TROUBLE = Pattern.compile("FATAL|PANIC|ERROR|Exception|[Ee]rror:|could not");
    private static final Pattern NOISE = Pattern.compile(
            "^(at .*|\\.\\.\\. \\d+ more)$" + "| (INFO|WARN) |the database system is (starting up|shutting down|not )");

    /** Opens a new run; a file that has grown large is kept once as {@code .1}. */
    static ServerLog begin(Path file) throws IOException {
        if (Files.exists(file) && Files.size(file) > KEPT_BYTES) {
            Files.move(file, file.resolveSibling(file.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
        }
        return new ServerLog(file, Files.exists(file) ? Files.size(file) : 0);
    }

    /** The line of this run that names a plain cause, else the first that tells of trouble, else the last. */
    String lastWords() {
        List<String> lines = lines();
        String words = first(lines, PLAIN_CAUSE)
                .or(() -> first(lines, TROUBLE))
                .orElse(lines.isEmpty() ? "nothing" : lines.getLast());
        return words.length() <= QUOTED_CHARACTERS ? words : words.substring(0, QUOTED_CHARACTERS) + "…";
    }

    private static Optional<String> first(List<String> lines, Pattern pattern) {
        return lines.stream().filter(line -> pattern.matcher(line).find()).findFirst();
    }

    boolean says(Pattern pattern) {
        return lines().stream().anyMatch(line -> pattern.matcher(line).find());
    }

    private List<String> lines() {
        try {
            byte[] all = Files.readAllBytes(file);
            int from = (int) Math.min(offset, all.length);
            return new String(all, from, all.length - from, StandardCharsets.UTF_8)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !NOISE.matcher(line).find())
                    .toList();
        } catch (IOException e) {
            return List.of("its log " + file + " cannot be read");
        }
    }
}
