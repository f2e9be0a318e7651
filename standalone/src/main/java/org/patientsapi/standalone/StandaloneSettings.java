package org.patientsapi.standalone;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.patientsapi.platform.lifecycle.StartRefusedException;

/**
 * Where the embedded default listens and keeps its data.
 *
 * @param listening {@code SERVER_ADDRESS}, 127.0.0.1 where it is not set
 * @param port {@code SERVER_PORT}, 8080 where it is not set
 * @param dataDirectory {@code PATIENTS_DATA_DIR}, {@code ./data} where it is not set
 * @param softwareDirectory {@code PATIENTS_SOFTWARE_DIR}, where the servers are unpacked to; within the data where it is
 *     not set
 */
record StandaloneSettings(InetAddress listening, int port, Path dataDirectory, Path softwareDirectory) {

    private static final int HIGHEST_PORT = 65_535;
    private static final int FIRST_UNPRIVILEGED_PORT = 1024;

    private static final String ADDRESS_REMEDY = "set it to one of this machine's, or to 0.0.0.0 for all of them.";

    /** The demo clients' secrets are public: nobody else's machine is to reach them unless somebody says so. */
    private static final InetAddress THIS_MACHINE_ONLY = InetAddress.ofLiteral("127.0.0.1");

    private static final InetAddress LOCALHOST_TOO = InetAddress.ofLiteral("::1");

    /** @throws StartRefusedException if one of the variables cannot be what it should */
    static StandaloneSettings of(Map<String, String> environment) {
        Path data = path(environment, "PATIENTS_DATA_DIR", Path.of("data"));
        requirePlainName(data);
        return new StandaloneSettings(
                listening(environment),
                port(environment),
                data,
                path(environment, "PATIENTS_SOFTWARE_DIR", data.resolve("software")));
    }

    private static InetAddress listening(Map<String, String> environment) {
        String given = given(environment, "SERVER_ADDRESS");
        try {
            return given == null ? THIS_MACHINE_ONLY : InetAddress.getByName(given);
        } catch (UnknownHostException unknown) {
            throw new StartRefusedException(
                    "SERVER_ADDRESS is '" + given + "', which is no address: " + ADDRESS_REMEDY);
        }
    }

    private static int port(Map<String, String> environment) {
        String given = given(environment, "SERVER_PORT");
        if (given == null) {
            return 8080;
        }
        try {
            int port = Integer.parseInt(given);
            if (port >= 1 && port <= HIGHEST_PORT) {
                return port;
            }
        } catch (NumberFormatException noNumber) {
            // Answered below, as a number out of range is.
        }
        throw new StartRefusedException(
                "SERVER_PORT is '" + given + "', which is no port: set it to a number from 1 to " + HIGHEST_PORT + ".");
    }

    private static Path path(Map<String, String> environment, String variable, Path otherwise) {
        String given = given(environment, variable);
        try {
            return (given == null ? otherwise : Path.of(given)).toAbsolutePath().normalize();
        } catch (InvalidPathException noPath) {
            throw new StartRefusedException(
                    variable + " is no name that a folder can have here: set it to another one.");
        }
    }

    /**
     * The name of the log is a pattern to Logback, and Spring puts a variable's value in the place of its name: the keys would lie
     * elsewhere.
     */
    private static void requirePlainName(Path data) {
        if (data.toString().contains("%") || data.toString().contains("${")) {
            throw new StartRefusedException(
                    "The data folder " + data + " has a % or ${ in its name, which settings read as"
                            + " something else: choose another folder with PATIENTS_DATA_DIR.");
        }
    }

    private static @Nullable String given(Map<String, String> environment, String variable) {
        String value = environment.getOrDefault(variable, "").strip();
        return value.isEmpty() ? null : value;
    }

    /** Under which this machine reaches it. */
    String address() {
        String host = listening.isAnyLocalAddress() || listening.equals(THIS_MACHINE_ONLY)
                ? "localhost"
                : listening.getHostAddress();
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    /** The log of the API; those of the servers stand beside it. */
    Path logFile() {
        return dataDirectory.resolve("logs").resolve("patients-api.log");
    }

    /**
     * Before anything is started: to learn it half a minute later would be a nuisance.
     *
     * @throws StartRefusedException if somebody listens there, or nobody may
     */
    void checkPort() {
        if (mayListen(listening, port) && isNobodyElses()) {
            return;
        }
        if (!mayListen(listening, 0)) {
            throw new StartRefusedException("SERVER_ADDRESS is '" + listening.getHostAddress()
                    + "', which is no address of this machine: " + ADDRESS_REMEDY);
        }
        throw new StartRefusedException(
                port < FIRST_UNPRIVILEGED_PORT
                        ? "Port " + port + " is in use, or may not be used by this user: choose one above 1023 with"
                                + " SERVER_PORT."
                        : "Port " + port + " is in use: stop what listens there, or choose another with"
                                + " SERVER_PORT.");
    }

    /** Whoever is told "localhost" may try the other address of that name first, and should find nobody else there. */
    private boolean isNobodyElses() {
        return !listening.equals(THIS_MACHINE_ONLY) || mayListen(LOCALHOST_TOO, port) || !mayListen(LOCALHOST_TOO, 0);
    }

    private static boolean mayListen(InetAddress where, int there) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(where, there));
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    /**
     * Makes the folder that the log goes to, so that the log can tell of everything that comes after.
     *
     * @throws StartRefusedException if nothing can be written there
     */
    void openLog() {
        try {
            Files.createDirectories(logFile().getParent());
            Files.newOutputStream(logFile(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)
                    .close();
        } catch (IOException unusable) {
            throw new StartRefusedException("Nothing can be written to " + dataDirectory + " (" + reason(unusable)
                    + "): make room there for this user, or choose another folder with PATIENTS_DATA_DIR.");
        }
    }

    private static String reason(IOException e) {
        String reason = e instanceof FileSystemException system ? system.getReason() : null;
        return reason == null ? e.getClass().getSimpleName() : reason;
    }

    /** What is known before the backends are up; anything else set for Spring Boot goes before it. */
    Map<String, Object> properties() {
        Map<String, Object> properties = new HashMap<>();
        properties.put("server.port", port);
        properties.put("server.address", listening.getHostAddress());
        properties.put(
                "patients.vault.file", dataDirectory.resolve("keys/vault.json").toString());
        properties.put(
                "patients.issuer.key-file",
                dataDirectory.resolve("keys/issuer.json").toString());
        properties.put("spring.security.oauth2.resourceserver.jwt.issuer-uri", address());
        properties.put("patients.feed.public-address", address());
        properties.put("logging.file.name", logFile().toString());
        return properties;
    }
}
