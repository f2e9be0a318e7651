package org.patientsapi.embedded;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** The main program of a JVM that is killed while both servers run. */
final class KilledInstance {

    static final String READY = "both servers are up";

    private KilledInstance() {}

    public static void main(String[] arguments) throws Exception {
        EmbeddedBackends backends = EmbeddedBackends.start(TestFolders.settings(Path.of(arguments[0])));
        Clients.execute(backends, "CREATE TABLE written_by_the_killed AS SELECT 1 AS one");
        System.out.println(READY);
        new CountDownLatch(1).await();
    }
}
