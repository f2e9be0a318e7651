package org.patientsapi.embedded;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    private static final int ORDINARY = 1000;

    private static final ServerAccount NAMESPACE =
            new ServerAccount(List.of("unshare", "--user", "--map-user=" + ORDINARY, "--map-group=" + ORDINARY), ROOT);
    static final ServerAccount OTHER_USER = new ServerAccount(
            List.of("setpriv", "--reuid=" + ORDINARY, "--regid=" + ORDINARY, "--clear-groups"), ORDINARY);

    /** @param needed the folders that a server has to enter, each with what to do where it cannot */
    static ServerAccount ofThisProcess(Map<Path, String> needed) {
        return new UnixSystem().getUid() == ROOT
                ? forRoot(List.of(NAMESPACE, OTHER_USER), needed)
                : new ServerAccount(ownSession(), -1);
    }

    static ServerAccount forRoot(List<ServerAccount> candidates, Map<Path, String> needed) {
        List<ServerAccount> working = candidates.stream()
                .filter(candidate -> works(candidate.command(List.of("true"))))
                .toList();
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
                "PostgreSQL and Elasticsearch refuse to run as root, and user " + ORDINARY + " cannot enter " + closed
                        + ": " + needed.get(closed) + ", or start as an ordinary user.");
    }

    /** Whether a server may go into the folder, or into the one that it will be made in. */
    private boolean enters(Path folder) {
        Path there = folder;
        while (!Files.isDirectory(there) && there.getParent() != null) {
            there = there.getParent();
        }
        return works(command(List.of("test", "-x", there.toString())));
    }

    /** A session of its own: a terminal's Ctrl-C must reach this process only, which stops the servers last. */
    private static List<String> ownSession() {
        return works(List.of("setsid", "true")) ? List.of("setsid") : List.of();
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
