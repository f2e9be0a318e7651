package org.patientsapi.query.feed;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import javax.sql.DataSource;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.MetadataRecoveryStrategy;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.patientsapi.platform.database.OwnConnection;
import org.patientsapi.platform.eventstore.EventLog;
import org.patientsapi.platform.eventstore.EventLogTail;
import org.patientsapi.platform.eventstore.LoggedEvent;
import org.patientsapi.platform.lifecycle.BackgroundThread;
import org.patientsapi.platform.observability.StackTrace;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.DefaultTransactionIdSuffixStrategy;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.support.ProducerListener;

/**
 * Puts the feed on a Kafka topic, from one node: the one whose database session holds the topic's lock, for as long as that
 * session and the broker serve it. A batch is sent, and then the place it ends at is stored; whoever dies in between leaves
 * the batch to be sent again, whole and in order. So a consumer that knows an event's id from before drops it, and has each
 * patient's events in their order, each once.
 *
 * <p>A node that slept through the loss of its lock cannot get in between: all use one transactional id, and Kafka refuses
 * the producer that had it before.
 */
@ConditionalOnProperty("patients.kafka.bootstrap-servers")
final class KafkaPublisher extends BackgroundThread {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaPublisher.class);

    private static final String THREAD = "patients-kafka";
    private static final int BATCH = 500;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** Any number that no other advisory lock of the product uses: this spells "feed". */
    private static final int LOCK = 0x66656564;

    /** A session that says nothing for so long is that of a node which stands still: PostgreSQL ends it. */
    private static final String LONGEST_SILENCE = "20s";

    /** For the batch at hand, when the node is stopped. */
    private static final Duration LAST_BATCH = Duration.ofSeconds(5);

    private final FeedProperties.Kafka properties;
    private final EventLog log;
    private final EventLogTail tail;
    private final CloudEvents cloudEvents;
    private final DataSource dataSource;
    private final Clock clock;
    private final DefaultKafkaProducerFactory<String, byte[]> producers;
    private final KafkaTemplate<String, byte[]> kafka;

    KafkaPublisher(
            FeedProperties.Kafka properties,
            EventLog log,
            EventLogTail tail,
            CloudEvents cloudEvents,
            DataSource dataSource,
            Clock clock) {
        super(THREAD);
        this.properties = properties;
        this.log = log;
        this.tail = tail;
        this.cloudEvents = cloudEvents;
        this.dataSource = dataSource;
        this.clock = clock;
        this.producers = producers(properties);
        this.kafka = new KafkaTemplate<>(producers);
        // The default one logs key and content of what could not be sent.
        this.kafka.setProducerListener(new ProducerListener<>() {});
    }

    private static Map<String, Object> connection(FeedProperties.Kafka properties) {
        Map<String, Object> settings = new HashMap<>(properties.properties());
        settings.put(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                Objects.requireNonNull(properties.bootstrapServers(), "there is no publisher without"));
        // Else a client whose broker is away starts over without a pause, and logs it: a thousand lines a second. Here
        // each failure is followed by a new client, which finds brokers that have moved.
        settings.putIfAbsent(CommonClientConfigs.METADATA_RECOVERY_STRATEGY_CONFIG, MetadataRecoveryStrategy.NONE.name);
        return settings;
    }

    private static DefaultKafkaProducerFactory<String, byte[]> producers(FeedProperties.Kafka properties) {
        Map<String, Object> settings = connection(properties);
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.putIfAbsent(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        settings.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, 5);
        // All of it ends before the session that waits for it has been silent for too long.
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 4_000);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 10_000);
        settings.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 15_000);
        DefaultKafkaProducerFactory<String, byte[]> producers =
                new DefaultKafkaProducerFactory<>(settings, new StringSerializer(), new ByteArraySerializer());
        producers.setTransactionIdPrefix("patients-feed-" + properties.topic() + "-");
        // One id for ever, or a producer would not be refused for another's sake.
        producers.setTransactionIdSuffixStrategy(new DefaultTransactionIdSuffixStrategy(1));
        return producers;
    }

    @Override
    protected void work() throws InterruptedException {
        boolean topicIsThere = false;
        while (isRunning()) {
            try {
                if (!topicIsThere) {
                    topicIsThere = createTopic();
                }
                publishWhenOurs();
            } catch (SQLException | RuntimeException | Error failure) {
                // Whatever it was: nothing was lost by it, since the stored place has not moved.
                if (isRunning()) {
                    LOG.warn(
                            "The feed is not being published to Kafka at the moment: {}",
                            failure instanceof Error
                                    ? StackTrace.withoutMessages(failure)
                                    : StackTrace.classes(failure));
                }
                Thread.sleep(PAUSE);
            } finally {
                producers.reset();
            }
        }
    }

    private void publishWhenOurs() throws SQLException, InterruptedException {
        try (Connection connection = OwnConnection.open(dataSource, THREAD)) {
            JdbcClient session = JdbcClient.create(new SingleConnectionDataSource(connection, true));
            session.sql("set idle_session_timeout = '" + LONGEST_SILENCE + "'").update();
            while (isRunning() && !takesLock(session)) {
                Thread.sleep(PAUSE);
            }
            if (isRunning()) {
                // Before the place is read: what a node sends that slept through the loss of the lock is refused from
                // here on.
                producers.createProducer().close();
            }
            while (isRunning()) {
                long place = publishNext(session);
                if (isRunning()) {
                    tail.awaitBeyond(place, PAUSE);
                }
            }
        }
    }

    private boolean takesLock(JdbcClient session) {
        return session.sql("select pg_try_advisory_lock(?, hashtext(?))")
                .params(LOCK, properties.topic())
                .query(Boolean.class)
                .single();
    }

    /** @return beyond which there may be more */
    private long publishNext(JdbcClient session) {
        long settled = log.settled();
        long after = publishedPlace(session, properties.topic());
        List<LoggedEvent> events = log.read(after, settled, BATCH);
        if (events.isEmpty()) {
            return Math.max(after, settled);
        }
        send(events);
        long place = events.getLast().place();
        session.sql("insert into published_place (topic, place) values (?, ?)"
                        + " on conflict (topic) do update set place = excluded.place, at = now()")
                .params(properties.topic(), place)
                .update();
        return place;
    }

    /** The place of the last event that is on the topic, whichever node put it there; 0 before the first. */
    static long publishedPlace(JdbcClient jdbc, String topic) {
        return jdbc.sql("select coalesce(max(place), 0) from published_place where topic = ?")
                .param(topic)
                .query(Long.class)
                .single();
    }

    private void send(List<LoggedEvent> events) {
        kafka.executeInTransaction(producer -> {
            for (LoggedEvent event : events) {
                ProducerRecord<String, byte[]> message = new ProducerRecord<>(
                        properties.topic(),
                        null,
                        cloudEvents
                                .timestamp(clock.instant(), properties.tier())
                                .toEpochMilli(),
                        cloudEvents.subject(event, properties.tier()),
                        cloudEvents.single(event, properties.tier()));
                message.headers().add("content-type", "application/cloudevents+json; charset=UTF-8".getBytes(UTF_8));
                // One that fails fails the transaction.
                var unused = producer.send(message);
            }
            return true;
        });
    }

    /**
     * Leaves a topic that is there as it is: with other partitions, a patient's events would no longer share one.
     *
     * @return whether it is there by now; false also where nobody tells
     */
    private boolean createTopic() throws InterruptedException {
        NewTopic topic = new NewTopic(properties.topic(), properties.partitions(), properties.replicas())
                .configs(Map.of(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "CreateTime"));
        try (Admin admin = Admin.create(connection(properties))) {
            admin.createTopics(List.of(topic)).all().get();
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TopicExistsException) {
                return true;
            }
            if (e.getCause() instanceof AuthorizationException) {
                // Who may make no topics is told so even of one that is there. One that is missing is noticed by the
                // sending, and asked for again then: by that time it may be allowed.
                return false;
            }
            throw new KafkaException("The topic " + properties.topic() + " could not be made", e.getCause());
        }
    }

    @Override
    protected void end(Thread running) throws InterruptedException {
        // A batch that is sent and not noted would be sent again.
        if (!running.join(LAST_BATCH)) {
            running.interrupt();
        }
    }
}
