package org.patientsapi.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The part of a document between a pair of comments is what the last run measured. */
public final class Report {

    private Report() {}

    public static void write(Path document, String part, String measured) throws IOException {
        String begin = "<!-- measured: " + part + " -->";
        String end = "<!-- end -->";
        String text = Files.readString(document);
        int from = text.indexOf(begin);
        if (from < 0) {
            throw new IllegalStateException(document + " has no place for " + part);
        }
        int to = text.indexOf(end, from);
        Files.writeString(
                document, text.substring(0, from + begin.length()) + "\n\n" + measured + "\n" + text.substring(to));
        System.out.println(measured);
    }
}
