package org.patientsapi.benchmarks.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Processor time and memory of those who take part, as Linux counts them under {@code /proc}. */
final class Processors {

    /** Ticks of {@code /proc/PID/stat} in a second (Linux: USER_HZ). */
    private static final double TICKS = 100;

    /** In {@code /proc/PID/stat}, behind the name: utime, stime, and those of children that have ended. */
    private static final int FIRST_TIME = 11;

    private static final int TIMES = 4;

    private final ProcessHandle service;

    /** The servers are the service's children. */
    Processors(ProcessHandle service) {
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
        seconds.put(Part.GENERATOR, seconds(ProcessHandle.current()));
        seconds.put(Part.SERVICE, seconds(service));
        service.descendants().forEach(child -> seconds.merge(part(child), seconds(child), Double::sum));
        return seconds;
    }

    private static Part part(ProcessHandle child) {
        String command = child.info().command().orElse("");
        return command.endsWith("/postgres") ? Part.POSTGRESQL : Part.ELASTICSEARCH;
    }

    private static double seconds(ProcessHandle process) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
            List<String> fields =
                    List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" "));
            return fields.subList(FIRST_TIME, FIRST_TIME + TIMES).stream()
                            .mapToLong(Long::parseLong)
                            .sum()
                    / TICKS;
        } catch (IOException ended) {
            return 0;
        }
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
