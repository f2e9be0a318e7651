package org.patientsapi.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Finding and ending processes of the operating system. */
final class Processes {

    private static final Path PROC = Path.of("/proc");

    private Processes() {}

    /**
     * The living processes whose command line says that they work on that folder, and for which, where the system lets
     * us look, that path is the very same folder as for us: a container may use an equal path for another one.
     *
     * @param account under which such processes run
     */
    static List<ProcessHandle> workingOn(Path folder, Predicate<List<String>> commandLine, ServerAccount account) {
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            return all.filter(
                            process -> process.pid() != ProcessHandle.current().pid())
                    .filter(process -> commandLine.test(commandLine(process)))
                    .filter(process -> seesSame(folder, process, account))
                    .toList();
        }
    }

    /** As the command line names it, which everybody may read: in a container not even root may look at the file itself. */
    static String program(ProcessHandle process) {
        return commandLine(process).stream().findFirst().orElse("");
    }

    private static List<String> commandLine(ProcessHandle process) {
        try {
            // Whole, where ProcessHandle cuts a command as long as Elasticsearch's.
            byte[] line = Files.readAllBytes(
                    PROC.resolve(Long.toString(process.pid())).resolve("cmdline"));
            return List.of(new String(line, StandardCharsets.UTF_8).split("\0"));
        } catch (IOException e) {
            return Stream.concat(
                            process.info().command().stream(),
                            process.info().arguments().stream().flatMap(Stream::of))
                    .toList();
        }
    }

    private static boolean seesSame(Path folder, ProcessHandle process, ServerAccount account) {
        if (!Files.isDirectory(PROC.resolve("self"))) {
            return true;
        }
        Path theirs = Path.of(PROC + "/" + process.pid() + "/root" + folder);
        try {
            return Files.isSameFile(folder, theirs);
        } catch (IOException e) {
            // Root may not look where a container leaves it no CAP_SYS_PTRACE, but the processes' own user may.
            return account.works("test", folder.toString(), "-ef", theirs.toString());
        }
    }

    /** What a program says is looked through for causes. Only its messages: file names keep the operator's characters. */
    static void inEnglish(Map<String, String> environment) {
        String all = environment.remove("LC_ALL");
        if (all != null) {
            environment.put("LC_CTYPE", all);
        }
        environment.put("LC_MESSAGES", "C");
    }

    /** The process and all that it has started. */
    static List<ProcessHandle> family(ProcessHandle process) {
        try (Stream<ProcessHandle> descendants = process.descendants()) {
            return Stream.concat(Stream.of(process), descendants).toList();
        }
    }

    /** Waits for the end of all, and forces those that live on after the grace. */
    static void endAll(List<ProcessHandle> processes, Duration grace) {
        if (!awaitEnd(processes, grace)) {
            // With the children that were born since.
            List<ProcessHandle> left = processes.stream()
                    .flatMap(process -> family(process).stream())
                    .distinct()
                    .toList();
            left.forEach(ProcessHandle::destroyForcibly);
            awaitEnd(left, Duration.ofSeconds(2));
        }
    }

    static void end(ProcessHandle process, Duration grace) {
        endAll(family(process), grace);
    }

    private static boolean awaitEnd(List<ProcessHandle> processes, Duration patience) {
        try {
            CompletableFuture.allOf(
                            processes.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
                    .get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException | ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
