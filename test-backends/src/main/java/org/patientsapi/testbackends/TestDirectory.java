package org.patientsapi.testbackends;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.patientsapi.embedded.BackendSettings;
import org.patientsapi.embedded.BackendSettings.Parts;
import org.patientsapi.embedded.BackendStartException;
import org.patientsapi.embedded.BackendStartException.Reason;
import org.patientsapi.embedded.EmbeddedBackends;

/** Where the embedded servers of a test run live: data in the module's {@code target}, programs in the root's. */
public final class TestDirectory {

    private static final int PARALLEL_RUNS = 8;

    private TestDirectory() {}

    /** Starts one server with no data, in the first folder that no other test run of this module is using. */
    static EmbeddedBackends start(Parts part) {
        for (int run = 1; ; run++) {
            try {
                EmbeddedBackends backends = EmbeddedBackends.start(
                        BackendSettings.in(data().resolve(part.name().toLowerCase(Locale.ROOT) + "-" + run))
                                .withSoftwareDirectory(software())
                                .withOnly(part)
                                .withEmptiedData());
                backends.closeOnJvmExit();
                return backends;
            } catch (BackendStartException e) {
                if (e.reason() != Reason.DATA_DIRECTORY_IN_USE || run == PARALLEL_RUNS) {
                    throw e;
                }
            }
        }
    }

    /** There already. */
    static Path data() {
        try {
            return Files.createDirectories(module().resolve("target").resolve("test-backends"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Unpacked once for all tests of all modules. */
    public static Path software() {
        return root(module()).resolve("target").resolve("embedded-software");
    }

    public static Path module() {
        return Path.of(System.getProperty("basedir", "")).toAbsolutePath();
    }

    private static Path root(Path module) {
        Path parent = module.getParent();
        return parent != null && Files.exists(parent.resolve("pom.xml")) ? root(parent) : module;
    }
}
