package org.patientsapi.embedded;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.patientsapi.embedded.BackendStartException.Reason;

/**
 * The user a server runs as. PostgreSQL and Elasticsearch both refuse root: root starts them in a user namespace in
 * which it is somebody else, or, where the kernel forbids that (as most containers do), as another user who is given
 * the files.
 *
 * @param prefix what stands before the server's own command
 * @param fileOwner the user id that the server's files must have; negative: whoever starts the server
 */
record ServerAccount(List<String> prefix, int fileOwner) {

    private static final int ROOT = 0;
    private static final int FIRST_USER = 1000;
    private static final int NOBODY = 65534;

    /** For macOS, which has the call but no command of this name. */
    static final List<String> PERL_SETSID = List.of("perl", "-e", "use POSIX; POSIX::setsid(); exec @ARGV");

    /** @param needed the folders that a server has to enter, each with what to do where it cannot */
    static ServerAccount ofThisProcess(Map<Path, String> needed) {
        if (new UnixSystem().getUid() != ROOT) {
            return new ServerAccount(ownSession(), -1);
        }
        int user = named(FIRST_USER, NOBODY);
        return forRoot(user, List.of(inNamespace(user), as(user)), needed);
    }

    /** The first that has a name: without one PostgreSQL does not start, and a container may have no users but root and the system's. */
    static int named(int... users) {
        return IntStream.of(users)
                .filter(user -> works(List.of("id", "-nu", Integer.toString(user))))
                .findFirst()
                .orElse(users[0]);
    }

    private static ServerAccount inNamespace(int user) {
        return new ServerAccount(List.of("unshare", "--user", "--map-user=" + user, "--map-group=" + user), ROOT);
    }

    static ServerAccount as(int user) {
        return new ServerAccount(List.of("setpriv", "--reuid=" + user, "--regid=" + user, "--clear-groups"), user);
    }

    static ServerAccount forRoot(int user, List<ServerAccount> candidates, Map<Path, String> needed) {
        List<ServerAccount> working =
                candidates.stream().filter(candidate -> candidate.works("true")).toList();
        for (ServerAccount candidate : working) {
            if (needed.keySet().stream().allMatch(candidate::enters)) {
                return new ServerAccount(join(ownSession(), candidate.prefix()), candidate.fileOwner());
            }
        }
        if (working.isEmpty()) {
            throw new BackendStartException(
                    Reason.UNSUPPORTED_PLATFORM,
                    "PostgreSQL and Elasticsearch refuse to run as root, and neither unshare nor setpriv works here to"
                            + " run them as somebody else; start as an ordinary user.");
        }
        Path closed = needed.keySet().stream()
                .filter(folder -> !working.getLast().enters(folder))
                .findFirst()
                .orElseThrow();
        throw new BackendStartException(
                Reason.DATA_DIRECTORY_UNUSABLE,
                "PostgreSQL and Elasticsearch refuse to run as root, and user " + user + " cannot enter " + closed
                        + ": " + needed.get(closed) + ", or start as an ordinary user.");
    }

    /** Whether a server may go into the folder, or into the one that it will be made in. */
    private boolean enters(Path folder) {
        Path there = folder;
        while (!Files.isDirectory(there) && there.getParent() != null) {
            there = there.getParent();
        }
        return works("test", "-x", there.toString());
    }

    /** A session of its own: a terminal's Ctrl-C must reach this process only, which stops the servers last. */
    private static List<String> ownSession() {
        return Stream.of(List.of("setsid"), PERL_SETSID)
                .filter(prefix -> works(join(prefix, List.of("true"))))
                .findFirst()
                .orElse(List.of());
    }

    private static boolean works(List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw Interruption.of(e);
        }
    }

    /** Whether the command succeeds under this account. */
    boolean works(String... command) {
        return works(command(List.of(command)));
    }

    List<String> command(List<String> serverCommand) {
        return join(prefix, serverCommand);
    }

    /** Makes sure that a server started under this account may write to the folder. */
    void own(Path folder) {
        if (fileOwner < 0 || !Files.exists(folder)) {
            return;
        }
        try {
            FileTrees.giveTo(fileOwner, folder);
        } catch (IOException e) {
            throw DataDirectory.unusable(folder, e);
        }
    }

    private static List<String> join(List<String> first, List<String> second) {
        List<String> all = new ArrayList<>(first);
        all.addAll(second);
        return List.copyOf(all);
    }
}
