package org.patientsapi.benchmarks.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.patientsapi.benchmarks.load.Load.Figures;

/** The mixed load for a long time: whether memory and times stay as they were. */
final class Soak {

    private static final int SPELLS = 10;
    private static final Pattern HEAP_USED = Pattern.compile("used (\\d+)K");

    private final Processors processors;
    private final Operations operations;
    private final int clients;

    Soak(Processors processors, Operations operations, int clients) {
        this.processors = processors;
        this.operations = operations;
        this.clients = clients;
    }

    /** A table with a row for each tenth of the time. */
    String run(double minutes) {
        StringBuilder rows = new StringBuilder("""
                | minute | calls/s | p50 ms | p99 ms | memory of the service | heap in use after a full collection |
                |---:|---:|---:|---:|---:|---:|
                """);
        for (int spell = 1; spell <= SPELLS; spell++) {
            Figures figures = new Load(processors, clients, 0, minutes * 60 / SPELLS)
                    .of(operations.mixed())
                    .figures();
            String row = "| %.1f | %.0f | %.1f | %.1f | %d MB | %d MB |%n"
                    .formatted(
                            minutes * spell / SPELLS,
                            figures.perSecond(),
                            figures.p50(),
                            figures.p99(),
                            processors.serviceMegabytes(),
                            heapMegabytes());
            System.out.print(row);
            rows.append(row);
        }
        return rows.toString();
    }

    private long heapMegabytes() {
        tell("GC.run");
        Matcher used = HEAP_USED.matcher(tell("GC.heap_info"));
        if (!used.find()) {
            throw new IllegalStateException("the service's JVM tells nothing of its heap");
        }
        return Long.parseLong(used.group(1)) / 1024;
    }

    private String tell(String command) {
        try {
            Process jcmd = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                    .toString(),
                            Long.toString(processors.service().pid()),
                            command)
                    .redirectErrorStream(true)
                    .start();
            String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            jcmd.waitFor();
            return said;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
