package org.patientsapi.embedded;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.jspecify.annotations.Nullable;
import org.patientsapi.embedded.BackendStartException.Reason;
import org.tukaani.xz.XZIOException;

/** The programs of both servers: resources of this build, unpacked once per version. */
final class Software {

    private static final Properties VERSIONS = versions();
    private static final Object UNPACKING = new Object();

    private final Path directory;
    private final Consumer<String> progress;

    Software(Path directory, Consumer<String> progress) {
        this.directory = directory.toAbsolutePath().normalize();
        this.progress = progress;
    }

    static String elasticsearchVersion() {
        return VERSIONS.getProperty("elasticsearch.version");
    }

    static String postgresVersion() {
        return VERSIONS.getProperty("postgresql.version");
    }

    private static Properties versions() {
        Properties versions = new Properties();
        try (InputStream resource = resource("versions.properties", "the list of its versions")) {
            versions.load(resource);
            return versions;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The home of Elasticsearch. */
    Path elasticsearch() {
        String name = "elasticsearch-" + elasticsearchVersion();
        return installed(name, "Elasticsearch " + elasticsearchVersion(), target -> {
            MessageDigest digest = sha256();
            try (InputStream resource = resource(name + ".zip", "Elasticsearch");
                    InputStream whole = new DigestInputStream(new BufferedInputStream(resource, 1 << 16), digest)) {
                unzip(whole, target);
                whole.transferTo(OutputStream.nullOutputStream());
            }
            String actual = HexFormat.of().formatHex(digest.digest());
            if (!actual.equals(VERSIONS.getProperty("elasticsearch.sha256"))) {
                throw new BackendStartException(
                        Reason.DAMAGED_SOFTWARE,
                        "The archive of Elasticsearch " + elasticsearchVersion() + " is not the one this product was"
                                + " built for (its SHA-256 is " + actual
                                + "); delete it from the local Maven repository and build again.");
            }
        });
    }

    /** The home of PostgreSQL. */
    Path postgres() {
        return installed("postgresql-" + postgresVersion(), "PostgreSQL " + postgresVersion(), target -> {
            try (InputStream resource = postgresArchive();
                    InputStream tar = new XZCompressorInputStream(new BufferedInputStream(resource, 1 << 16))) {
                untar(tar, target);
            }
        });
    }

    /** @throws BackendStartException where no server runs */
    static void requirePlatform() {
        try {
            postgresArchive().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream postgresArchive() {
        return resource("/postgres-" + platform() + ".txz", "PostgreSQL for " + platform());
    }

    private static String platform() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String kernel = system.contains("linux") ? "linux" : system.contains("mac") ? "darwin" : system;
        String processor = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        String arch = switch (processor) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64", "arm64" -> "arm_64";
            default -> processor;
        };
        return kernel + "-" + arch;
    }

    private interface Unpacking {
        void into(Path target) throws IOException;
    }

    /** What stands under the final name is whole and was checked: it was unpacked beside it, and renamed. */
    private Path installed(String name, String title, Unpacking unpacking) {
        Path home = directory.resolve(name);
        if (Files.isDirectory(home)) {
            return home;
        }
        // Backends that start at once in this JVM, then those of other processes, wait for the first of them to unpack.
        synchronized (UNPACKING) {
            try {
                Files.createDirectories(directory);
                try (FileChannel lock = FileChannel.open(
                        directory.resolve("unpacking.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                    lock.lock();
                    return Files.isDirectory(home) ? home : unpacked(home, title, unpacking);
                }
            } catch (IOException e) {
                throw unusable(e);
            }
        }
    }

    private BackendStartException unusable(IOException e) {
        return DataDirectory.unusable(directory, "PATIENTS_SOFTWARE_DIR", e);
    }

    private Path unpacked(Path home, String title, Unpacking unpacking) throws IOException {
        progress.accept("Unpacking " + title + " (first start only)");
        Path unfinished = home.resolveSibling(home.getFileName() + ".new");
        // Of a start that was killed in the middle of this.
        FileTrees.delete(unfinished);
        try {
            Files.createDirectories(unfinished);
            unpacking.into(unfinished);
            FileTrees.force();
            DataDirectory.moveInto(unfinished, home);
            return home;
        } catch (EOFException | ZipException | XZIOException e) {
            throw new BackendStartException(
                    Reason.DAMAGED_SOFTWARE,
                    "The archive of " + title + " in this build is damaged (" + e.getMessage()
                            + "); build again after mvn clean.",
                    e);
        } catch (IOException e) {
            // While what fills the disk is still there.
            throw unusable(e);
        } finally {
            deleteLeftover(unfinished);
        }
    }

    private static void deleteLeftover(Path unfinished) {
        try {
            FileTrees.delete(unfinished);
        } catch (IOException e) {
            // Only takes room; the failure that left it here is already on its way to the operator.
        }
    }

    private static InputStream resource(String name, String what) {
        @Nullable InputStream resource = Software.class.getResourceAsStream(name);
        if (resource == null) {
            throw new BackendStartException(
                    Reason.UNSUPPORTED_PLATFORM,
                    "This build does not contain " + what
                            + "; run it on Linux (x86_64 or ARM64) or an ARM Mac, or use servers of your own.");
        }
        return resource;
    }

    private static void unzip(InputStream archive, Path target) throws IOException {
        ZipInputStream zip = new ZipInputStream(archive);
        for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
            // All entries stand under one folder that repeats name and version.
            String name = entry.getName().substring(entry.getName().indexOf('/') + 1);
            Path path = inside(target, name);
            if (name.isEmpty() || entry.isDirectory()) {
                Files.createDirectories(path);
                continue;
            }
            Files.createDirectories(path.getParent());
            Files.copy(zip, path);
            if (name.startsWith("bin/")) {
                makeExecutable(path);
            }
        }
    }

    private static void untar(InputStream archive, Path target) throws IOException {
        TarArchiveInputStream tar = new TarArchiveInputStream(archive);
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            Path path = inside(target, entry.getName());
            if (entry.isDirectory()) {
                Files.createDirectories(path);
                continue;
            }
            Files.createDirectories(path.getParent());
            if (entry.isSymbolicLink()) {
                inside(
                        target,
                        target.relativize(path.resolveSibling(entry.getLinkName()))
                                .toString());
                Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
            } else if (entry.isLink()) {
                Files.createLink(path, inside(target, entry.getLinkName()));
            } else {
                Files.copy(tar, path);
                if ((entry.getMode() & 0100) != 0) {
                    makeExecutable(path);
                }
            }
        }
    }

    private static Path inside(Path target, String name) throws IOException {
        Path path = target.resolve(name).normalize();
        if (!path.startsWith(target)) {
            throw new IOException("an archive wants to write outside of its folder");
        }
        return path;
    }

    private static void makeExecutable(Path path) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
