package org.patientsapi.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.patientsapi.platform.lifecycle.StartRefusedException;
import org.patientsapi.testbackends.TestProcesses;

/** Whatever keeps the product from starting is one sentence on the console. */
class CannotStartTest {

    @Test
    void a_port_in_use_is_said_before_anything_is_started() throws IOException {
        Path folder = ProductProcess.emptyFolder("port-in-use");
        try (ServerSocket taken = new ServerSocket(0);
                ProductProcess product =
                        ProductProcess.start(folder, Map.of("SERVER_PORT", Integer.toString(taken.getLocalPort())))) {
            assertThat(product.exitCode()).isEqualTo(1);
            assertThat(product.console())
                    .endsWith("Patients API cannot start. Port " + taken.getLocalPort()
                            + " is in use: stop what listens there, or choose another with SERVER_PORT.\n");
        }
        assertThat(folder.resolve("data")).doesNotExist();
    }

    /** Where there is no IPv6 nobody can be there. */
    @Test
    void who_listens_at_the_other_address_of_localhost_is_not_overlooked() throws IOException {
        try (ServerSocket taken = new ServerSocket()) {
            try {
                taken.bind(new InetSocketAddress("::1", 0));
            } catch (IOException noSuchAddress) {
                Assumptions.abort("no IPv6 here");
            }
            StandaloneSettings settings =
                    StandaloneSettings.of(Map.of("SERVER_PORT", Integer.toString(taken.getLocalPort())));

            assertThatThrownBy(settings::checkPort).hasMessageContaining("is in use");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "0", "65536", "-1", "80 80"})
    void a_port_that_is_none_is_said(String port) {
        assertThat(refusal(Map.of("SERVER_PORT", port)))
                .isEqualTo("SERVER_PORT is '" + port + "', which is no port: set it to a number from 1 to 65535.");
    }

    @Test
    void a_port_given_where_it_is_not_looked_for_is_said() throws IOException {
        assertThat(consoleOfFailedStart(
                        emptyFolder("port-elsewhere"), Map.of("SPRING_APPLICATION_JSON", "{\"server.port\":9090}")))
                .contains(
                        "Patients API cannot start. The port is set to 9090 by server.port, and the embedded default is"
                                + " told it by the variable SERVER_PORT only: set that one instead.\n")
                .doesNotContain("\tat ", "APPLICATION FAILED", "Application run failed");
    }

    @Test
    void an_address_that_is_none_of_this_machine_is_said() {
        String remedy = "set it to one of this machine's, or to 0.0.0.0 for all of them.";

        assertThat(refusal(Map.of("SERVER_ADDRESS", "256.0.0.1")))
                .isEqualTo("SERVER_ADDRESS is '256.0.0.1', which is no address: " + remedy);
        assertThatThrownBy(StandaloneSettings.of(Map.of("SERVER_ADDRESS", "192.0.2.1"))::checkPort)
                .hasMessage("SERVER_ADDRESS is '192.0.2.1', which is no address of this machine: " + remedy);
    }

    @ParameterizedTest
    @CsvSource({
        "'', http://localhost:8080",
        "127.0.0.1, http://localhost:8080",
        "0.0.0.0, http://localhost:8080",
        "'::', http://localhost:8080",
        "192.0.2.1, http://192.0.2.1:8080",
        "2001:db8::1, 'http://[2001:db8:0:0:0:0:0:1]:8080'"
    })
    void it_is_reached_where_it_listens(String given, String address) {
        assertThat(StandaloneSettings.of(Map.of("SERVER_ADDRESS", given)).address())
                .isEqualTo(address);
    }

    @Test
    void a_platform_without_servers_is_said_before_anything_is_made() throws IOException {
        Path folder = emptyFolder("other-platform");

        assertThat(consoleOfFailedStart(folder, Map.of("JAVA_TOOL_OPTIONS", "-Dos.name=Windows")))
                .containsOnlyOnce("Patients API cannot start. This build does not contain PostgreSQL for windows-");
        assertThat(folder.resolve("data/backends.lock")).doesNotExist();
    }

    @Test
    void an_empty_variable_counts_as_not_set() {
        assertThat(StandaloneSettings.of(Map.of("SERVER_PORT", "", "PATIENTS_DATA_DIR", " ")))
                .isEqualTo(StandaloneSettings.of(Map.of()));
    }

    @Test
    void a_data_folder_that_cannot_be_one_is_said() throws IOException {
        Path folder = emptyFolder("no-data-folder");
        Files.createFile(folder.resolve("data"));

        assertThat(consoleOfFailedStart(folder, Map.of()))
                .endsWith("Patients API cannot start. Nothing can be written to " + folder.resolve("data")
                        + " (Not a directory): make room there for this user, or choose another folder with"
                        + " PATIENTS_DATA_DIR.\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"disk at 80%", "${HOME}"})
    void a_data_folder_whose_name_would_be_read_as_another_is_said(String name) {
        assertThat(refusal(Map.of("PATIENTS_DATA_DIR", "/srv/" + name)))
                .isEqualTo(
                        "The data folder /srv/" + name + " has a % or ${ in its name, which settings read as something"
                                + " else: choose another folder with PATIENTS_DATA_DIR.");
    }

    @Test
    void a_damaged_key_of_the_issuer_is_said() throws IOException {
        Path damaged = Files.writeString(emptyFolder("damaged-issuer").resolve("issuer.json"), "{");

        assertThatThrownBy(() -> new TokenIssuer().issuerKeys(damaged))
                .isInstanceOf(StartRefusedException.class)
                .hasMessageContaining(damaged + " cannot be read as a key: put back a copy, or delete the file");
    }

    @Test
    void what_keeps_the_servers_from_starting_is_said_without_a_stack_trace() throws IOException {
        Path folder = emptyFolder("no-software-folder");
        Path file = Files.createFile(folder.resolve("file"));

        assertThat(consoleOfFailedStart(folder, Map.of("PATIENTS_SOFTWARE_DIR", file.toString())))
                .containsOnlyOnce("Patients API cannot start. The directory " + file + " cannot be used")
                .endsWith("make it writable for this user or choose another folder with PATIENTS_SOFTWARE_DIR.\n")
                .doesNotContain("\tat ", "Exception encountered", "Application run failed", "WARN", "ERROR");
    }

    private static Path emptyFolder(String name) throws IOException {
        return Files.createDirectories(ProductProcess.emptyFolder(name));
    }

    private static String consoleOfFailedStart(Path folder, Map<String, String> environment) {
        Map<String, String> withPort = new HashMap<>(environment);
        withPort.put("SERVER_PORT", Integer.toString(TestProcesses.freePort()));
        try (ProductProcess product = ProductProcess.start(folder, withPort)) {
            assertThat(product.exitCode()).isEqualTo(1);
            return product.console();
        }
    }

    private static String refusal(Map<String, String> environment) {
        try {
            StandaloneSettings.of(environment);
            return "none";
        } catch (StartRefusedException refusal) {
            return String.valueOf(refusal.getMessage());
        }
    }
}
