package org.patientsapi.platform.eventstore;

import com.github.f4b6a3.uuid.UuidCreator;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.axonframework.common.jdbc.ConnectionProvider;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.config.Configuration;
import org.axonframework.eventhandling.GenericEventMessage;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.eventhandling.tokenstore.jdbc.JdbcTokenStore;
import org.axonframework.eventhandling.tokenstore.jdbc.TokenSchema;
import org.axonframework.eventsourcing.EventCountSnapshotTriggerDefinition;
import org.axonframework.eventsourcing.SnapshotTriggerDefinition;
import org.axonframework.eventsourcing.Snapshotter;
import org.axonframework.messaging.annotation.HandlerDefinition;
import org.axonframework.messaging.annotation.ParameterResolverFactory;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.jackson3.Jackson3Serializer;
import org.axonframework.spring.eventsourcing.SpringAggregateSnapshotter;
import org.axonframework.spring.jdbc.SpringDataSourceConnectionProvider;
import org.axonframework.spring.messaging.unitofwork.SpringTransactionManager;
import org.patientsapi.platform.vault.PatientKeys;
import org.patientsapi.platform.vault.VaultAutoConfiguration;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.context.annotation.PropertySource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import tools.jackson.databind.jsontype.BasicPolymorphicTypeValidator;

/**
 * Every bean of the event store, spelled out. On Spring Boot 4, Axon's own auto-configurations look for the data source
 * before there is one; left to themselves they start cleanly, and store nothing.
 */
@AutoConfiguration(
        after = VaultAutoConfiguration.class,
        beforeName = {
            "org.axonframework.springboot.autoconfig.JdbcAutoConfiguration",
            "org.axonframework.springboot.autoconfig.TransactionAutoConfiguration",
            "org.axonframework.springboot.autoconfig.NoOpTransactionAutoConfiguration",
            "org.axonframework.springboot.autoconfig.XStreamAutoConfiguration",
            "org.axonframework.springboot.autoconfig.AxonTimeoutAutoConfiguration",
            "org.axonframework.springboot.autoconfig.AxonAutoConfiguration"
        })
@EnableConfigurationProperties(EventStoreProperties.class)
@PropertySource("classpath:event-store-defaults.properties")
public class EventStoreAutoConfiguration {

    /** The name of the trigger for {@code @Aggregate(snapshotTriggerDefinition = …)}. */
    public static final String SNAPSHOT_TRIGGER = "patientSnapshots";

    /** Tells this process from every other, two in one JVM or on one machine included. */
    private final String node = UuidCreator.getTimeOrderedEpoch().toString();

    @Bean
    @ConditionalOnMissingBean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    TransactionManager axonTransactionManager(PlatformTransactionManager transactions) {
        return new SpringTransactionManager(transactions);
    }

    /** Not within Axon's unit-of-work wrapper: that commits the connection even when a wider transaction is not done. */
    @Bean
    ConnectionProvider connectionProvider(DataSource dataSource) {
        return new SpringDataSourceConnectionProvider(dataSource);
    }

    /** For tokens; events have their own. */
    @Bean
    @Primary
    Serializer generalSerializer() {
        BasicPolymorphicTypeValidator axonsOwn = BasicPolymorphicTypeValidator.builder()
                .allowIfSubType("org.axonframework.")
                .build();
        return Jackson3Serializer.builder()
                .jsonMapperBuilderCustomizer(json -> json.polymorphicTypeValidator(axonsOwn))
                .build();
    }

    @Bean
    @Qualifier("messageSerializer")
    Serializer messageSerializer(Serializer generalSerializer) {
        return generalSerializer;
    }

    @Bean
    @Qualifier("eventSerializer")
    EventSerializer eventSerializer() {
        return new EventSerializer();
    }

    @Bean
    @DependsOnDatabaseInitialization
    TokenStore tokenStore(ConnectionProvider connections, Serializer generalSerializer) {
        return JdbcTokenStore.builder()
                .connectionProvider(connections)
                .serializer(generalSerializer)
                .nodeId(node)
                .schema(TokenSchema.builder()
                        .setTokenTable("token_entry")
                        .setProcessorNameColumn("processor_name")
                        .setTokenTypeColumn("token_type")
                        .setTimestampColumn("claimed_at")
                        .build())
                .build();
    }

    @Bean
    PatientEventStorageEngine eventStorageEngine(
            ConnectionProvider connections,
            TransactionManager transactions,
            EventSerializer eventSerializer,
            PatientKeys keys,
            SettledOrder settledEvents,
            Clock clock) {
        // Millisecond by millisecond: what a command answers is then what the database gives back.
        GenericEventMessage.clock = Clock.tick(clock, Duration.ofMillis(1));
        return new PatientEventStorageEngine(
                connections,
                transactions,
                eventSerializer,
                SnapshotSerializer.create(),
                new PayloadEncryption(keys, eventSerializer),
                settledEvents);
    }

    @Bean
    SettledOrder settledEvents(JdbcClient jdbc) {
        return new SettledOrder(jdbc, "domain_event", "global_index", "domain_event_global_index_seq");
    }

    @Bean
    RecentCommits recentCommits() {
        return new RecentCommits();
    }

    @Bean
    CommitAnnouncer commitAnnouncer() {
        return new CommitAnnouncer(node);
    }

    @Bean
    PatientEventStore eventStore(
            PatientEventStorageEngine storage,
            EventStoreProperties properties,
            RecentCommits recentCommits,
            CommitAnnouncer announcer) {
        return new PatientEventStore(storage, properties.pollEvery(), recentCommits, announcer);
    }

    @Bean
    ConnectedThread commitAnnouncing(DataSource dataSource, CommitAnnouncer announcer) {
        return new ConnectedThread("patients-notify", dataSource, announcer);
    }

    @Bean
    ConnectedThread commitListening(DataSource dataSource, RecentCommits recentCommits, PatientEventStore eventStore) {
        return new ConnectedThread("patients-listen", dataSource, new CommitListener(node, recentCommits, eventStore));
    }

    @Bean
    PatientHistory patientHistory(PatientEventStorageEngine storage, JdbcClient jdbc) {
        return new PatientHistory(storage, jdbc);
    }

    @Bean
    EventLog eventLog(PatientEventStorageEngine storage, SettledOrder settledEvents) {
        return new EventLog(storage, settledEvents);
    }

    @Bean
    EventLag eventLag(JdbcClient jdbc, Clock clock) {
        return new EventLag(jdbc, clock);
    }

    @Bean
    EventLogTail eventLogTail(EventLog log, PatientEventStore eventStore, EventStoreProperties properties) {
        EventLogTail tail = new EventLogTail(log, properties.pollEvery());
        eventStore.alsoTell(tail::wake);
        return tail;
    }

    @Bean
    SnapshotThread snapshotThread() {
        return new SnapshotThread();
    }

    @Bean
    Snapshotter snapshotter(
            Configuration axon,
            PatientEventStore eventStore,
            TransactionManager transactions,
            HandlerDefinition handlerDefinition,
            ParameterResolverFactory parameterResolverFactory,
            SnapshotThread thread) {
        return SpringAggregateSnapshotter.builder()
                .repositoryProvider(axon::repository)
                .eventStore(eventStore)
                .transactionManager(transactions)
                .handlerDefinition(handlerDefinition)
                .parameterResolverFactory(parameterResolverFactory)
                .executor(thread.executor())
                .build();
    }

    @Bean(SNAPSHOT_TRIGGER)
    SnapshotTriggerDefinition patientSnapshots(Snapshotter snapshotter, EventStoreProperties properties) {
        return new EventCountSnapshotTriggerDefinition(snapshotter, properties.snapshotEvery());
    }

    /** Makes snapshots while nobody waits. Not itself an executor bean, or Spring Boot would make none of its own. */
    static final class SnapshotThread implements AutoCloseable {

        private final ExecutorService thread = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("patients-snapshots").daemon().factory());

        ExecutorService executor() {
            return thread;
        }

        @Override
        public void close() {
            thread.shutdownNow();
        }
    }
}
