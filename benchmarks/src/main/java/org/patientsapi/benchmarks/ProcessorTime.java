package org.patientsapi.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** As Linux counts it in {@code /proc/PID/stat}, for a process as for one thread. */
public final class ProcessorTime {

    /** In a second (Linux: USER_HZ). */
    private static final double TICKS = 100;

    /** Behind the name: utime, stime, and those of children that have ended. */
    private static final int FIRST = 11;

    private static final int OWN = 2;
    private static final int WITH_CHILDREN = 4;

    private ProcessorTime() {}

    /** Seconds, with those of its children that have ended; 0 when it has ended itself. */
    public static double withEndedChildren(ProcessHandle process) {
        return seconds(Path.of("/proc", Long.toString(process.pid())), WITH_CHILDREN);
    }

    /** @param thread its folder under {@code /proc/PID/task} */
    static double ofThread(Path thread) {
        return seconds(thread, OWN);
    }

    private static double seconds(Path folder, int count) {
        try {
            String stat = Files.readString(folder.resolve("stat"));
            List<String> fields =
                    List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" "));
            return fields.subList(FIRST, FIRST + count).stream()
                            .mapToLong(Long::parseLong)
                            .sum()
                    / TICKS;
        } catch (IOException ended) {
            return 0;
        }
    }
}
