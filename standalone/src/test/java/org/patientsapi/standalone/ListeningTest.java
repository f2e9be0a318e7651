package org.patientsapi.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.patientsapi.testbackends.TestProcesses;

/**
 * Who can reach it. 127.0.0.2 stands for this machine's other addresses, as Linux alone has it. {@link ReadmeTest} sees to who can
 * where no address is given.
 */
@EnabledOnOs(OS.LINUX)
class ListeningTest {

    private final int port = TestProcesses.freePort();
    private final int managementPort = TestProcesses.freePort();

    @Test
    void it_listens_at_the_address_that_it_is_given_with_a_management_port_too_and_knows_itself_under_it() {
        Map<String, String> environment = Map.of(
                "SERVER_ADDRESS",
                "127.0.0.2",
                "SERVER_PORT",
                Integer.toString(port),
                "MANAGEMENT_SERVER_PORT",
                Integer.toString(managementPort),
                "PATIENTS_DEMO_ENABLED",
                "false");
        try (ProductProcess product = ProductProcess.start(ProductProcess.emptyFolder("address"), environment)) {
            product.awaitReady();

            assertThat(product.console()).contains("Patients API is ready at http://127.0.0.2:" + port + "\n");
            assertThat(listens("127.0.0.2", managementPort)).isTrue();
            assertThat(listens("127.0.0.1", port)).isFalse();
            assertThat(listens("127.0.0.1", managementPort)).isFalse();
            Api.Client reader = new Api("http://127.0.0.2:" + port).as("reader");
            reader.get("/patients").is(200);
            String operations = "http://127.0.0.2:" + managementPort + "/actuator/";
            reader.get(operations + "index").isProblem(403, "insufficient_scope");
            reader.get(operations + "%00").isProblem(400, "invalid_request");
        }
    }

    static boolean listens(String address, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), 1000);
            return true;
        } catch (IOException refused) {
            return false;
        }
    }
}
