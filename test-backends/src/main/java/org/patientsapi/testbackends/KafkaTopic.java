package org.patientsapi.testbackends;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** What stands on a topic of {@link TestBackends#kafkaBootstrapServers()}, as one sees it who reads what was committed. */
public final class KafkaTopic {

    private static final long PATIENCE_SECONDS = 60;

    private KafkaTopic() {}

    /**
     * All records, those of a partition in their order, as soon as there are so many different ones; or what there is after
     * a minute.
     *
     * @param id by which a record that came again is known
     */
    public static List<ConsumerRecord<String, byte[]>> read(String topic, Function<byte[], String> id, int different) {
        List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        TestBackends.kafkaBootstrapServers(),
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed"),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while ((ids.size() < different || !isAtEnd(consumer)) && System.nanoTime() < end) {
                for (ConsumerRecord<String, byte[]> event : consumer.poll(Duration.ofMillis(200))) {
                    records.add(event);
                    ids.add(id.apply(event.value()));
                }
            }
        }
        return records;
    }

    private static boolean isAtEnd(KafkaConsumer<?, ?> consumer) {
        return consumer.endOffsets(consumer.assignment()).entrySet().stream()
                .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }
}
