package org.patientsapi.testbackends;

import org.testcontainers.kafka.KafkaContainer;

/** Kafka in a container, which Testcontainers removes when the JVM has ended. */
final class ContainerKafka {

    private ContainerKafka() {}

    // Open until the JVM ends, by design.
    @SuppressWarnings("resource")
    static String start() {
        KafkaContainer container = new KafkaContainer("apache/kafka:4.2.0")
                .withEnv("KAFKA_AUTHORIZER_CLASS_NAME", "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
                .withEnv("KAFKA_ALLOW_EVERYONE_IF_NO_ACL_FOUND", "true");
        container.start();
        return container.getBootstrapServers();
    }
}
