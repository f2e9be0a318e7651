package org.patientsapi.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Data directories under the module's target; the programs are unpacked under the root's, once for the tests of all modules. */
final class TestFolders {

    private static final Path MODULE =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath();

    private TestFolders() {}

    /** Starts on that directory, whatever is in it. */
    static BackendSettings settings(Path data) {
        return BackendSettings.in(data)
                .withSoftwareDirectory(MODULE.resolveSibling("target").resolve("embedded-software"));
    }

    static Path empty(String name) throws IOException {
        Path data = MODULE.resolve("target").resolve("embedded-data").resolve(name);
        FileTrees.delete(data);
        return Files.createDirectories(data);
    }
}
