package org.patientsapi.query.feed;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * @param publicAddress where clients find this installation, without a slash at its end: the events' {@code source}, and
 *     where their schemas are
 * @param heartbeat how long a stream is silent at most
 * @param streamsPerClient how many streams one client may have open on a node
 * @param departments those that the pseudonymous tier names; any other is {@code other} there, because a department is free
 *     text and may hold anything
 */
@ConfigurationProperties("patients.feed")
record FeedProperties(
        @DefaultValue("http://localhost:8080") URI publicAddress,
        @DefaultValue("15s") Duration heartbeat,
        @DefaultValue("10") int streamsPerClient,

        @DefaultValue({
            "Anaesthesiology",
            "Cardiology",
            "Dentistry",
            "Dermatology",
            "Emergency",
            "Emergency Medicine",
            "Endocrinology",
            "ENT",
            "Gastroenterology",
            "General Medicine",
            "General Surgery",
            "Geriatrics",
            "Gynaecology",
            "Haematology",
            "Internal Medicine",
            "Nephrology",
            "Neurology",
            "Obstetrics",
            "Obstetrics and Gynaecology",
            "Oncology",
            "Ophthalmology",
            "Orthopaedics",
            "Paediatrics",
            "Physiotherapy",
            "Psychiatry",
            "Pulmonology",
            "Radiology",
            "Rheumatology",
            "Urology"
        })
        Set<String> departments) {

    /**
     * Where the same records go on a Kafka topic.
     *
     * @param bootstrapServers without them nothing is published
     * @param topic made if it is not there
     * @param partitions of a topic that is made; the events of a patient share one
     * @param replicas of a topic that is made
     * @param tier for all who read the topic
     * @param properties for Kafka's client, such as {@code security.protocol}
     */
    @ConfigurationProperties("patients.kafka")
    record Kafka(
            @Nullable String bootstrapServers,
            @DefaultValue("patients.events") String topic,
            @DefaultValue("6") int partitions,
            @DefaultValue("1") short replicas,
            @DefaultValue("PSEUDONYMOUS") FeedTier tier,
            @DefaultValue Map<String, String> properties) {}
}
