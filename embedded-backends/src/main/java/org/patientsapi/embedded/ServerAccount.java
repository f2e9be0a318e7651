package org.patientsapi.embedded;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

    static ServerAccount ofThisProcess() {
        return new UnixSystem().getUid() == ROOT ? forRoot() : new ServerAccount(ownSession(), -1);
    }

    private static ServerAccount forRoot() {
        List<String> namespace = List.of("unshare", "--user", "--map-user=" + ORDINARY, "--map-group=" + ORDINARY);
        if (works(namespace)) {
            return new ServerAccount(join(ownSession(), namespace), ROOT);
        }
        List<String> otherUser = List.of("setpriv", "--reuid=" + ORDINARY, "--regid=" + ORDINARY, "--clear-groups");
        if (works(otherUser)) {
            return new ServerAccount(join(ownSession(), otherUser), ORDINARY);
        }
        throw new BackendStartException(
                Reason.UNSUPPORTED_PLATFORM,
                "PostgreSQL and Elasticsearch refuse to run as root, and neither unshare nor setpriv works here to"
                        + " run them as somebody else; start as an ordinary user.");
    }

    /** A session of its own: a terminal's Ctrl-C must reach this process only, which stops the servers last. */
    private static List<String> ownSession() {
        return works(List.of("setsid")) ? List.of("setsid") : List.of();
    }

    private static boolean works(List<String> prefix) {
        try {
            Process process = new ProcessBuilder(join(prefix, List.of("true")))
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
