package org.patientsapi.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Data directories under the module's target; the programs are unpacked there once for all tests. */
final class TestFolders {

    private static final Path TARGET =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath().resolve("target");

    private TestFolders() {}

    /** Starts on that directory, whatever is in it. */
    static BackendSettings settings(Path data) {
        return BackendSettings.in(data).withSoftwareDirectory(TARGET.resolve("embedded-software"));
    }

    static Path empty(String name) throws IOException {
        Path data = TARGET.resolve("embedded-data").resolve(name);
        FileTrees.delete(data);
        return Files.createDirectories(data);
    }
}
