package org.patientsapi.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.patientsapi.embedded.BackendStartException.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One server as a child process: started, waited for, started again when it dies, stopped. */
abstract sealed class Server implements AutoCloseable permits PostgresServer, ElasticsearchServer {

    private static final Logger LOG = LoggerFactory.getLogger(Server.class);
    private static final Pattern PORT_TAKEN = Pattern.compile("Address already in use|Bind(Http|Transport)?Exception");
    private static final int ATTEMPTS = 3;
    private static final Duration START_TIMEOUT = Duration.ofMinutes(3);
    private static final Duration GRACE = Duration.ofSeconds(8);

    /** Nobody has been told that it can write yet, and Elasticsearch hardly listens while it starts. */
    private static final Duration GRACE_BEFORE_UP = Duration.ofSeconds(1);

    private static final Duration POLL = Duration.ofMillis(100);

    /** Between two attempts to bring back a server that died. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    private final int wantedPort;
    private final Path logFile;
    private final Consumer<String> progress;
    private final ServerAccount account;

    private @Nullable Process process;
    private @Nullable ServerLog log;
    private int port;
    private volatile boolean up;
    private volatile boolean closing;

    Server(BackendSettings settings, int wantedPort, Path logFile, ServerAccount account) {
        this.wantedPort = wantedPort;
        this.progress = settings.progress();
        this.logFile = logFile;
        this.account = account;
    }

    /** Its name and version, as people call it. */
    abstract String title();

    /** Lays out files before a start; called each time. */
    abstract void prepare(int port) throws IOException;

    abstract List<String> command();

    abstract void environment(Map<String, String> environment);

    /** Whether it answers; must return within some seconds. */
    abstract boolean answers();

    /** Asks the process to end in an orderly way. */
    abstract void requestStop(Process running);

    /** Ends whatever else still works on this server's files. */
    abstract void endLeftovers();

    final int port() {
        return port;
    }

    final ServerAccount account() {
        return account;
    }

    final void progress(String message) {
        progress.accept(message);
    }

    /**
     * Returns when the server answers.
     *
     * @throws BackendStartException with its own last words if it does not
     */
    final void start() {
        for (int attempt = 1; ; attempt++) {
            port = availablePort();
            try {
                launchAndAwait();
                break;
            } catch (BackendStartException e) {
                // A free port may be taken by somebody else between choosing and binding it.
                if (wantedPort != 0 || attempt == ATTEMPTS || closing || !diedOfItsPort()) {
                    throw e;
                }
            }
        }
        Thread.ofPlatform().daemon().name(title() + " supervisor").start(this::supervise);
    }

    /** The asked-for port if nobody listens there, or any free one for 0. */
    private int availablePort() {
        try (ServerSocket socket = new ServerSocket(wantedPort, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new BackendStartException(
                    Reason.PORT_IN_USE,
                    "Port " + wantedPort + ", meant for " + title()
                            + ", is already in use by another program; stop that one or choose another port.",
                    e);
        }
    }

    private boolean diedOfItsPort() {
        ServerLog current = log;
        return current != null && current.says(PORT_TAKEN);
    }

    private void launchAndAwait() {
        long begun = System.nanoTime();
        Process started = launch();
        while (!answers()) {
            requireOpen();
            if (!started.isAlive()) {
                throw failure("stopped while it was starting");
            }
            if (System.nanoTime() - begun > START_TIMEOUT.toNanos()) {
                Processes.end(started.toHandle(), Duration.ZERO);
                throw failure("did not answer within " + START_TIMEOUT.toSeconds() + " s");
            }
            pause(POLL);
        }
        up = true;
        progress.accept(String.format(
                Locale.ROOT, "%s is up on port %d (%.1f s)", title(), port, (System.nanoTime() - begun) / 1e9));
    }

    private synchronized Process launch() {
        requireOpen();
        try {
            prepare(port);
            ServerLog run = ServerLog.begin(logFile);
            ProcessBuilder builder = new ProcessBuilder(account.command(command()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile.toFile()));
            Processes.inEnglish(builder.environment());
            environment(builder.environment());
            Process started = launch(builder);
            started.getOutputStream().close();
            log = run;
            return started;
        } catch (IOException e) {
            throw new BackendStartException(
                    Reason.SERVER_FAILED, title() + " could not be started: " + e.getMessage() + ".", e);
        }
    }

    /** Starts what closing this server ends too, and nothing once it is closed. */
    final synchronized Process launch(ProcessBuilder builder) throws IOException {
        requireOpen();
        process = builder.start();
        return process;
    }

    final void requireOpen() {
        if (closing) {
            throw stopping();
        }
    }

    private BackendStartException stopping() {
        return new BackendStartException(Reason.INTERRUPTED, title() + " was stopped before it was up.");
    }

    private BackendStartException failure(String what) {
        ServerLog current = log;
        String words = current == null ? "nothing" : current.lastWords();
        if (words.contains("No space left on device")) {
            return new BackendStartException(
                    Reason.DISK_FULL,
                    title() + " cannot start because the disk is full; free some space (it said: " + words + ").");
        }
        return new BackendStartException(
                Reason.SERVER_FAILED,
                title() + " " + what + "; it said: \"" + words + "\"; the whole story is in " + logFile + ".");
    }

    /** Brings the server back on the same port when it dies. */
    private void supervise() {
        while (true) {
            int exit = awaitEnd();
            if (closing) {
                return;
            }
            LOG.warn("{} ended by itself (exit code {}); starting it again", title(), exit);
            startAgain();
        }
    }

    /** Tries for ever: what keeps the server down, such as a full disk, may pass, and nobody else would start it. */
    private void startAgain() {
        for (Duration wait = POLL; ; wait = longer(wait)) {
            pause(wait);
            if (closing) {
                return;
            }
            try {
                // A start that failed may have left its process running.
                endLeftovers();
                launchAndAwait();
                return;
            } catch (RuntimeException | Error e) {
                // Also where there is no memory for a process: just then servers die.
                if (!closing) {
                    LOG.warn(
                            "{} It is tried again in {} s.",
                            e.getMessage(),
                            longer(wait).toMillis() / 1e3);
                }
            }
        }
    }

    private static Duration longer(Duration wait) {
        Duration twice = wait.multipliedBy(2);
        return twice.compareTo(LONGEST_WAIT) < 0 ? twice : LONGEST_WAIT;
    }

    private int awaitEnd() {
        Process running = process;
        try {
            return running == null ? -1 : running.waitFor();
        } catch (InterruptedException e) {
            throw Interruption.of(e);
        }
    }

    private static void pause(Duration wait) {
        try {
            Thread.sleep(wait);
        } catch (InterruptedException e) {
            throw Interruption.of(e);
        }
    }

    /** Stops the server: an orderly request, and after a grace a forced end of all that is left of it. */
    @Override
    public final void close() {
        closing = true;
        Process running = current();
        if (running == null || !running.isAlive()) {
            endLeftovers();
            return;
        }
        List<ProcessHandle> family = Processes.family(running.toHandle());
        requestStop(running);
        Processes.endAll(family, up ? GRACE : GRACE_BEFORE_UP);
        endLeftovers();
        try {
            // Reaps it, so that not even a zombie is left.
            boolean ended = running.waitFor(1, TimeUnit.SECONDS);
            progress.accept(title() + (ended ? " has stopped" : " could not be stopped"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized @Nullable Process current() {
        return process;
    }
}
