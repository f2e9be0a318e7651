package org.patientsapi.testbackends;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Kafka's own broker as a process of its own, with an empty log on loopback, until the JVM ends. */
final class KafkaProcess {

    private static final String CLUSTER = "AAAAAAAAAAAAAAAAAAAAAQ";
    private static final long START_SECONDS = 60;

    private KafkaProcess() {}

    /** @return its address */
    static String start() {
        try {
            Path folder = Files.createTempDirectory(TestDirectory.data(), "kafka-");
            Path settings = folder.resolve("server.properties");
            List<Integer> ports = TestProcesses.freePorts(2);
            Files.writeString(settings, """
                    process.roles=broker,controller
                    node.id=1
                    controller.quorum.voters=1@127.0.0.1:%2$s
                    listeners=PLAINTEXT://127.0.0.1:%1$s,CONTROLLER://127.0.0.1:%2$s
                    controller.listener.names=CONTROLLER
                    log.dirs=%3$s
                    auto.create.topics.enable=false
                    authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
                    allow.everyone.if.no.acl.found=true
                    offsets.topic.replication.factor=1
                    transaction.state.log.num.partitions=1
                    transaction.state.log.replication.factor=1
                    transaction.state.log.min.isr=1
                    """.formatted(ports.get(0), ports.get(1), folder.resolve("log")));
            Path console = folder.resolve("console.txt");
            Process format = java(
                    console, "-Xmx128m", "kafka.tools.StorageTool", "format", "-t", CLUSTER, "-c", settings.toString());
            if (format.waitFor() != 0) {
                throw new IllegalStateException("Kafka could not format its log: see " + console);
            }
            Process broker = java(console, "-Xmx384m", "kafka.Kafka", settings.toString());
            Runtime.getRuntime().addShutdownHook(new Thread(broker::destroyForcibly));
            await(broker, console, "Kafka Server started");
            return "127.0.0.1:" + ports.get(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Process java(Path console, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                TestProcesses.java(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(console.toFile()))
                .start();
    }

    private static void await(Process process, Path console, String words) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (System.nanoTime() < end) {
            boolean ended = !process.isAlive();
            if (Files.readString(console, StandardCharsets.UTF_8).contains(words)) {
                return;
            }
            if (ended) {
                break;
            }
            Thread.sleep(100);
        }
        process.destroyForcibly();
        throw new IllegalStateException("Kafka did not say \"" + words + "\": see " + console);
    }
}
