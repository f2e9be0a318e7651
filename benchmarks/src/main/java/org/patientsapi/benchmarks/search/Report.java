package org.patientsapi.benchmarks.search;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The part of {@code docs/search.md} between a pair of comments is what the last run measured. */
final class Report {

    private static final Path DOCUMENT = Path.of("docs", "search.md");

    private Report() {}

    static void write(String part, String measured) throws IOException {
        String begin = "<!-- measured: " + part + " -->";
        String end = "<!-- end -->";
        String text = Files.readString(DOCUMENT);
        int from = text.indexOf(begin);
        if (from < 0) {
            throw new IllegalStateException(DOCUMENT + " has no place for " + part);
        }
        int to = text.indexOf(end, from);
        Files.writeString(
                DOCUMENT, text.substring(0, from + begin.length()) + "\n\n" + measured + "\n" + text.substring(to));
        System.out.println(measured);
    }
}
