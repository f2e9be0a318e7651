package org.patientsapi.testbackends;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.Resource;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
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

    public static void make(String topic) {
        administered(admin ->
                admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all());
    }

    /** Nobody may make this topic then, though everybody may do all else to it, and make others. */
    public static void forbidMaking(String topic) {
        // Whoever may make topics of any name is not asked about this one.
        administered(admin -> admin.createAcls(Stream.of(
                                new ResourcePattern(ResourceType.CLUSTER, Resource.CLUSTER_NAME, PatternType.LITERAL),
                                new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL))
                        .flatMap(resource -> Stream.of(
                                acl(resource, AclOperation.ALL, AclPermissionType.ALLOW),
                                acl(resource, AclOperation.CREATE, AclPermissionType.DENY)))
                        .toList())
                .all());
    }

    /** Takes back what {@link #forbidMaking} said of this topic. */
    public static void allowMaking(String topic) {
        AclBinding forbidden = acl(
                new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
                AclOperation.CREATE,
                AclPermissionType.DENY);
        administered(admin -> admin.deleteAcls(List.of(forbidden.toFilter())).all());
    }

    private static AclBinding acl(ResourcePattern resource, AclOperation operation, AclPermissionType permission) {
        return new AclBinding(resource, new AccessControlEntry("User:*", "*", operation, permission));
    }

    private static void administered(Function<Admin, KafkaFuture<?>> change) {
        try (Admin admin = Admin.create(
                Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, TestBackends.kafkaBootstrapServers()))) {
            change.apply(admin).toCompletionStage().toCompletableFuture().join();
        }
    }

    private static boolean isAtEnd(KafkaConsumer<?, ?> consumer) {
        return consumer.endOffsets(consumer.assignment()).entrySet().stream()
                .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }
}
