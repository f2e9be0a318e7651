package org.patientsapi.benchmarks.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Stream;
import org.patientsapi.benchmarks.ProcessorTime;

/** Processor time and memory of those who take part, as Linux counts them under {@code /proc}. */
public final class Processors {

    private final ProcessHandle service;

    /** The servers are the service's children. */
    public Processors(ProcessHandle service) {
        this.service = service;
    }

    ProcessHandle service() {
        return service;
    }

    /** Who works. */
    enum Part {
        GENERATOR("generator"),
        SERVICE("service"),
        POSTGRESQL("PostgreSQL"),
        ELASTICSEARCH("Elasticsearch");

        final String title;

        Part(String title) {
            this.title = title;
        }
    }

    /** Seconds of processor time since each part began. */
    Map<Part, Double> seconds() {
        Map<Part, Double> seconds = new EnumMap<>(Part.class);
        seconds.put(Part.GENERATOR, ProcessorTime.withEndedChildren(ProcessHandle.current()));
        seconds.put(Part.SERVICE, ProcessorTime.withEndedChildren(service));
        service.descendants()
                .forEach(child -> seconds.merge(part(child), ProcessorTime.withEndedChildren(child), Double::sum));
        return seconds;
    }

    private static Part part(ProcessHandle child) {
        String command = child.info().command().orElse("");
        return command.endsWith("/postgres") ? Part.POSTGRESQL : Part.ELASTICSEARCH;
    }

    /** Megabytes of memory that the service has in use now. */
    long serviceMegabytes() {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(service.pid()), "status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .sum()
                    / 1024;
        } catch (IOException e) {
            throw new IllegalStateException("the service is gone", e);
        }
    }
}
