package org.patientsapi.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.patientsapi.testbackends.TestDirectory;
import org.patientsapi.testbackends.TestProcesses;
import org.springframework.util.FileSystemUtils;

/** The real product in a process of its own, as a newcomer starts it. Its console goes into a file beside its data. */
final class ProductProcess implements AutoCloseable {

    /** That the jars bear in their names. */
    static final String VERSION = System.getProperty("product.version", "");

    private static final Duration START = Duration.ofMinutes(3);
    private static final Duration STOP = Duration.ofSeconds(60);

    private final Process process;
    private final Path console;

    private ProductProcess(Process process, Path console) {
        this.process = process;
        this.console = console;
    }

    /** @param environment what is set beside the data folder */
    static ProductProcess start(Path folder, Map<String, String> environment) {
        return start(
                List.of(
                        // Both start sooner on two busy cores; nothing here is timed.
                        "-XX:TieredStopAtLevel=1",
                        "-Dpatients.backends.quick=true",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        PatientsApi.class.getName()),
                folder,
                environment);
    }

    /** The product from the jar that was built. */
    static ProductProcess startJar(Path jar, Path folder, Map<String, String> environment) {
        return start(List.of("-XX:TieredStopAtLevel=1", "-jar", jar.toString()), folder, environment);
    }

    private static ProductProcess start(List<String> arguments, Path folder, Map<String, String> environment) {
        try {
            Files.createDirectories(folder);
            Path console = Files.createTempFile(folder, "console", ".txt");
            List<String> command = new ArrayList<>(arguments);
            command.addFirst(TestProcesses.java());
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(console.toFile());
            builder.environment()
                    .put("PATIENTS_DATA_DIR", folder.resolve("data").toString());
            builder.environment()
                    .put("PATIENTS_SOFTWARE_DIR", TestDirectory.software().toString());
            builder.environment().putAll(environment);
            return new ProductProcess(builder.start(), console);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An empty folder of that name under this module's {@code target}. */
    static Path emptyFolder(String name) {
        Path folder = TestDirectory.module()
                .resolve("target")
                .resolve("process-tests")
                .resolve(name);
        try {
            FileSystemUtils.deleteRecursively(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return folder;
    }

    ProductProcess awaitReady() {
        return await("Patients API is ready");
    }

    /** Waits until these words stand on the console. */
    ProductProcess await(String words) {
        await(START, () -> console().contains(words) || !process.isAlive());
        if (!console().contains(words)) {
            close();
            throw new AssertionError("\"" + words + "\" was not said:\n" + console());
        }
        return this;
    }

    static void await(Duration patience, BooleanSupplier condition) {
        long end = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean() && System.nanoTime() < end) {
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    String console() {
        return read(console);
    }

    /** The two servers and what they have started. */
    List<ProcessHandle> servers() {
        return new ArrayList<>(process.descendants().toList());
    }

    /** SIGTERM. @return the exit code */
    int stop() {
        process.destroy();
        return exitCode(STOP);
    }

    /** SIGKILL, which leaves the servers behind. */
    void kill() {
        List<ProcessHandle> orphans = servers();
        // The next start ends them; where it fails, nobody else would.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> orphans.forEach(ProcessHandle::destroyForcibly)));
        process.destroyForcibly();
        exitCode(STOP);
    }

    int exitCode() {
        return exitCode(START);
    }

    private int exitCode(Duration patience) {
        try {
            if (!process.waitFor(patience.toSeconds(), TimeUnit.SECONDS)) {
                close();
                throw new AssertionError("did not end within " + patience + ":\n" + console());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** To the database of the product in this folder. */
    static Connection superuser(Path folder) throws SQLException {
        return DriverManager.getConnection(jdbcUrl(folder), "postgres", password(folder, "postgres"));
    }

    /** Of the database of the product in this folder, which writes its configuration at every start. */
    static String jdbcUrl(Path folder) {
        Matcher port = Pattern.compile("(?m)^port = (\\d+)$")
                .matcher(read(folder.resolve("data/postgresql/cluster/postgresql.conf")));
        assertThat(port.find()).isTrue();
        return "jdbc:postgresql://127.0.0.1:" + port.group(1) + "/patients";
    }

    /** @param role with dashes, as the file is called */
    static String password(Path folder, String role) {
        return read(folder.resolve("data/secrets/" + role + ".password")).strip();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whatever a failed test has left. */
    @Override
    public void close() {
        if (process.isAlive()) {
            List<ProcessHandle> servers = servers();
            process.destroy();
            try {
                if (!process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            servers.forEach(ProcessHandle::destroyForcibly);
        }
    }
}
