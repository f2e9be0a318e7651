package org.patientsapi.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.patientsapi.testbackends.TestProcesses;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The README's first screen: its calls are made as they stand there, and answered as it says. */
class ReadmeTest {

    /** What no two installations have in common. */
    private static final Set<String> OWN = Set.of(
            "id",
            "patient_id",
            "registered_at",
            "updated_at",
            "age",
            "request_id",
            "existing_patient_id",
            "existing_patient_number");

    private static final Pattern BLOCK = Pattern.compile("```(sh|json)\n(.*?)```", Pattern.DOTALL);
    private static final String END_OF_CALL = "=== end of call ===";

    private final String port = Integer.toString(TestProcesses.freePort());
    private final String managementPort = Integer.toString(TestProcesses.freePort());

    /** A call, and the answer shown below it; empty where none is. */
    private record Call(String command, String shown) {}

    @Test
    void the_calls_are_answered_as_they_are_shown() throws IOException, InterruptedException {
        List<Call> calls = calls();
        assertThat(calls).hasSizeGreaterThanOrEqualTo(4);

        List<String> answers;
        Map<String, String> environment = Map.of(
                "SERVER_PORT",
                port,
                // Counts as not set.
                "SERVER_ADDRESS",
                "",
                "MANAGEMENT_SERVER_PORT",
                managementPort,
                "PATIENTS_DEMO_ENABLED",
                "false");
        try (ProductProcess product = ProductProcess.start(ProductProcess.emptyFolder("readme"), environment)
                .awaitReady()) {
            answers = run(calls);
            for (String each : List.of(port, managementPort)) {
                assertThat(ListeningTest.listens("127.0.0.1", Integer.parseInt(each)))
                        .isTrue();
                assertThat(ListeningTest.listens("127.0.0.2", Integer.parseInt(each)))
                        .as("only this machine can reach it")
                        .isFalse();
            }
        }

        for (int i = 0; i < calls.size(); i++) {
            if (!calls.get(i).shown().isEmpty()) {
                assertThat(common(Api.JSON.readTree(answers.get(i))))
                        .as(calls.get(i).command())
                        .isEqualTo(common(Api.JSON.readTree(calls.get(i).shown())));
            }
        }
    }

    private static List<Call> calls() throws IOException {
        String readme = Files.readString(Path.of(System.getProperty("basedir", "."), "..", "README.md"));
        List<Call> calls = new ArrayList<>();
        Matcher blocks = BLOCK.matcher(readme);
        while (blocks.find()) {
            if (blocks.group(1).equals("json")) {
                calls.set(calls.size() - 1, new Call(calls.getLast().command(), blocks.group(2)));
            } else if (blocks.group(2).contains("curl")) {
                calls.add(new Call(blocks.group(2), ""));
            }
        }
        return calls;
    }

    /** One shell for all, since a later call uses the token of the first. */
    private List<String> run(List<Call> calls) throws IOException, InterruptedException {
        StringBuilder script = new StringBuilder("set -e\n");
        for (Call call : calls) {
            // What was written is found within a second.
            script.append(call.command().contains("?search=") ? "sleep 2\n" : "")
                    .append(call.command().replace("localhost:8080", "localhost:" + port))
                    .append("echo '")
                    .append(END_OF_CALL)
                    .append("'\n");
        }
        Process shell = new ProcessBuilder("bash", "-c", script.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor()).as(output).isZero();
        return List.of(output.split(END_OF_CALL));
    }

    private static JsonNode common(JsonNode answer) {
        if (answer instanceof ObjectNode object) {
            OWN.stream().filter(object::has).forEach(own -> object.put(own, "its own"));
        }
        answer.forEach(ReadmeTest::common);
        return answer;
    }
}
